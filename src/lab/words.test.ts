/** What the panels say at every tick of one system call, compared with the machine as it stands there. */
import { expect, it } from 'vitest';
import { FLAG_NAMES, GPR64 } from '../isa/registers.ts';
import type { LaneName } from '../link/reports.ts';
import { configNames, resolveConfig, type Switches } from '../toolchain/kconfig.ts';
import { peekIn } from './memory.ts';
import { guestSources } from './sources.ts';
import { openGuest } from './testing.ts';

it.each(['linux', 'ukl', 'ukl-nss', 'ukl-byp'])('%s: ring, stack, task, call and function are the machine\'s at every tick of getppid', async (config) => {
  const lab = openGuest({ app: 'getppid-loop', args: ['3'], config });
  await lab.run({ direction: 'forward' });
  const call = lab.syscalls().filter(({ name }) => name === 'getppid')[1];
  expect(call.endTick! - call.tick).toBeGreaterThan(20);
  const lanes = lab.timeline(call.tick - 10, call.endTick! + 10, 1e6).lanes;
  const said = (name: LaneName, tick: number): string[] => (lanes.find((lane) => lane.name === name)?.spans ??
    []).filter(({ start, end }) => start <= tick && tick < end).map(({ label }) => label);
  let around = 0;
  for (let { tick } = call; tick < call.endTick!; tick++) {
    lab.seek(tick);
    const at = `tick ${tick}, ${tick - call.tick} of the call`;
    const registers = lab.machine.registers(), { cpu, path, stacks, code } = lab.views(['cpu', 'path', 'stacks', 'code']), status = lab.status();
    expect(status.ring, at).toBe(registers.cpl);
    expect(cpu?.ring, at).toBe(registers.cpl);
    expect(cpu?.registers.find(({ name }) => name === 'RSP')?.value, at).toBe(registers.gpr[4]);
    expect(code?.next.addr, at).toBe(registers.rip);
    const mode = cpu?.words.find(({ name }) => name === 'ukl_mode')?.value;
    const inKernel = lab.symbols.functionAt(registers.rip)?.domain === 'kernel', [side] = said('ring', tick);
    // A bypassed call does not change the note: the kernel that serves it is told by what it says of the call, a few steps after it began and before it ends.
    if (mode === 2 && inKernel !== (side === 'kernel, in a call')) around++;
    if (config === 'linux') expect(side, at).toBe(`ring ${registers.cpl}`);
    else if (mode === 2) expect(['ukl_mode 2, app', 'kernel, in a call'], at).toContain(side);
    else expect(side, at).toBe(mode === 1 ? 'ukl_mode 1, kernel' : 'kernel');
    const region = lab.tracer.regionOf(registers.gpr[4]);
    expect(region, at).toBeDefined();
    expect(said('stack', tick), at).toEqual([region!.name]);
    expect(stacks?.stacks.find(({ inUse }) => inUse)?.kind, at).toBe(region!.kind);
    expect(said('task', tick), at).toEqual([`${status.task.comm} ${status.task.pid}`]);
    expect(said('syscall', tick), at).toEqual([call.text]);
    expect(path?.call, at).toEqual(call);
    const here = path?.nodes.find(({ current }) => current);
    expect(here?.name, at).toBe(lab.symbols.functionAt(registers.rip)?.name);
    expect(here?.ring, at).toBe(registers.cpl);
  }
  expect(around).toBeLessThan(30);
}, 240_000);

/** How the saved registers are called, by the register that each of them holds when a system call begins. */
const SAVED: Readonly<Record<string, string>> = { r15: 'R15', r14: 'R14', r13: 'R13', r12: 'R12', bp: 'RBP', bx: 'RBX', r10: 'R10', r9: 'R9', r8: 'R8',
  dx: 'RDX', si: 'RSI', di: 'RDI', orig_ax: 'RAX' };

it.each(configNames(guestSources()))('%s: registers, flags, slots, names of slots and bytes of code are the machine\'s at every tick of getppid',
  async (config) => {
  const lab = openGuest({ app: 'getppid-loop', args: ['3'], config });
  await lab.run({ direction: 'forward' });
  const call = lab.syscalls().filter(({ name }) => name === 'getppid')[1];
  /** By the page tables, not as the CPU sees it. */
  const word = (addr: bigint): bigint | undefined => {
    const bytes = peekIn(lab.machine, lab.symbols.space, addr, 8);
    return bytes ? new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true) : undefined;
  };
  let caller = new Map<string, bigint>(), complete = 0, earlier = new Map<bigint, bigint | undefined>();
  const wrong: string[] = [];
  for (lab.seek(call.tick); lab.tick < call.endTick!; await lab.step('instruction', 'forward')) {
    const { tick } = lab, at = `tick ${tick}, ${tick - call.tick} of the call`, { cpu, code, stacks } = lab.views(['cpu', 'code', 'stacks']), { machine } = lab;
    const shown = new Map(cpu!.registers.map(({ name, value }) => [name, value])), { rflags, gpr, rip } = machine.registers();
    expect(GPR64.map((name) => shown.get(name.toUpperCase())), at).toEqual(gpr);
    expect([shown.get('RIP'), shown.get('RFLAGS')], at).toEqual([rip, rflags]);
    expect(cpu!.flags.map(({ set }) => set), at).toEqual(FLAG_NAMES.map(([, bit]) => (rflags & BigInt(bit)) !== 0n));
    const row = lab.listing(code!.next.addr)?.rows.find((one) => one.kind === 'insn' && one.addr === rip);
    expect(row?.kind === 'insn' && [...row.bytes], at).toEqual([...machine.peek(rip, row?.kind === 'insn' ? row.bytes.length : 0) ?? []]);
    const now = new Map<bigint, bigint | undefined>(), ptregs: [string, bigint | undefined][] = [];
    for (const stack of stacks!.stacks) {
      expect(stack.rsp, at).toBe(stack.inUse ? gpr[4] : undefined);
      for (const slot of stack.rows) {
        if ('count' in slot) continue;
        now.set(slot.addr, word(slot.addr));
        const old = earlier.get(slot.addr);
        if (slot.value !== now.get(slot.addr)) wrong.push(`${slot.addr.toString(16)} at ${at}: ${slot.value} is not what is there`);
        if (earlier.has(slot.addr) && slot.was !== (old === slot.value ? undefined : old))
          wrong.push(`${slot.addr.toString(16)} at ${at}: was ${old}, not ${slot.was}`);
        if (slot.kind === 'ret' && slot.label !== lab.symbols.name(slot.value!))
          wrong.push(`${slot.addr.toString(16)} at ${at}: ${slot.label} is not where that leads`);
        if (slot.kind === 'ptregs') ptregs.push([slot.label, slot.value]);
      }
    }
    earlier = now;
    const isUser = code!.next.domain !== 'kernel';
    if (isUser) caller = shown;
    // Whatever of them has been saved is what the caller had.
    else for (const [label, value] of ptregs) if (SAVED[label] && value !== caller.get(SAVED[label]))
      wrong.push(`${label} at ${at}: ${value} is not what the caller had`);
    complete = Math.max(complete, ptregs.length);
  }
  expect(wrong).toEqual([]);
  // A call that bypasses the entry code, or where there is none, saves none.
  const { UKL_BYPASS, UKL_ENTRY } = resolveConfig(guestSources(), config) as Switches;
  if (UKL_BYPASS === 'off' && UKL_ENTRY === 'full') expect(complete).toBe(21);
}, 120_000);
