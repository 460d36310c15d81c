/**
 * Every lesson in the page's own worker, told request by request, is what the reference interpreter tells in Node: ticks, cycles, hashes, verdicts.
 * An ordinary run has one lesson told by Firefox, whose engine for JavaScript is another one; RINGSIDE_SWEEP=1 all, by both browsers.
 */
import { loadScenarios } from '../src/lab/scenario.ts';
import { scenarioSources } from '../src/lab/sources.ts';
import { expect, test } from './fixtures.ts';
import { IN_FIREFOX, isSweep, turnOf } from './sample.ts';
import { type Ask, tellInNode, tellLesson } from './told.ts';

const lessons = [...loadScenarios(scenarioSources()).scenarios.values()].filter(({ course }) => course.length > 0);

test.describe.configure({ mode: 'parallel' });

for (const [n, lesson] of lessons.entries()) {
  test(`the same in Node: ${lesson.title}`, n === turnOf(lessons.length) ? { tag: IN_FIREFOX } : {}, async ({ lab: { page } }) => {
    if (isSweep) test.setTimeout(300_000);
    await page.goto('./');
    const worker = await page.evaluateHandle(() => window.tap.machine());
    const ask: Ask = (method, params) =>
      worker.evaluate((machine, [name, what]) => window.tap.ask(machine, name, what), [method, params] as const) as Promise<never>;
    expect(await tellLesson(ask, lesson)).toEqual(await tellInNode(lesson));
  });
}
