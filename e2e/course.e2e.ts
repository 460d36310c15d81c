/**
 * Every lesson is played in the page as a student plays it: answered wrongly and rightly, stopped where it stops, shared, held against its
 * checks, flipped by the switches that it offers. What there is to do is read from the lessons' own files, so a new one is played without a
 * line here. An ordinary run plays every fourth with its first switch, and one of these in Firefox, too. RINGSIDE_SWEEP=1 plays all, in both.
 */
import { loadScenarios, type Scenario, type Step } from '../src/lab/scenario.ts';
import { scenarioSources } from '../src/lab/sources.ts';
import type { LessonView } from '../src/link/lesson.ts';
import { expect, test } from './fixtures.ts';
import type { LabPage } from './lab-page.ts';
import { IN_FIREFOX, isSweep, turnOf } from './sample.ts';

const lessons = [...loadScenarios(scenarioSources()).scenarios.values()].filter(({ course }) => course.some(({ kind }) => kind === 'predict'));

const pane = (lab: LabPage) => lab.page.getByRole('complementary', { name: 'Lesson' });
const button = (lab: LabPage, name: string | RegExp) => pane(lab).getByRole('button', { name, exact: typeof name === 'string' });
/** The step that the page says it is at. */
const current = (lab: LabPage) => pane(lab).getByRole('navigation').locator('[aria-current=step]');
/** A question's name tells only which of them it is. */
function title(step: Step, steps: readonly Step[]): string {
  const asking = steps.filter(({ kind }) => kind === 'predict'), n = asking.indexOf(step);
  return `${step.kind}: ${n < 0 ? step.id.replaceAll('-', ' ') : asking.length > 1 ? `question ${n + 1}` : 'question'}`;
}

/** Prose is there and the machine stands where it belongs; where it waits for somebody to type, the lesson's own line is typed. */
async function arrived(lab: LabPage): Promise<void> {
  await expect(pane(lab)).toHaveAttribute('aria-busy', 'false');
  await lab.stopped();
  const type = button(lab, /^Type “.*” for me$/);
  if (await type.count() > 0) {
    await type.click();
    await expect(type).toHaveCount(0);
    await expect(pane(lab)).toHaveAttribute('aria-busy', 'false');
    await lab.stopped();
  }
  await expect(pane(lab).locator('.lesson-missed')).toHaveCount(0);
}

async function answer(lab: LabPage, option: number): Promise<void> {
  await pane(lab).getByRole('radio').nth(option).check();
  await button(lab, 'Answer').click();
  await expect(pane(lab).locator('.verdict, .lesson-missed')).toBeVisible();
  await arrived(lab);
}

/** Wrongly first: the misconception is named, the machine stays, and the moment that refutes it can be looked at. */
async function predict(lab: LabPage, step: Step & { kind: 'predict' }): Promise<void> {
  const verdict = pane(lab).locator('.verdict'), asked = await lab.tick();
  const isHere = step.at === undefined, wrong = step.options.findIndex(({ isRight }) => !isRight);
  const { misconception, goto } = step.options[wrong];
  await answer(lab, wrong);
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  if (misconception !== undefined) await expect(verdict).toContainText(misconception);
  const stayed = await lab.tick();
  await button(lab, 'Show me the moment').click();
  if (!isHere || goto) {
    await expect(pane(lab)).toContainText('another moment');
    await lab.stopped();
    expect(await lab.tick()).toBeGreaterThan(stayed);
  }
  await button(lab, 'Try again').click();
  await expect(verdict).toHaveCount(0);
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(stayed));
  await lab.stopped();
  await answer(lab, step.options.findIndex(({ isRight }) => isRight));
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  if (isHere) expect(await lab.tick()).toBe(asked);
  else expect(await lab.tick()).toBeGreaterThan(asked);
}

/** The link leads a stranger to the same step, tick and hash. */
async function shared(lab: LabPage, visitor: () => Promise<LabPage>): Promise<void> {
  await lab.settled();
  const here = await lab.state(), at = await current(lab).getAttribute('title');
  await lab.page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(lab.page.getByTestId('link')).toHaveValue(/lesson=/);
  const link = await lab.page.getByTestId('link').inputValue(), other = await visitor();
  await lab.page.keyboard.press('Escape');
  await other.open(new URL(link).hash);
  await expect(current(other)).toHaveAttribute('title', at ?? '?');
  await arrived(other);
  await other.settled();
  expect(await other.state()).toBe(here);
  await other.page.context().close();
}

/** At the end of the run every check of this build holds. @returns those that there are */
async function checked(lab: LabPage): Promise<string[]> {
  const checks = pane(lab).getByRole('listitem').and(pane(lab).locator('[data-check]'));
  await expect(checks.and(pane(lab).locator('[data-check=open]'))).toHaveCount(0, { timeout: 40_000 });
  await lab.stopped();
  const states = await checks.evaluateAll((all) => all.map((one) => `${one.getAttribute('data-check')}: ${one.textContent}`));
  expect(states.filter((one) => /\{\{|…/.test(one)), 'what the machine has to say is said').toEqual([]);
  expect(states.filter((one) => !one.startsWith('holds'))).toEqual([]);
  return states;
}

async function play(lab: LabPage, { id, course, tags }: Scenario, visitor: () => Promise<LabPage>): Promise<void> {
  await lab.open(`#v=1&scenario=${id}`);
  await lab.page.getByRole('button', { name: 'Lesson', exact: true }).click();
  const view: LessonView = await lab.ask('lesson', {}), steps = course.filter((step) => view.steps.some((one) => one.id === step.id && one.applies));
  const last = steps.findLastIndex(({ kind }) => kind !== 'change'), changes = steps.filter(({ kind }) => kind === 'change');
  let broken: string[] | undefined;
  for (const [n, step] of steps.entries()) {
    if (step.kind === 'change' && step !== changes[0] && !isSweep) break;
    if (n > 0) await button(lab, 'Next').click();
    await expect(current(lab)).toHaveAttribute('title', title(step, steps));
    await arrived(lab);
    if (step.kind === 'predict') await predict(lab, step);
    if (n === last) await shared(lab, visitor);
    if (step.kind !== 'change') continue;
    await button(lab, 'Run to the end and check').click();
    broken = await checked(lab);
    await button(lab, /^Flip it: /).click();
    await expect(button(lab, 'Flip it back')).toBeEnabled({ timeout: 60_000 });
    const other = await checked(lab);
    // The first switch of a failure mends it, which another build's checks say; others may show what mends it not.
    if (step === changes[0] && tags.includes('failure')) expect(other).not.toEqual(broken);
    // The next switch is flipped in the lesson's own build.
    if (step === changes.at(-1) || !isSweep) break;
    await button(lab, 'Flip it back').click();
    await expect(button(lab, /^Flip it: /)).toBeEnabled({ timeout: 60_000 });
    expect(await checked(lab)).toEqual(broken);
  }
  if (broken) return;
  await button(lab, 'Next').click();
  await button(lab, 'Run to the end and check').click();
  await checked(lab);
}

test.describe.configure({ mode: 'parallel' });

const TURNS = 4;

for (const [n, lesson] of lessons.filter((_, m) => isSweep || m % TURNS === turnOf(TURNS)).entries()) {
  test(`lesson: ${lesson.title}`, n === 0 ? { tag: IN_FIREFOX } : {}, async ({ lab, visitor }) => {
    if (isSweep) test.setTimeout(300_000);
    await play(lab, lesson, visitor);
  });
}
