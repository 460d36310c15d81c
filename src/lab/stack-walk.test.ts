/** Every tick of whole system calls, of a page fault and of a timer interrupt, in every configuration: what a slot is stays known for as long as it is live. */
import { describe, expect, it } from 'vitest';
import type { SlotKind } from '../link/reports.ts';
import { configNames, resolveConfig, type Switches } from '../toolchain/kconfig.ts';
import type { Lab } from './lab.ts';
import { guestSources } from './sources.ts';
import { stacksView } from './stacks.ts';
import { sideOf } from './stepping.ts';
import { openGuest } from './testing.ts';

const PROGRAM = `#include <unistd.h>
#include <sys/mman.h>
int main(void)
{
	char line[16];
	char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int n = read(0, line, sizeof(line));

	page[7] = line[0];
	write(1, line, n);
	for (volatile int i = 0; i < 3000000; i++)
		;
	return getppid() < 0;
}
`;

const HIDDEN: ReadonlySet<SlotKind> = new Set(['unknown', 'free', 'guard']), FIXED: ReadonlySet<SlotKind> = new Set(['ptregs', 'hw', 'ret', 'saved']);

/** Where each of a task's stacks is used down to, found by following RSP: not what the panel says of it. */
class Depths {
  readonly #low = new Map<bigint, { rsp: bigint; rank: number; high: bigint }>();
  application = { rsp: 0n, zone: 0n, low: 0n, isIn: false, called: false };

  at(lab: Lab): void {
    const { machine, tracer, symbols } = lab;
    const { gpr, rip } = machine.registers(), region = tracer.regionOf(gpr[4]);
    if (!region) return;
    // From the application on nothing of the kernel's is left; from the stack of an interrupt or an entry back to a task's the other is done with.
    const isUser = sideOf(symbols, rip) === 'user', rank = region.kind === 'user' ? 0 : region.kind === 'kernel' ? 1 : 2;
    // On the way out by the entry stack a register leads to what is left on the kernel's, until the last one is restored.
    const isLeft = ({ rank: other, high }: { rank: number; high: bigint }, low: bigint): boolean =>
      region.kind === 'entry' && other === 1 && !gpr.some((value) => value >= low && value < high);
    for (const [low, one] of this.#low) if (isUser || one.rank > rank || isLeft(one, low)) this.#low.delete(low);
    const zone = BigInt(symbols.functionAt(rip)?.redZoneBytes ?? 0), was = this.application;
    // Where the application left off: a call has put its return address there, and its red zone ends with that.
    if (isUser) this.application = { rsp: gpr[4], zone, low: region.low, isIn: true, called: false };
    else if (was.isIn) this.application = { ...was, isIn: false, ...(gpr[4] === was.rsp - 8n ? { rsp: gpr[4], zone: 0n, called: true } : {}) };
    // An IRET back behind the call leaves the return address where it is, and needs it no more.
    if (this.application.called && machine.peekNumber(gpr[4] + 24n, 8) === was.rsp + 8n && machine.peekNumber(gpr[4], 8) === machine.peekNumber(was.rsp, 8))
      this.application = { ...this.application, rsp: was.rsp + 8n, called: false };
    const outside = this.#low.get(this.application.low);
    if (outside && region.low !== this.application.low) outside.rsp = this.application.rsp - this.application.zone;
    this.#low.set(region.low, { rsp: gpr[4] - (isUser ? zone : 0n), rank, high: region.high });
  }

  isLive(low: bigint, at: bigint): boolean {
    const depth = this.#low.get(low);
    return depth !== undefined && at >= depth.rsp;
  }
}

/** @param own the kernel runs on a stack of its own meanwhile. */
function walk(lab: Lab, from: number, to: number, own: boolean): string[] {
  const lost: string[] = [], depths = new Depths();
  lab.seek(from);
  const { pid } = lab.status().task;
  let known = new Map<string, { label: string; kind: SlotKind; value: bigint | undefined }>();
  for (let tick = from; tick < to; tick++) {
    if (tick > from) lab.history.forward(tick);
    if (lab.tracer.task(tick).pid !== pid) continue;
    const { machine, symbols, tracer } = lab;
    depths.at(lab);
    const { stacks } = stacksView({ task: tracer.task(tick), cpu: machine.running, machine, symbols, tracer, registers: machine.registers(), before: undefined,
      changed: new Map(), ahead: new Map(), lost: () => undefined });
    const outside = stacks.find(({ low, inUse }) => low === depths.application.low && !inUse), { rsp, called } = depths.application;
    // Not in use it ends where the application left off; what a call's flags need stands below its return address.
    if (own && outside && rsp !== 0n) expect([rsp, ...(called ? [rsp - 8n] : [])], `user stack at tick ${tick}, ${symbols.name(machine.registers().rip)}`)
      .toContain((outside.high & ~7n) - BigInt(outside.usedBytes));
    const now: typeof known = new Map(), dark: string[] = [];
    for (const { name, low, rows } of stacks) {
      for (const row of rows) {
        if ('count' in row || !depths.isLive(low, row.addr)) continue;
        const key = `${name} ${row.addr.toString(16)}`;
        const { label, kind, value } = row, was = known.get(key);
        if (HIDDEN.has(kind) && /^(unknown|stale|)$/.test(label)) {
          if (was) dark.push(`${key} was ${was.label}`);
        } else now.set(key, { label, kind, value });
        // What the kernel saved stays what it is for as long as nobody writes there.
        if (was && was.value === value && FIXED.has(was.kind) && was.kind === kind && was.label !== label) dark.push(`${key} was ${was.label}, is ${label}`);
      }
    }
    if (dark.length) lost.push(`tick ${tick} (${tick - from}) ${symbols.name(machine.registers().rip)}: ${dark.length} lost, ${dark.slice(0, 3).join(', ')}`);
    known = new Map([...known, ...now]);
    for (const key of known.keys()) {
      const [name, at] = key.split(' '), stack = stacks.find((one) => one.name === name);
      if (!stack || !depths.isLive(stack.low, BigInt(`0x${at}`))) known.delete(key);
    }
  }
  return lost;
}

describe.each(configNames(guestSources()))('%s', (config) => {
  const { PRIVILEGE, UKL_STACK, UKL_BYPASS } = resolveConfig(guestSources(), config) as Switches;

  it('no slot that was known becomes unknown while it is live', async () => {
    const lab = openGuest({ source: PROGRAM, config, input: 'abc\n' });
    await lab.run({ direction: 'forward' });
    const lost: string[] = [];
    for (const name of ['read', 'write', 'getppid']) {
      const call = lab.syscalls().find((one) => one.name === name && one.returns !== false);
      expect(call?.endTick, name).toBeGreaterThan(0);
      lost.push(...walk(lab, call!.tick - 4, Math.min(call!.endTick! + 4, call!.tick + 4000), UKL_STACK === 'switch' && UKL_BYPASS === 'off')
        .map((line) => `${name}: ${line}`));
    }
    // A page fault and a timer interrupt of the program itself, from its instruction to that instruction.
    for (const [kind, vector] of [['exception', 14], ['interrupt', 0xec]] as const) {
      const event = lab.eventsBetween(0, lab.status().live, [kind], 100_000).find(({ tick, fields }) => {
        if (fields['vector'] !== vector) return false;
        lab.seek(tick);
        const { domain, symbol } = lab.describe(fields['rip'] as bigint);
        return domain === 'app' && symbol === 'main';
      });
      expect(event, `${kind} in main`).toBeDefined();
      lab.seek(event!.tick + 1);
      const { pid } = lab.status().task;
      let back = event!.tick + 2;
      lab.history.watch(() => {
        back = lab.machine.tick;
        return lab.tracer.task(back).pid === pid && sideOf(lab.symbols, lab.machine.registers().rip) === 'user';
      }, event!.tick + 20_000);
      lost.push(...walk(lab, event!.tick - 2, back + 2, PRIVILEGE === 'user').map((line) => `${kind}: ${line}`));
    }
    expect(lost).toEqual([]);
  }, 120_000);
});

it.each(['sysret', 'iret'])('nor where the way in and the way out by %s load page tables by a register that led to a stack', async (SYSCALL_RETURN) => {
  const lab = openGuest({ source: '#include <unistd.h>\nint main(void) { return getppid() < 0; }', set: { PTI: 'on', SYSCALL_RETURN } });
  await lab.run({ direction: 'forward' });
  const { tick, endTick } = lab.syscalls().find(({ name }) => name === 'getppid')!;
  expect(walk(lab, tick - 4, endTick! + 4, true)).toEqual([]);
});
