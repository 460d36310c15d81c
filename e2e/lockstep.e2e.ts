/**
 * All engines in a browser against the reference interpreter in Node: ticks, cycles, state, events, console. A few guests here;
 * `npm run test:lockstep` brings every run of the guest tests.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildTest } from '../src/cli/qemu/bare.ts';
import type { tellMachine } from '../src/machine/lockstep.ts';
import type { tell } from '../src/lab/lockstep.ts';
import type { GuestRunOptions } from '../src/lab/testing.ts';
import { expect, test } from './fixtures.ts';
import { ALWAYS, IN_FIREFOX } from './sample.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const recorded = process.env['RINGSIDE_LOCKSTEP_TRIALS'];

type Trial = GuestRunOptions;
interface Known {
  trial: Trial;
  story: string[];
}

/** Four threads and a process at once, on four CPUs of one kernel. */
const SEVERAL = `#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int sum;

static void *add(void *arg)
{
	for (int i = 0; i < 200; i++) {
		pthread_mutex_lock(&mutex);
		sum += (long)arg;
		pthread_mutex_unlock(&mutex);
	}
	return 0;
}

int main(void)
{
	pthread_t threads[4];
	pid_t child = fork();
	int status;

	for (long i = 0; i < 4; i++)
		pthread_create(&threads[i], 0, add, (void *)i);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], 0);
	if (!child)
		_exit(sum % 251);
	waitpid(child, &status, 0);
	printf("%d %d\\n", sum, WEXITSTATUS(status));
	return 0;
}
`;
const SAMPLE: readonly Trial[] = [
  { source: SEVERAL, set: { NR_CPUS: '4' } },
  { app: 'console-echo', config: 'linux', input: 'one\ntwo\n' },
  { app: 'console-echo', config: 'ukl-nss', input: 'one\n' },
  { app: 'checksum', config: 'ukl', set: { APP_RED_ZONE: 'on' } },
  { app: 'deep-stack', config: 'ukl-byp' },
  { app: 'bytecode', config: 'linux', args: ['1'] },
];

const ENGINES = ['reference', 'translated'] as const;

/** A module of ours in one file, another for each browser, whose tests may run at once. @returns where. */
function bundled(source: string): string {
  const file = `${root}node_modules/.cache/ringside-${source.replaceAll('/', '-')}-${test.info().project.name}.mjs`;
  const made = spawnSync(process.execPath, ['node_modules/rolldown/bin/cli.mjs', `src/${source}.ts`, '--platform', 'browser', '--format', 'esm',
    '--no-codeSplitting', '--file', file], { cwd: root, encoding: 'utf8' });
  expect(made.status, made.stderr).toBe(0);
  return file;
}

test('all engines tell what the reference interpreter tells in Node', { tag: IN_FIREFOX }, async ({ page, browserName }) => {
  test.setTimeout(recorded ? 3_600_000 : 240_000);
  const bundle = bundled('lab/lockstep');
  const inNode = (await import(pathToFileURL(bundle).href)) as { tell: typeof tell };
  const known: Known[] = [];
  if (recorded && existsSync(recorded)) {
    for (const line of readFileSync(recorded, 'utf8').split('\n')) if (line) known.push(JSON.parse(line) as Known);
  } else {
    // Firefox is a second look at the same: several CPUs, and what runs long.
    const sample = browserName === 'firefox' ? SAMPLE.filter(({ source, args }) => source ?? args) : SAMPLE;
    for (const trial of sample) known.push({ trial, story: await inNode.tell(trial, { engine: 'reference', seed: 0 }) });
  }

  await page.goto('about:blank');
  await page.addScriptTag({ type: 'module', content: `${readFileSync(bundle, 'utf8')}\nglobalThis.tell = tell;` });
  await page.waitForFunction(() => 'tell' in globalThis);
  if (!recorded) expect(known[0].story.at(-1)).toContain('1200 196\r\n');
  for (const { trial, story } of known) {
    for (const engine of ENGINES) {
      const told = await page.evaluate(({ trial: options, engine: name }) => {
        const { tell: tellIt } = globalThis as unknown as { tell: (options: unknown, how: unknown) => Promise<string[]> };
        return tellIt(options, { engine: name, seed: 1 });
      }, { trial, engine });
      expect(told, `${engine}, ${trial.config ?? 'linux'}, ${trial.app ?? trial.source ?? ''}`).toEqual(story);
    }
  }
  console.log(`${known.length} guests, two engines each`);
});

test('several CPUs are one story in Node and in the browser', { tag: ALWAYS }, async ({ page }) => {
  test.setTimeout(240_000);
  const bundle = bundled('machine/lockstep'), image = buildTest(`${root}src/guest/tests`, 'processors');
  if (Array.isArray(image)) throw new Error(image.join('\n'));
  const inNode = (await import(pathToFileURL(bundle).href)) as { tellMachine: typeof tellMachine };
  await page.goto('about:blank');
  await page.addScriptTag({ type: 'module', content: `${readFileSync(bundle, 'utf8')}\nglobalThis.tellMachine = tellMachine;` });
  await page.waitForFunction(() => 'tellMachine' in globalThis);
  for (const cpus of [1, 2, 4]) {
    const story = inNode.tellMachine({ ...image, commandLine: '', cpus }, { engine: 'reference', seed: 0 });
    expect(story.at(-1)).toBe('ok\n');
    for (const engine of ENGINES) {
      const told = await page.evaluate(({ kernel, count, name }) => {
        const { tellMachine: tellIt } = globalThis as unknown as { tellMachine: (options: unknown, how: unknown) => string[] };
        return tellIt({ kernel: Uint8Array.from(atob(kernel), (letter) => letter.charCodeAt(0)), initramfs: new Uint8Array(0), commandLine: '', cpus: count },
          { engine: name, seed: 3 });
      }, { kernel: Buffer.from(image.kernel).toString('base64'), count: cpus, name: engine });
      expect(told, `${engine}, ${cpus} CPUs`).toEqual(story);
    }
  }
});
