/**
 * Holds what the panels show against the machine: registers and bytes are asked of the worker, and each number in the DOM
 * must be that number. What the architecture fixes (selectors, rings, where a stack lies) the tests check on top of it.
 */
import { expect } from '@playwright/test';
import type { LabPage } from './lab-page.ts';
import { wordsAt } from './tap.ts';

export interface Moment {
  tick: number;
  ring: number;
  rip: bigint;
  rsp: bigint;
  cs: bigint;
  ss: bigint;
  /** Function at RIP, without its prefix. */
  symbol: string;
  /** Kind of the stack that RSP lies in. */
  stack: string;
}

const hex = (value: bigint): string => BigInt.asUintN(64, value).toString(16);

interface ShownRegister {
  name: string;
  value: string;
  old: string | null;
  title: string;
}

/** The rows of the CPU panel as they can be read. */
async function shownRegisters(lab: LabPage): Promise<ShownRegister[]> {
  return lab.panel('CPU & rings').locator('[data-reg]').evaluateAll((rows) => rows.map((row) => {
    const value = row.querySelector('.v b') ?? row.querySelector('.v > span:last-child');
    return { name: row.getAttribute('data-reg') ?? '', value: value?.textContent?.trim() ?? '', old: row.querySelector('.old')?.textContent ?? null,
      title: row.getAttribute('data-tip') ?? '' };
  }));
}

/** Every panel against the machine at this moment. */
export async function panelsAgree(lab: LabPage): Promise<Moment> {
  const { cpu, stacks, path, code } = await lab.ask('views', { show: { cpu: true, stacks: true, path: true, code: true } });
  if (!cpu || !stacks || !path || !code) throw new Error('a view is missing');
  const register = (name: string): bigint => {
    const found = cpu.registers.find((one) => one.name === name);
    if (!found) throw new Error(`the machine has no register ${name}`);
    return found.value;
  };
  const rip = register('RIP');
  const rsp = register('RSP');
  const cs = register('CS');
  const place = await lab.ask('describe', { addr: rip });

  // CPU & rings: every row, its changed value and the value before it.
  const rows = await shownRegisters(lab);
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['RIP', 'RSP', 'CS', 'SS', 'CPL', 'RAX', 'RCX', 'R11', 'R15', 'CR3', 'LSTAR', 'GS_BASE',
    'KERNEL_GS_BASE']));
  for (const row of rows) {
    const { value, was } = cpu.registers.find((one) => one.name === row.name) ?? { value: -1n };
    expect(row.title, row.name).toContain(`hex ${hex(value)}\n`);
    if (row.name !== 'STAR') expect(`${row.name} ${row.value}`).toBe(`${row.name} ${hex(value)}`);
    // A long old value may lose its first digits where there is no room; the title has all of them.
    expect(row.old === null, `${row.name} has changed`).toBe(was === undefined);
    if (was !== undefined) expect(row.title, row.name).toContain(`before: ${hex(was)}`);
    if (was !== undefined && row.name !== 'STAR') expect(hex(was), row.name).toMatch(new RegExp(`${row.old?.replace('…', '')}$`));
  }
  // CPL is the low two bits of CS, and the ring shown in three places is that one.
  const ring = Number(cs & 3n);
  await expect(lab.transport.getByTestId('ring')).toContainText(`Ring ${ring}`);
  await expect(lab.panel('CPU & rings').locator('.ringsvg'))
    .toHaveAccessibleName(new RegExp(`(The CPU is in|to|both in) ring ${ring}(, in .* code)?(; ring 3 is not used)?$`));
  expect(rows.find(({ name }) => name === 'CPL')?.value).toBe(String(ring));

  // Code: the row marked as next is the one at RIP, with the bytes that lie in memory there.
  const next = lab.panel('Code').locator('.ln.next');
  await expect(next).toHaveAttribute('data-addr', hex(rip));
  await expect(next).toBeInViewport();
  const shown = (await next.locator('.by').textContent() ?? '').split(' ').map((byte) => Number.parseInt(byte, 16));
  const { bytes } = await lab.ask('memory', { addr: rip, length: shown.length });
  expect([...bytes]).toEqual(shown);
  expect(place.domain).not.toBe('unknown');

  // Stacks: each slot against the eight bytes in memory; RSP's mark where RSP is; the stack in use is the one RSP lies in.
  const inUse = stacks.stacks.find(({ low, high }) => rsp > low && rsp <= high);
  const shownInUse = await lab.panel('Stacks').locator('[data-in-use]').evaluateAll((all) => all.map((one) => one.getAttribute('data-stack')));
  expect(shownInUse).toEqual(inUse ? [inUse.kind] : []);
  const slots = await lab.panel('Stacks').locator('.slot:not(.fold)').evaluateAll((all) => all.map((slot) => ({
    addr: slot.getAttribute('data-slot') ?? '', value: slot.querySelector('.va')?.textContent ?? '',
    rsp: [...slot.querySelectorAll('.ptr')].some((mark) => mark.textContent === 'RSP'),
  })));
  const words = await wordsAt(lab.page, slots.map(({ addr }) => BigInt(`0x${addr}`)));
  expect(slots.map(({ addr, value }) => `${addr}: ${value}`))
    .toEqual(slots.map(({ addr }, index) => `${addr}: ${words[index] === null ? 'not mapped' : hex(words[index] ?? 0n)}`));
  for (const slot of slots) if (slot.rsp) expect(slot.addr).toBe(hex(rsp & ~7n));

  // Syscall path: its boxes are visits of the call, and the one marked as "here" is the function at RIP.
  const call = path.call;
  if (call) {
    const head = lab.panel('Syscall path');
    await expect(head.locator('.call-text')).toHaveText(call.text);
    const boxes = await head.locator('.node:not(.small)').evaluateAll((all) =>
      all.map((box) => ({ title: box.getAttribute('data-tip') ?? '', now: box.classList.contains('now') })));
    for (const box of boxes) {
      const node = path.nodes.find(({ name, ring: own, instructions, cycles }) =>
        box.title.startsWith(`${name}, ring ${own}, `) &&
        box.title.includes(`: ${instructions.toLocaleString('en')} instructions, ${cycles.toLocaleString('en')} cycles`));
      expect(node, `a visit for the box "${box.title}"`).toBeDefined();
      expect(box.now).toBe(node?.current);
    }
  }
  return { tick: await lab.tick(), ring, rip, rsp, cs, ss: register('SS'), symbol: place.symbol.replace(/^\w+:/, ''), stack: inUse?.kind ?? 'none' };
}
