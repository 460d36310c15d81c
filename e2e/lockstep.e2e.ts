/**
 * All engines in Chromium against the reference interpreter in Node: ticks, cycles, state, events, console. A few guests here;
 * `npm run test:lockstep` brings every run of the guest tests.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { compiler } from '../src/cli/compiler.ts';
import type { tell } from '../src/lab/lockstep.ts';
import type { GuestRunOptions } from '../src/lab/testing.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = `${root}node_modules/.cache/ringside-lockstep.mjs`;
const recorded = process.env['RINGSIDE_LOCKSTEP_TRIALS'];

type Trial = GuestRunOptions;
interface Known {
  trial: Trial;
  story: string[];
}

const SAMPLE: readonly Trial[] = [
  { app: 'console-echo', config: 'linux', input: 'one\ntwo\n' },
  { app: 'console-echo', config: 'ukl-nss', input: 'one\n' },
  { app: 'checksum', config: 'ukl', set: { APP_RED_ZONE: 'on' } },
  { app: 'deep-stack', config: 'ukl-byp' },
  { app: 'bytecode', config: 'linux', args: ['1'] },
];

test('all engines tell what the reference interpreter tells in Node', async ({ page }) => {
  test.setTimeout(recorded ? 3_600_000 : 240_000);
  const made = spawnSync(process.execPath, ['node_modules/rolldown/bin/cli.mjs', 'src/lab/lockstep.ts', '--platform', 'browser', '--format', 'esm', '--file', bundle], { cwd: root, encoding: 'utf8' });
  expect(made.status, made.stderr).toBe(0);
  const inNode = (await import(pathToFileURL(bundle).href)) as { tell: typeof tell };
  const known: Known[] = [];
  if (recorded && existsSync(recorded)) {
    for (const line of readFileSync(recorded, 'utf8').split('\n')) if (line) known.push(JSON.parse(line) as Known);
  } else for (const trial of SAMPLE) known.push({ trial, story: await inNode.tell(trial, { engine: 'reference', compiler, seed: 0 }) });

  await page.goto('about:blank');
  await page.addScriptTag({ type: 'module', content: `${readFileSync(bundle, 'utf8')}\nglobalThis.tell = tell;` });
  await page.waitForFunction(() => 'tell' in globalThis);
  for (const { trial, story } of known) {
    for (const engine of ['reference', 'fast', 'translated'] as const) {
      const told = await page.evaluate(({ trial: options, engine: name }) => {
        const { tell: tellIt } = globalThis as unknown as { tell: (options: unknown, how: unknown) => Promise<string[]> };
        // oxlint-disable-next-line typescript/no-implied-eval -- as the worker does where no policy forbids it
        return tellIt(options, { engine: name, seed: 1, compiler: { compile: (parameters: string[], body: string, done: (make: unknown) => void) => done(new Function(...parameters, body)) } });
      }, { trial, engine });
      expect(told, `${engine}, ${trial.config ?? 'linux'}, ${trial.app ?? trial.source ?? ''}`).toEqual(story);
    }
  }
  console.log(`${known.length} guests, three engines each`);
});
