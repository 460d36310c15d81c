/** The workloads without a kernel go on for ever, without anything unexpected, and count their rounds. */
import { describe, expect, it } from 'vitest';
import { bareNames, openBare, ROUNDS, roundsOf } from './bench-bare.ts';

describe('workloads without a kernel', () => {
  it.each(bareNames())('%s', (name) => {
    const machine = openBare(name, 'fast');
    let printed = '';
    machine.hooks = { consoleOut: (byte) => void (printed += String.fromCharCode(byte)) };
    expect(machine.run(600_000)).toEqual({ kind: 'limit' });
    expect(printed).toBe('');
    if (name in ROUNDS || name === 'cold') expect(roundsOf(machine)).toBeGreaterThan(name === 'cold' ? 1 : 1000);
  });
});
