import { describe, expect, it } from 'vitest';
import { openGuest } from './testing.ts';

describe('what the coming steps write', () => {
  it('is shown in the past, each slot with the step that writes it and what it will be', async () => {
    const lab = openGuest({ app: 'console-echo', input: 'hello\n' });
    await lab.run({ direction: 'forward' });
    const call = lab.tracer.record.syscalls.find(({ name }) => name === 'write');
    lab.seek(call?.tick ?? 0);
    await lab.step('boundary', 'forward');
    const now = lab.tick, hash = lab.machine.hash();
    const kernel = lab.views(['stacks']).stacks?.stacks.find(({ kind }) => kind === 'kernel');
    expect([lab.tick, lab.machine.hash()]).toEqual([now, hash]);
    const coming = (kernel?.rows ?? []).flatMap((row) => ('next' in row && row.next ? [{ addr: row.addr, ...row.next }] : []));
    // The entry code saves at least what the CPU would have pushed, and the general registers.
    expect(coming.map(({ label }) => label)).toEqual(expect.arrayContaining(['ss', 'sp', 'flags', 'cs', 'ip', 'di', 'si', 'dx', 'r8']));
    for (const { addr, steps, label } of coming) {
      if (!['ss', 'flags', 'di', 'r8'].includes(label)) continue;
      lab.seek(now + steps);
      // A push leaves RSP at what it wrote.
      expect(lab.machine.registers().gpr[4], label).toBe(addr);
    }
  });

  it('is nothing at the live end', async () => {
    const lab = openGuest({ app: 'hello' });
    await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry' } });
    expect(lab.views(['stacks']).stacks?.stacks.flatMap(({ rows }) => rows).filter((row) => 'next' in row)).toEqual([]);
  });
});
