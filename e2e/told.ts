/**
 * A lesson played by the very requests that the page plays it with, told so that hosts can be compared: where the machine stands after each
 * of them, to the last bit.
 */
import { typed } from '../src/base/input.ts';
import type { Scenario } from '../src/lab/scenario.ts';
import { labOfItsOwn } from '../src/lab/testing-link.ts';
import { takeObjects } from '../src/cli/objects.ts';
import type { Shown, Method, Params, Result } from '../src/link/protocol.ts';

export type Ask = <M extends Method>(method: M, params: Params<M>) => Promise<Result<M>>;

type Told = Pick<Scenario, 'id' | 'port' | 'sample' | 'course'>;

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString(16) : value);

/** @returns lines for each request: every stop, every answer to every question, what refutes the wrong ones, the end, and the end in the build of each change. */
export async function tellLesson(ask: Ask, { id, port, sample, course }: Told): Promise<string[]> {
  const told: string[] = [];
  const tell = async (what: string, shown: Shown): Promise<void> => {
    const { status: { tick, instructions, cycles, ns } } = shown, { hash } = await ask('hash', {});
    told.push(`${what}: tick ${tick}, ${instructions} instructions, ${cycles} cycles, ${ns} ns, ${hash}`,
      JSON.stringify({ ...shown, status: undefined, views: undefined }, plain));
  };
  /** Where it waits for somebody to type, the scenario's own line is typed there, as who plays it alone may have it. */
  const going = async <T extends Shown & { waits?: boolean }>(go: () => Promise<T>): Promise<T> => {
    const shown = await go();
    if (!shown.waits || sample === '') return shown;
    await ask('seek', { tick: shown.status.live });
    await ask('input', { port, bytes: typed(sample) });
    return go();
  };
  const ended = async (build: string): Promise<void> => {
    await tell(`end, ${build}`, await going(() => ask('lessonEnd', {})));
    told.push(JSON.stringify((await ask('views', { show: { console: true } })).console?.text));
  };

  await ask('open', { scenario: id });
  const { steps } = await ask('lesson', {}), applying = steps.filter(({ applies }) => applies);
  for (const { id: step, kind } of applying) {
    if (kind === 'change') continue;
    await tell(step, await going(() => ask('lessonStep', { step })));
    const asked = course.find((one) => one.id === step);
    if (asked?.kind !== 'predict') continue;
    for (const [choice, { isRight }] of asked.options.entries()) {
      await tell(`${step}, answer ${choice}`, await going(() => ask('lessonAnswer', { step, choice })));
      if (!isRight) await tell(`${step}, what refutes ${choice}`, await ask('lessonRefute', { step, choice }));
    }
  }
  await ended('as it is');
  for (const { id: step, to } of applying) {
    if (!to) continue;
    await ask('open', { scenario: id, ...to });
    await ended(step);
  }
  return told;
}

/** The same in this process, by the reference interpreter. */
export function tellInNode(scenario: Scenario): Promise<string[]> {
  takeObjects(process.env['RINGSIDE_OBJECTS']);
  return tellLesson(labOfItsOwn().link.call, scenario);
}
