/**
 * The system-call fuzzer (`hostile/fuzz.c`) on the model kernel, on every engine, by one process and by many, on one CPU and on four: no
 * oops, no panic, an end, and then nothing is kept: as many pages and objects are in use as after a run without a call. With
 * RINGSIDE_FUZZ_ALL (`npm run test:fuzz`) a million calls by twenty seeds of each; RINGSIDE_FUZZ_SEED picks one.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Program } from '../lab/program.ts';
import { ENGINES, type Engine } from '../lab/lockstep.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { report } from './exec.ts';
import { textAt } from '../lab/trace-text.ts';
import { compile, HAS_GCC } from './host-programs.ts';

const ALL = process.env['RINGSIDE_FUZZ_ALL'] !== undefined, ONE = process.env['RINGSIDE_FUZZ_SEED'];
const SEEDS = ONE === undefined ? Array.from({ length: 20 }, (_, n) => n + 1) : [Number(ONE)];
const CALLS = ALL ? 50_000 : 2000;
const PTE_P = 1n, PTE_PS = 0x80n, PTE_ADDRESS = 0x000ffffffffff000n;
const MEMORY = 48 * 1024 * 1024;
/** How many there are, and how many processes make calls at once. */
const SETTINGS = [[1, 1], [1, 8], [4, 8]] as const;
/** Each seed in all of them on all engines, or one after the other. */
const RUNS = SEEDS.flatMap((seed) => SETTINGS.flatMap((setting) => ENGINES.map((engine) => [engine, ...setting, seed] as const)));
const SAMPLE = [['reference', 4, 8, 1], ['translated', 4, 8, 2], ['translated', 1, 8, 3], ['translated', 1, 1, 4]] as const;
/** Every other seed has sockets, epoll and eventfd; for the others these calls are ENOSYS. */
const hasNet = (seed: number): boolean => seed % 2 === 0;
/** Most take a tenth of it: who needs more spins. */
const instructionsFor = (calls: number): number => 100_000_000 + calls * 300_000;

interface Outcome {
  /** Where it ended, so that the same moment can be looked at again. */
  tick: number;
  status: number;
  said: string[];
  /** What is in use when the machine is switched off, from the kernel's own counts. */
  used: Record<string, number>;
}

/** Page tables of the kernel's half. As in Linux those of the vmalloc area stay, however much was in it at once. */
function kernelTables({ ram, registers }: { ram: { view: DataView }; registers: { cr3: bigint } }): number {
  const below = (table: number, level: number, from: number): number => Array.from({ length: 512 - from }, (_, n) =>
    ram.view.getBigUint64(table + 8 * (from + n), true)).reduce((sum, entry) => sum +
    ((entry & PTE_P) === 0n || (entry & PTE_PS) !== 0n ? 0 : 1 + (level > 2 ? below(Number(entry & PTE_ADDRESS), level - 1, 0) : 0)), 0);
  return below(Number(registers.cr3 & PTE_ADDRESS), 4, 256);
}

/** Pages and slab objects that are not free. A slab is never given back, so its pages count as free. */
function used({ machine, debug: { globals, types } }: Program): Record<string, number> {
  const variable = (name: string): { addr: bigint; type: number } => globals.find((one) => one.name === name)!;
  const caches = variable('caches'), array = types[caches.type];
  const struct = array?.kind === 'array' ? types[array.of] : undefined;
  if (struct?.kind !== 'struct') throw new Error('struct kmem_cache is not known');
  const field = (n: number, name: string): bigint => machine.peekNumber(caches.addr +
    BigInt(n * struct.size + struct.fields.find((one) => one.name === name)!.offset), 8) ?? 0n;
  const names = Array.from({ length: Number(machine.peekNumber(variable('nr_caches').addr, 4)) }, (_, n) => n);
  const slabs = names.reduce((sum, n) => sum + Number(field(n, 'nr_slabs')), 0);
  const objects = names.map((n) => [textAt(machine, field(n, 'name')) ?? n, Number(field(n, 'nr_objects'))] as const);
  const taken = Number(machine.peekNumber(variable('nr_total').addr, 8)) - Number(machine.peekNumber(variable('nr_free').addr, 8));
  return { pages: taken - slabs - kernelTables({ ram: machine.ram, registers: machine.registers() }),
    ...Object.fromEntries(objects) };
}

function fuzz(engine: Engine, cpus: number, workers: number, seed: number, calls: number): Outcome {
  const program = new Program({
    program: readFileSync(compile('gcc', 'hostile/fuzz', '-static', '-O1')), path: '/bin/fuzz', env: [], cpus,
    argv: ['fuzz', ...[seed, calls, workers].map(String)],
    files: [{ path: 'tmp', mode: 0o041777, data: new Uint8Array(0) }], stdin: () => new Uint8Array(0), memoryBytes: MEMORY, net: hasNet(seed), compiler,
    output: () => undefined,
  });
  const { machine } = program;
  machine.socket.engine = engine;
  let stop = program.run(50_000_000);
  while (stop.kind === 'limit' && machine.instructions < instructionsFor(calls)) stop = program.run(50_000_000);
  const status = stop.kind === 'exit' ? (stop.code ?? -1) : -1;
  const said = report('fuzz', status, { exited: program.exited, fault: program.fault, panic: program.panic, log: program.log, unserved: new Map() });
  const open = stop.kind === 'exit' ? [] : [`${stop.kind} after ${machine.instructions} instructions`, ...program.waiting()];
  return { tick: machine.tick, status, said: [...said, ...open], used: used(program) };
}

/** In use after a run without a call, whatever the engine, the seed and who would have made them: by CPUs and whether there is a network. */
const idle = new Map<string, Record<string, number>>();

describe('system calls at random', () => {
  it.skipIf(!HAS_GCC).each(ALL || ONE ? RUNS : SAMPLE)('%s, %d CPUs, %d at once, seed %d', { timeout: 60_000 * (ALL ? 20 : 1) },
    (engine, cpus, workers, seed) => {
    const { tick, ...outcome } = fuzz(engine, cpus, workers, seed, CALLS);
    const kind = `${cpus} ${hasNet(seed)}`;
    if (!idle.has(kind)) idle.set(kind, fuzz('translated', cpus, 1, hasNet(seed) ? 2 : 1, 0).used);
    expect(outcome, `seed ${seed}, ${CALLS} calls, ended at tick ${tick}`).toEqual({ status: 0, said: [], used: idle.get(kind) });
  });
});
