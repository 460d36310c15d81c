/** The same run in Node and in Chromium: same ticks, same cycles, same bytes. And time goes both ways in both. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import type { SyscallReport } from '../src/link/reports.ts';
import { expect, test } from './fixtures.ts';
import { ALWAYS } from './sample.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Run {
  scenario: string;
  config: string;
  set?: Record<string, string>;
  input?: string;
}

interface Result {
  stop: string;
  tick: number;
  instructions: number;
  cycles: number;
  ns: number;
  hash: string;
  console: string;
  calls: string[];
}

/** A few, in the page's own worker: lockstep.e2e.ts has other configurations, told.e2e.ts all lessons. */
const RUNS: readonly Run[] = [
  { scenario: 'console-echo', config: 'linux', input: 'hello\nand again\n' },
  { scenario: 'console-echo', config: 'ukl-byp', input: 'hello\n' },
  { scenario: 'lost-red-zone', config: 'ukl', set: { APP_RED_ZONE: 'on' } },
  { scenario: 'stack-page-fault', config: 'ukl', set: { UKL_PF: 'current' } },
];

const lines = (input: string): string[] => input.split(/(?<=\n)/).filter((line) => line !== '');
const callText = ({ text, tick, net }: Pick<SyscallReport, 'text' | 'tick' | 'net'>): string => `${text} at ${tick}, ${net} cycles`;

async function inNode({ scenario, config, set = {}, input = '' }: Run): Promise<Result> {
  const words = ['run', scenario, '--config', config, ...Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]), '--input', input,
    '--json'];
  // Exit status 1 says that a check of the scenario fails, which is no concern of this test.
  const { stdout } = await promisify(execFile)(process.execPath, ['bin/ringside.mjs', ...words], { cwd: root, maxBuffer: 1 << 26 })
    .catch((error: { stdout?: string; stderr?: string }) => {
    if (!error.stdout) throw new Error(error.stderr);
    return { stdout: error.stdout };
  });
  const run = JSON.parse(stdout) as Omit<Result, 'stop' | 'calls'> & { stop: { kind: string }; syscalls: SyscallReport[] };
  const { tick, instructions, cycles, ns, hash, console } = run;
  return { stop: run.stop.kind, tick, instructions, cycles, ns, hash, console, calls: run.syscalls.map(callText) };
}

/** In a worker of its own, by the page's worker script: input goes in line by line, each when the machine waits for it. */
async function inChromium(page: Page, { scenario, config, set = {}, input = '' }: Run): Promise<Result> {
  const answer = await page.evaluate(async ({ scenario, config, set, input }) => {
    type Report = { stop: { kind: string }; status: { tick: number; instructions: number; cycles: number; ns: number } };
    const worker = window.tap.machine();
    const ask = <T>(method: string, params: unknown = {}) => window.tap.ask(worker, method, params) as Promise<T>;
    const run = async () => {
      let report = await ask<Report>('run', { direction: 'forward' });
      while (report.stop.kind === 'panic') report = await ask<Report>('run', { direction: 'forward' });
      return report;
    };
    await ask('open', { scenario, config, set });
    let report = await run();
    for (const text of input) {
      await ask('input', { port: 'uart', bytes: new TextEncoder().encode(text) });
      report = await run();
    }
    const { hash } = await ask<{ hash: string }>('hash');
    const { console: { text } } = await ask<{ console: { text: string } }>('views', { show: { console: true } });
    const calls = await ask<unknown[]>('syscalls');
    worker.terminate();
    return { stop: report.stop.kind, ...report.status, hash, console: text, calls };
  }, { scenario, config, set, input: lines(input) });
  const { stop, tick, instructions, cycles, ns, hash, console, calls } = answer;
  return { stop, tick, instructions, cycles, ns, hash, console, calls: (calls as SyscallReport[]).map(callText) };
}

test('scenarios are the same runs in Node and in Chromium', { tag: ALWAYS }, async ({ lab }) => {
  test.setTimeout(240_000);
  await lab.open();
  for (const run of RUNS) {
    const name = [run.scenario, run.config, ...Object.entries(run.set ?? {}).map(([key, value]) => `${key}=${value}`)].join(' ');
    await test.step(name, async () => {
      const [there, here] = await Promise.all([inNode(run), inChromium(lab.page, run)]);
      expect.soft(here, name).toEqual(there);
      expect.soft(here.calls.length, name).toBeGreaterThan(0);
    });
  }
});

/** Numbers that look random and are the same every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

test('from many moments of the run, N back and N forward is the same state', { tag: ALWAYS }, async ({ lab }) => {
  test.setTimeout(120_000);
  await lab.open();
  await lab.press('Run');
  await lab.typeLine('hello');
  await expect(lab.terminal).toHaveText(/hello\s*hello/);
  await lab.stopped();
  const live = await lab.tick();
  const random = numbers(2_463_534_242);
  const plan = Array.from({ length: 30 }, () => {
    const n = 1 + random(6);
    return { tick: n + random(live - n), n };
  });
  const broken = await lab.page.evaluate(async (moments) => {
    const worker = window.tap.workers[0];
    if (!worker) throw new Error('no worker');
    const ask = <T>(method: string, params: unknown = {}) => window.tap.ask(worker, method, params) as Promise<T>;
    const wrong: string[] = [];
    for (const { tick, n } of moments) {
      await ask('seek', { tick });
      const before = (await ask<{ hash: string }>('hash')).hash;
      let report = { status: { tick: 0 } };
      for (let k = 0; k < n; k++) report = await ask('step', { unit: 'instruction', direction: 'back' });
      const there = report.status.tick;
      for (let k = 0; k < n; k++) report = await ask('step', { unit: 'instruction', direction: 'forward' });
      const after = (await ask<{ hash: string }>('hash')).hash;
      if (there !== tick - n || report.status.tick !== tick || after !== before)
        wrong.push(`tick ${tick}, ${n} back is ${there}, forward is ${report.status.tick}: ${before} became ${after}`);
    }
    return wrong;
  }, plan);
  expect(broken).toEqual([]);
});
