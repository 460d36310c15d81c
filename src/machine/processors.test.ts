/** Several CPUs: src/guest/tests/processors.S on all engines, cut into pieces and travelled through. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildTest } from '../cli/qemu/bare.ts';
import type { Engine } from './cpu/socket.ts';
import { machineFor, numbers, tellMachine, Traveller } from './lockstep.ts';

const ENGINES: readonly Engine[] = ['reference', 'translated'];
/** Ticks gone to: the most where it is cheap enough. */
const VISITS: Readonly<Record<number, number>> = { 1: 20, 2: 100, 4: 30 };

const image = buildTest(join(import.meta.dirname, '../guest/tests'), 'processors');
if (Array.isArray(image)) throw new Error(image.join('\n'));

describe.each([1, 2, 4])('%d CPUs', (cpus) => {
  const options = { ...image, cpus };
  const wanted = tellMachine(options, { engine: 'reference', seed: 0 });

  it('do what the test asks', () => {
    expect(wanted.at(-1)).toBe('ok\n');
    expect(wanted.at(-2)).toMatch(/^exit 0: /);
  });

  it.each(ENGINES)('are one story on the %s engine, however it is cut', (engine) => {
    for (const seed of [0, 1, 2]) expect(tellMachine(options, { engine, seed })).toEqual(wanted);
  });

  it('run translated code', () => {
    const machine = machineFor(options, { engine: 'translated' });
    machine.run(Infinity);
    expect(machine.socket.translator?.regions).toBeGreaterThan(cpus === 1 ? 1 : 10);
  });

  it('are the same at any tick, forward and back, whoever went there', () => {
    const first = new Traveller(machineFor(options, { engine: 'reference' })), end = first.record(7001), next = numbers(cpus);
    const ticks = Array.from({ length: VISITS[cpus] }, () => next(end));
    const wantedAt = ticks.map((tick) => first.visit(tick));
    for (const engine of ENGINES.slice(1)) {
      const other = new Traveller(machineFor(options, { engine }));
      expect(other.record(30_011)).toBe(end);
      expect(ticks.map((tick) => other.visit(tick))).toEqual(wantedAt);
    }
  });
});

it.each(ENGINES)('a stop that an instruction asks for comes before the next one, also at the end of a turn: %s', (engine) => {
  const machine = machineFor({ ...image, cpus: 2 }, { engine }), asked: number[] = [];
  machine.hooks = { iret: () => {
    asked.push(machine.tick);
    machine.socket.endTurn();
    machine.requestStop();
  } };
  let stops = 0;
  for (; machine.run(Infinity).kind === 'stopped'; stops++) expect(asked.splice(0)).toEqual([machine.tick - 1]);
  expect(stops).toBeGreaterThan(10);
});
