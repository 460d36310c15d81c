/** One typed line, followed through write() by boundary, forwards and back, as a process and as a unikernel. */
import { panelsAgree, type Moment } from './agree.ts';
import { expect, test } from './fixtures.ts';
import type { LabPage } from './lab-page.ts';
import { ALWAYS } from './sample.ts';

const USER_CS = 0x33n;
const KERNEL_CS = 0x10n;

/** Boots, types a line, and waits until the terminal has echoed it once and the program has written it once. */
async function echoed(lab: LabPage, text: string): Promise<void> {
  await lab.press('Run');
  await lab.typeLine(text);
  await expect(lab.terminal).toHaveText(new RegExp(`^\\s*${text}\\s*${text}\\s*$`));
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
}

/** Steps by a key until the moment passes the test; at each of them all panels are held against the machine. */
async function walk(lab: LabPage, key: string, done: (moment: Moment) => boolean, limit: number): Promise<{ moments: Moment[]; states: string[] }> {
  const moments: Moment[] = [];
  const states = [await lab.state()];
  for (let n = 0; n < limit; n++) {
    await lab.key(key);
    const moment = await panelsAgree(lab);
    moments.push(moment);
    states.push(await lab.state());
    if (done(moment)) return { moments, states };
  }
  throw new Error(`not there after ${limit} steps: ${moments.map(({ tick, symbol, stack }) => `${tick} ${symbol} on the ${stack} stack`).join(', ')}`);
}

/** Back over the same moments to where the walk began: the same tick and the same state each time. */
async function walkBack(lab: LabPage, key: string, states: readonly string[]): Promise<void> {
  for (const expected of states.slice(0, -1).reverse()) {
    await lab.key(key);
    expect(await lab.state()).toBe(expected);
  }
}

/** The moment one instruction earlier; the page is back where it was afterwards. */
async function oneBefore(lab: LabPage): Promise<Moment> {
  await lab.key('ArrowLeft');
  const moment = await panelsAgree(lab);
  await lab.key('ArrowRight');
  return moment;
}

/** The link as the Copy button puts it into the clipboard. */
async function copiedLink(lab: LabPage): Promise<string> {
  await lab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await lab.page.getByRole('button', { name: 'Share' }).click();
  const copy = lab.page.getByRole('button', { name: 'Copy link' });
  await expect(copy).toHaveAttribute('aria-disabled', 'false');
  await expect(lab.page.getByTestId('hash')).toHaveText(await lab.hash());
  await copy.click();
  await expect(lab.page.getByText('Link copied.')).toBeVisible();
  await lab.page.keyboard.press('Escape');
  return lab.page.evaluate(() => navigator.clipboard.readText());
}

const boxes = (lab: LabPage): Promise<string[]> => lab.panel('Syscall path').locator('.node:not(.small)').evaluateAll((all) =>
  all.map((box) => box.getAttribute('data-tip')?.replace(/,.*/s, '').replace(/^\w+:/, '') ?? ''));

test('linux: write() goes into ring 0, onto the kernel stack, and back; its link opens the same state elsewhere', { tag: ALWAYS }, async ({ lab, visitor }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await echoed(lab, 'hello');
  await lab.goToCall('write');
  const before = await panelsAgree(lab);
  expect(before).toMatchObject({ ring: 3, cs: USER_CS, symbol: 'write', stack: 'user' });

  // SYSCALL loads CS and RIP, and leaves RSP alone: SDM Vol. 2, "SYSCALL".
  const into = await walk(lab, 'b', ({ ring }) => ring === 0, 1);
  const entry = into.moments[0];
  expect(entry).toMatchObject({ ring: 0, cs: KERNEL_CS, ss: KERNEL_CS + 8n, symbol: 'entry_SYSCALL_64', stack: 'user' });
  expect(await oneBefore(lab)).toMatchObject({ ring: 3, cs: USER_CS, symbol: 'write', rsp: entry?.rsp });
  await expect(lab.panel('Code').getByTestId('border')).toContainText('SYSCALL');
  await expect(lab.transport.getByTestId('ring')).toContainText('was 3');
  await expect(lab.panel('CPU & rings').getByRole('button', { name: /^Sub-steps/ })).toBeVisible();

  // The entry code itself moves RSP, a few instructions on.
  const onto = await walk(lab, 'ArrowRight', ({ stack }) => stack === 'kernel', 12);
  const switched = onto.moments.at(-1);
  expect(switched).toMatchObject({ ring: 0, cs: KERNEL_CS, symbol: 'entry_SYSCALL_64', stack: 'kernel' });
  // Kernel addresses are the upper half.
  expect(switched?.rsp).toBeGreaterThan(0xffff_8000_0000_0000n);
  await expect(lab.panel('Stacks').getByRole('img', { name: 'RSP moved from one stack to the other' })).toBeVisible();
  await walkBack(lab, 'ArrowLeft', onto.states);

  const out = await walk(lab, 'b', ({ ring }) => ring === 3, 1);
  expect(out.moments[0]).toMatchObject({ ring: 3, cs: USER_CS, symbol: 'write', stack: 'user', rsp: entry?.rsp });
  const path = await boxes(lab);
  for (const name of ['write', 'entry_SYSCALL_64', 'do_syscall_64', 'ksys_write']) expect(path).toContain(name);
  await expect(lab.panel('Syscall path').locator('.call-text')).toHaveText('write(1, "hello\\n", 6) = 6');
  await walkBack(lab, 'Shift+B', out.states);

  await lab.key('Home');
  expect(await lab.tick()).toBe(0);
  const birth = await lab.state();
  await lab.goTo(switched?.tick ?? 0);
  expect(await lab.state()).toBe(onto.states.at(-1));

  const link = await copiedLink(lab);
  const other = await visitor();
  await other.page.goto(link);
  await other.settled();
  expect(await other.state()).toBe(onto.states.at(-1));
  expect(await panelsAgree(other)).toEqual(switched);
  await other.key('Home');
  expect(await other.state()).toBe(birth);
});

test('ukl: write() is a call, the ring stays 0, and the same work is done', async ({ lab, visitor }) => {
  await lab.open('#v=1&scenario=console-echo&config=ukl');
  await echoed(lab, 'hello');
  await lab.goToCall('write');
  const before = await panelsAgree(lab);
  expect(before).toMatchObject({ ring: 0, cs: KERNEL_CS, symbol: 'write', stack: 'user' });

  // A call pushes eight bytes and changes nothing else of the privilege.
  const into = await walk(lab, 'b', ({ symbol }) => symbol === 'ukl_entry_SYSCALL_64', 1);
  expect(into.moments[0]).toMatchObject({ ring: 0, cs: KERNEL_CS, stack: 'user' });
  const entry = into.moments[0];
  const calling = await oneBefore(lab);
  expect(calling).toMatchObject({ ring: 0, cs: KERNEL_CS, symbol: 'write', rsp: (entry?.rsp ?? 0n) + 8n });
  await expect(lab.panel('Code').getByTestId('border')).toContainText('call');
  await expect(lab.transport.getByTestId('ring')).not.toContainText('was');

  const onto = await walk(lab, 'ArrowRight', ({ stack }) => stack === 'kernel', 40);
  expect(onto.moments.every(({ ring, cs }) => ring === 0 && cs === KERNEL_CS)).toBe(true);
  await walkBack(lab, 'ArrowLeft', onto.states);

  const out = await walk(lab, 'b', ({ symbol }) => symbol === 'write', 1);
  expect(out.moments[0]).toMatchObject({ ring: 0, cs: KERNEL_CS, stack: 'user', rsp: calling.rsp });
  const path = await boxes(lab);
  expect(path).toEqual(expect.arrayContaining(['write', 'ukl_entry_SYSCALL_64', 'ksys_write']));
  expect(path).not.toContain('entry_SYSCALL_64');
  await expect(lab.panel('Syscall path').locator('.call-text')).toHaveText('write(1, "hello\\n", 6) = 6');
  await walkBack(lab, 'Shift+B', out.states);
  await lab.key('Home');
  expect(await lab.tick()).toBe(0);

  await lab.goTo(onto.moments.at(-1)?.tick ?? 0);
  const other = await visitor();
  await other.page.goto(await copiedLink(lab));
  await other.settled();
  expect(await other.state()).toBe(onto.states.at(-1));
});

test('the path shows a call from its first instruction in the kernel on, while it happens for the first time', async ({ lab }) => {
  for (const config of ['linux', 'ukl']) {
    await lab.openAfresh(`#v=1&scenario=hello&config=${config}`);
    const { path: first } = await lab.ask('views', { show: { path: true } });
    // From main into the next call; page faults come in between.
    const at = async () => (await lab.ask('views', { show: { code: true } })).code?.next.symbol ?? '';
    for (let n = 0; n < 8 && !/entry_SYSCALL_64/.test(await at()); n++) await lab.key('b');
    expect(await at()).toContain('entry_SYSCALL_64');
    await expect(lab.page.locator('html')).toHaveAttribute('data-time', 'live');
    const { path } = await lab.ask('views', { show: { path: true } });
    await lab.key('ArrowLeft');
    const { code } = await lab.ask('views', { show: { code: true } });
    await lab.key('ArrowRight');
    // The function that the kernel was entered from is the call's.
    const name = code?.next.symbol.replace(/^\w+:/, '').replace(/^_+/, '') ?? '?';
    expect(path?.call?.tick).toBeGreaterThan(first?.call?.tick ?? Infinity);
    expect(path?.call?.endTick).toBeUndefined();
    expect(path?.call?.name.replace(/^_+/, '')).toBe(name);
    await expect(lab.panel('Syscall path').locator('.call-text')).toHaveText(path?.call?.text ?? '?');
    await expect(lab.panel('Syscall path').locator('.node.now')).toHaveCount(1);
  }
});
