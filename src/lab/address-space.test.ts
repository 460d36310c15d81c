import { beforeAll, describe, expect, it } from 'vitest';
import type { AddressSpaceView, Area } from '../link/address-space.ts';
import { mappedRuns, verdictsOf, walkOf, type Controls } from './page-tables.ts';
import { runGuest, type GuestRun } from './testing.ts';

/** Memory of some pages; entries are put where a table's page and an index say. */
function tables(pages: number, entries: readonly (readonly [page: number, index: number, entry: bigint])[]): DataView {
  const memory = new DataView(new ArrayBuffer(pages * 0x1000));
  for (const [page, index, entry] of entries) memory.setBigUint64(page * 0x1000 + index * 8, entry, true);
  return memory;
}

const NX = 1n << 63n;
const STRICT: Controls = { cr0: 0x8001_0001n, cr4: 0x30_0020n, efer: 0xd01n, rflags: 2n };

describe('page tables as the manual draws them', () => {
  // Page 1: PML4; 2: PDPT; 3: PD; 4: PT.
  const memory = tables(6, [[1, 0, 0x2007n], [1, 511, 0x2003n], [2, 0, 0x3007n], [3, 0, 0x4007n], [3, 1, 0x20_00e7n], [3, 2, 0x40_20e7n], [4, 1, 0x5067n | NX],
    [4, 2, 0x5005n], [4, 3, 0x5001n], [4, 5, 0x4_0000_0000_0007n]]);
  const refused = (at: bigint, controls = STRICT): string => {
    const { levels } = walkOf(memory, 0x1000, at);
    return verdictsOf(at, levels, controls).map(({ refused: why, level }) => (why === '' ? 'ok' : `${why}${level === undefined ? ''
      : ` (${level})`}`)).join(', ');
  };

  it('each level is an index of nine bits, and its entry is read bit by bit', () => {
    const { levels, physical } = walkOf(memory, 0x1000, 0x1234n);
    expect(levels.map(({ name, index, at, leads }) => [name, index, at, leads])).toEqual([
      ['PML4E', 0, 0x1000, 0x2000], ['PDPTE', 0, 0x2000, 0x3000], ['PDE', 0, 0x3000, 0x4000], ['PTE', 1, 0x4008, 0x5000]]);
    expect(physical).toBe(0x5234);
    expect(levels[3].bits.filter(({ set }) => set).map(({ name }) => name)).toEqual(['P', 'W', 'U', 'A', 'D', 'NX']);
    // A page of 2 MiB ends the walk one level earlier; of what is not present nothing but that counts.
    expect(walkOf(memory, 0x1000, 0x23_4567n)).toMatchObject({ physical: 0x23_4567, levels: [{}, {}, { name: 'PDE', large: true }] });
    expect(walkOf(memory, 0x1000, 0x4000n).levels[3].bits.map(({ ignored }) => ignored ?? false)).toEqual([false, ...Array.from({ length: 8 }, () => true)]);
  });

  it('why an access is refused, and by which level: presence, reserved bits, U, W, NX, SMAP, SMEP', () => {
    const none = 'PTE not present (3)', no = (why: string): string => Array.from({ length: 6 }, () => why).join(', ');
    expect(refused(0x4000n)).toBe(no(none));
    expect(refused(0x8000_0000_0000n)).toBe(no('not canonical: bits 63 to 47 are not all the same, so there is no walk'));
    expect(refused(0x5000n)).toBe(no('PTE reserved: address bits beyond 40 are set (3)'));
    expect(refused(0x40_0000n)).toBe(no('PDE reserved: bits 20 to 13 of a 2 MiB page are set (2)'));
    const smap = 'CR4.SMAP: ring 0 keeps off pages that ring 3 may use while AC is 0';
    expect(refused(0x1000n)).toBe(`ok, ok, PTE NX is 1 (3), ${smap}, ${smap}, PTE NX is 1 (3)`);
    expect(refused(0x2000n)).toBe(`ok, PTE W is 0 (3), ok, ${smap}, ${smap}, CR4.SMEP: ring 0 runs no code of a page that ring 3 may use`);
    // Ring 0 with AC, without SMEP, without WP: what is left is the kernel's own.
    const loose = { ...STRICT, cr0: 1n, cr4: 0x20n, rflags: 0x4_0002n };
    expect(refused(0x2000n, loose)).toBe('ok, PTE W is 0 (3), ok, ok, ok, ok');
    const own = 'PML4E U is 0: ring 0 only (0)';
    expect(refused(0xffff_ff80_0000_3000n, loose)).toBe(`${own}, ${own}, ${own}, ok, ok, ok`);
    // Without NXE the bit is a reserved one.
    expect(refused(0x1000n, { ...loose, efer: 0x500n })).toBe(no('PTE reserved: bit 63 is set while EFER.NXE is 0 (3)'));
  });

  it('pages with the same rights one after the other are one run, in both halves; tables that lead into themselves end', () => {
    const { runs, whole } = mappedRuns(memory, 0x1000);
    expect(whole).toBe(true);
    expect(runs.slice(0, 3).map(({ low, high, writable, user, executable }) => [low, high, writable, user, executable])).toEqual([
      [0x1000n, 0x2000n, true, true, false], [0x2000n, 0x3000n, false, true, true], [0x3000n, 0x4000n, false, false, true]]);
    expect(runs.find(({ low }) => low === 0x20_0000n)).toMatchObject({ high: 0x60_0000n, user: true });
    expect(runs.find(({ low }) => low === 0xffff_ff80_0000_1000n)).toMatchObject({ user: false });
    const circle = mappedRuns(tables(2, Array.from({ length: 512 }, (_, n) => [1, n, 0x1003n] as const)), 0x1000);
    expect(circle.whole).toBe(false);
  });
});

describe('the address space of a program that touches a page for the first time', () => {
  let run: GuestRun;
  const at = (tick: number, ask: bigint | string | null = null): AddressSpaceView => {
    run.lab.seek(tick);
    return run.lab.show({ space: { at: ask } }).space!;
  };
  const area = (view: AddressSpaceView, low: bigint): Area => view.areas.find((one) => one.low <= low && low <= one.last)!;
  beforeAll(async () => void (run = await runGuest({ source: 'static char bytes[8192]; int main(void) { return bytes[5000]; }' })), 60_000);
  beforeAll(() => run.lab.ready({ space: { at: null } }));

  it('a page fault is explained where it happened, and the walk leads somewhere when it has been served; looking changes nothing', () => {
    const bytes = run.lab.symbols.images[1].debug.symbols.find(({ name }) => name === 'bytes')!.addr + 5000n;
    const fault = run.events('exception').find(({ fields }) => fields['cr2'] === bytes)!, hash = (run.lab.seek(fault.tick + 1), run.lab.machine.hash());
    const before = at(fault.tick + 1);
    expect(before.walk).toMatchObject({ at: bytes, register: 'CR2', name: 'bytes+5000' });
    expect(before.walk.verdicts.every(({ refused }) => refused === 'PTE not present')).toBe(true);
    expect(before.fault).toMatchObject({ tick: fault.tick, error: 4, said: 'a read by ring 3' });
    expect(before.says).toMatch(/^CR2 is [0-9a-f]+, in \.bss of \/program, heap \(rw-\): PTE not present, and the kernel's list has the area/);
    expect([run.lab.tick, run.lab.machine.hash()]).toEqual([fault.tick + 1, hash]);
    // Back in ring 3, the instruction that faulted runs again.
    const after = at(run.lab.tracer.record.events.find(({ tick, kind }) => tick > fault.tick && kind === 'syscall-entry')!.tick, bytes);
    expect(after.walk.physical).toBeDefined();
    expect(area(after, bytes).present).toBe(area(before, bytes).present + 1);
    expect(after.walk.pages?.states[Number((bytes - after.walk.pages.from) / 0x1000n)]).not.toBe('.');
  });

  it('its areas are those of the kernel\'s list, and in the upper half what the tables map, by sections, stacks and ranges', () => {
    const view = at(run.calls('exit_group')[0].tick, 'main');
    expect(view.broken).toBeUndefined();
    expect(view.walk.name).toBe('main');
    expect(area(view, view.walk.at)).toMatchObject({ kind: 'told', name: '/program', may: 'r-x', user: true });
    const rsp = at(run.calls('exit_group')[0].tick, 'RSP');
    expect(area(rsp, rsp.walk.at)).toMatchObject({ kind: 'told', may: 'rw-', also: ['grows down'] });
    expect(area(rsp, rsp.walk.at).name).toContain(`stack of ${run.calls('exit_group')[0].task.pid}`);
    const names = view.areas.filter(({ low }) => low >> 63n !== 0n).map(({ kind, name, user, guarded }) => `${kind} ${name}${user ? ' user' : ''}${guarded
      ? ' guarded' : ''}`);
    for (const name of ['range direct map', `stack kernel stack of ${run.calls('exit_group')[0].task.pid} guarded`, 'stack #DF stack guarded', 'image .text',
      'image .bss']) expect(names).toContain(name);
    expect(at(0, 'nothing_of_that_name')).toMatchObject({ unknown: 'nothing_of_that_name' });
  });

  it('a list that leads into itself, or to what is no area, ends where it is left, and says so', () => {
    const { areas, mm } = at(run.calls('exit_group')[0].tick), first = run.lab.machine.peekNumber(mm!, 8)!;
    const broken = (where: bigint, word: bigint): string | undefined => {
      run.lab.seek(run.calls('exit_group')[0].tick);
      run.lab.poke(where, new Uint8Array(new BigUint64Array([word]).buffer));
      return run.lab.show({ space: { at: null } }).space!.broken;
    };
    expect(areas.filter(({ kind }) => kind === 'told').length).toBeGreaterThan(3);
    expect(broken(first + 16n, first)).toBe('area 1 of the list leads back into the list');
    expect(broken(mm!, 0xdead_0000n)).toBe('the head of the list of areas leads to dead0000, where no area is');
  });
});

describe('a fault on the way to a handler is told by what the CPU wanted there', () => {
  it.each([['overrun', 'a read of a gate, for a delivery'], ['big-frame', 'the frame of a delivery']])('%s: %s', async (app, said) => {
    const { lab, events } = await runGuest({ app, config: 'ukl' }), fault = events('delivery-fault').find(({ fields }) => fields['fault'] === 14);
    await lab.ready({ space: { at: null } });
    lab.seek((fault?.tick ?? 0) + 1);
    const { space } = lab.show({ space: { at: null } }), { idtr } = lab.machine.registers(), cr2 = BigInt(fault?.fields['cr2'] ?? 0);
    expect(space?.fault).toMatchObject({ tick: fault?.tick, cr2, said });
    expect(idtr.base <= cr2 && cr2 <= idtr.base + BigInt(idtr.limit)).toBe(said.includes('gate'));
  });
});
