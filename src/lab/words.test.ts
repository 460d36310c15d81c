/** What the panels say at every tick of one system call, compared with the machine as it stands there. */
import { expect, it } from 'vitest';
import type { LaneName } from '../link/reports.ts';
import { openGuest } from './testing.ts';

it.each(['linux', 'ukl', 'ukl-nss', 'ukl-byp'])('%s: ring, stack, task, call and function are the machine\'s at every tick of getppid', async (config) => {
  const lab = openGuest({ app: 'getppid-loop', args: ['3'], config });
  await lab.run({ direction: 'forward' });
  const call = lab.syscalls().filter(({ name }) => name === 'getppid')[1];
  expect(call.endTick! - call.tick).toBeGreaterThan(20);
  const lanes = lab.timeline(call.tick - 10, call.endTick! + 10, 1e6).lanes;
  const said = (name: LaneName, tick: number): string[] => (lanes.find((lane) => lane.name === name)?.spans ?? []).filter(({ start, end }) => start <= tick && tick < end).map(({ label }) => label);
  for (let { tick } = call; tick < call.endTick!; tick++) {
    lab.seek(tick);
    const at = `tick ${tick}, ${tick - call.tick} of the call`;
    const registers = lab.machine.registers(), { cpu, path, stacks, code } = lab.views(['cpu', 'path', 'stacks', 'code']), status = lab.status();
    expect(status.ring, at).toBe(registers.cpl);
    expect(cpu?.ring, at).toBe(registers.cpl);
    expect(cpu?.registers.find(({ name }) => name === 'RSP')?.value, at).toBe(registers.gpr[4]);
    expect(code?.next.addr, at).toBe(registers.rip);
    const mode = cpu?.words.find(({ name }) => name === 'ukl_mode')?.value;
    expect(said('ring', tick), at).toEqual([config === 'linux' ? `ring ${registers.cpl}` : mode === 2 ? 'ukl_mode 2, app' : mode === 1 ? 'ukl_mode 1, kernel' : 'kernel']);
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
}, 240_000);
