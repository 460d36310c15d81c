/**
 * kv-store in the kernel's flavours: its conversation, over a socket of AF_UNIX, is the same in each. What large values do is asked of the
 * program that the host's compiler makes (exec.test.ts), and so is what is too old on a date: this machine's clock begins in 1970. All
 * configurations with RINGSIDE_SWEEP=1. The answers are memcached's own (kv-conversation.test.ts).
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { guestSources } from '../lab/sources.ts';
import { runGuest } from '../lab/testing.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { configNames } from '../toolchain/kconfig.ts';

const read = (name: string): string => readFileSync(new URL(`../cli/programs/${name}`, import.meta.url), 'utf8');
/** From a line of the client to the last of its answer. */
const exchanges = read('kv-conversation.txt').split(/(?<=^<.*\n)(?=>)/m).filter((one) => !/ (?:big|most) | dated\b|\* \d{5}/.test(one));
const source = `#define SCRIPT ${JSON.stringify(exchanges.join(''))}\n${read('kv-conversation.c')}`;

it.each(process.env['RINGSIDE_SWEEP'] ? configNames(guestSources()) : ['ukl-byp'])('%s', async (config) => {
  const run = await runGuest({ config, source, set: { NET: 'on' }, compiler });
  expect(exchanges.length).toBeGreaterThan(400);
  expect(run).toMatchObject({ stop: 'exit', exit: 0, output: `kv-store: kv.socket, 2 threads\n${exchanges.length} exchanges, 0 wrong\n0 after quit\n` });
}, 240_000);
