/** The workloads without a kernel go on for ever, without anything unexpected, count their rounds, and are the same on all engines. */
import { describe, expect, it } from 'vitest';
import { ENGINES } from './bench-case.ts';
import { bareNames, openBare, ROUNDS, roundsOf } from './bench-bare.ts';

/** Not a multiple of anything. */
const TICKS = 1_234_567;

describe('workloads without a kernel', () => {
  it.each(bareNames())('%s', (name) => {
    const ends = ENGINES.map((engine) => {
      const machine = openBare(name, engine);
      let printed = '';
      machine.hooks = { consoleOut: (byte) => void (printed += String.fromCharCode(byte)) };
      const stop = machine.run(TICKS);
      expect({ stop, printed }).toEqual({ stop: { kind: 'limit' }, printed: '' });
      if (name in ROUNDS || name === 'cold') expect(roundsOf(machine)).toBeGreaterThan(name === 'cold' ? 1 : 1000);
      return { cycles: machine.quarterCycles, hash: machine.hash() };
    });
    expect(ends[1]).toEqual(ends[0]);
  });
});
