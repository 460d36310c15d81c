import { beforeAll, describe, expect, it } from 'vitest';
import type { TablesView } from '../link/reports.ts';
import { descriptorsIn, gatesIn, mappedPart, stackPointersIn } from './descriptor-tables.ts';
import { type GuestRun, runGuest } from './testing.ts';

/** Quadwords as a memory dump shows them, most significant digit first. */
const dump = (text: string): Uint8Array => Uint8Array.from(text.trim().split(/\s+/).flatMap((word) =>
  word.replaceAll("'", '').match(/../g)?.reverse().map((byte) => Number.parseInt(byte, 16)) ?? []));

describe('tables as the manual draws them', () => {
  it('a gate: offset in three parts, selector, IST, type, DPL, P; what is not there, and what leads to one place, is one row', () => {
    const absent = `${'0'.repeat(16)} ${'0'.repeat(16)}`, device = "8123'8e00'0010'4560 00000000'ffffffff";
    const rows = gatesIn(dump([
      "8123'8e01'0010'4567 00000000'ffffffff", "8123'ef00'0010'0000 00000000'ffffffff", absent, absent,
      ...Array.from({ length: 28 }, () => absent), device, device, device,
    ].join(' ')), (handler) => ({ symbol: `at ${handler.toString(16)}`, file: '', line: 0 }));
    expect(rows.map(({ vector, last, present, name, type, selector, ist, dpl, symbol }) =>
      (present ? `${vector}-${last}${name} ${type} ${selector.toString(16)} ist ${ist} dpl ${dpl} ${symbol}` : `${vector}-${last}${name} absent`))).toEqual([
      '0-0#DE interrupt 10 ist 1 dpl 0 at ffffffff81234567',
      '1-1#DB trap 10 ist 0 dpl 3 at ffffffff81230000',
      '2-31 absent',
      '32-34 interrupt 10 ist 0 dpl 0 at ffffffff81234560',
    ]);
  });

  it('a descriptor: base and limit in pieces, and a TSS takes two places', () => {
    const rows = descriptorsIn(dump("0000000000000000 00af9b000000ffff 00cff3000000ffff 12008b3456780067 00000000'ffffff80"));
    const said = rows.map(({ selector, what, dpl, base, limit }) => `${selector.toString(16)} ${what} dpl ${dpl} ${base.toString(16)} ${limit.toString(16)}`);
    expect(said).toEqual([
      '8 64-bit code dpl 0 0 ffffffff', '10 data dpl 3 0 ffffffff', '18 TSS, busy dpl 0 ffffff8012345678 67',
    ]);
  });

  it('a table is as long as it says, as far as it is mapped', () => {
    const from = 0xffff_8000_0000_0f00n, mapped = (pages: number) => ({ peek: (addr: bigint, length: number) =>
      (addr + BigInt(length) <= 0xffff_8000_0000_0000n + BigInt(pages) * 0x1000n ? new Uint8Array(length).fill(Number(addr >> 12n) & 0xff) : null) });
    expect(mappedPart(mapped(3), from, 100 * 8)?.length).toBe(800);
    expect([...new Set(mappedPart(mapped(3), from, 0x1100))]).toEqual([0, 1]);
    expect(mappedPart(mapped(1), from, 0x10000)?.length).toBe(0x100);
    expect(mappedPart(mapped(0), from, 8)).toBeNull();
  });

  it('a TSS that is cut short has the stacks that are in it', () => {
    const whole = new Uint8Array(104);
    new DataView(whole.buffer).setBigUint64(36, 0xffff_c900_0000_1000n, true);
    expect(stackPointersIn(whole, (rsp) => (rsp ? 'a stack' : '')).map(({ name, stack }) => `${name}${stack ? `: ${stack}` : ''}`))
      .toEqual(['sp0', 'sp1', 'sp2', 'ist[0]: a stack', 'ist[1]', 'ist[2]', 'ist[3]', 'ist[4]', 'ist[5]', 'ist[6]']);
    expect(stackPointersIn(whole.subarray(0, 20), () => '')).toHaveLength(2);
  });
});

describe('tables of a machine that runs a program', () => {
  let run: GuestRun;
  const tablesAt = (tick: number): TablesView => {
    run.lab.seek(tick);
    const { tables } = run.lab.views(['tables']);
    if (!tables) throw new Error('no tables');
    return tables;
  };
  beforeAll(async () => void (run = await runGuest({ source: 'int main(void) { static char bytes[8192]; return bytes[5000]; }' })), 60_000);
  beforeAll(() => run.lab.ready({ tables: true }));

  it('what a delivery used is what the CPU did: RIP is the gate\'s, RSP is below the stack that the TSS names', () => {
    const fault = run.events('exception').find(({ fields }) => fields['ring'] === 3 && fields['vector'] === 14);
    if (!fault) throw new Error('no page fault in ring 3');
    const { last, idt, gdt, tss } = tablesAt(fault.tick + 1), registers = run.lab.machine.registers();
    const gate = idt.rows?.find(({ vector }) => vector === 14);
    expect(last).toMatchObject({ tick: fault.tick, vector: 14, name: '#PF', ring: 3, moved: true, used: { pointer: 'sp0' } });
    expect(gate).toMatchObject({ present: true, type: 'interrupt', dpl: 0, handler: registers.rip });
    expect(gdt.rows?.find(({ selector }) => selector === last?.used?.selector)).toMatchObject({ what: '64-bit code', dpl: 0, loaded: ['CS'] });
    const sp0 = tss.rows?.find(({ name }) => name === 'sp0');
    expect(registers.gpr[4]).toBe((sp0?.value ?? 0n) - 48n);
    expect(sp0?.stack).not.toBe('');
    // A step later it is past: the tables may be others by then. Where the frame was put is known for good.
    const later = tablesAt(fault.tick + 2).last;
    expect([later?.tick, later?.used, later?.stack]).toEqual([fault.tick, undefined, last?.stack]);
    expect(last?.stack).toBe(sp0?.stack);
    // The step before, it had not happened.
    expect(tablesAt(fault.tick).last?.tick).not.toBe(fault.tick);
  });

  it('at power-on nothing has been delivered, and reading says so', () => {
    expect(tablesAt(0).last).toBeUndefined();
  });

  it('where the IDT is gone, nothing is said of gates that an earlier delivery used', async () => {
    const { lab } = await runGuest({ app: 'overrun', config: 'ukl' });
    await lab.ready({ tables: true });
    const { tables } = lab.views(['tables']);
    expect(tables?.idt.rows).toBeNull();
    expect(tables?.last?.used).toBeUndefined();
  });
});
