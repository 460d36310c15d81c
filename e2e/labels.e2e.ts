/** What the panels say in words: the sentence about the step, and the help that comes with the pointer. */
import { expect, test } from './fixtures.ts';
import type { LabPage, PanelName } from './lab-page.ts';

test('a line says on hover what its instruction does with the values of this moment', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.goToCall('write');
  const next = lab.panel('Code').locator('.ln.next'), tip = lab.page.getByRole('tooltip');
  const [first] = await lab.ask('explain', { addr: BigInt(`0x${await next.getAttribute('data-addr')}`) });
  expect(first).toMatch(/^(reads|writes|uses|reads and writes) /);
  await next.hover();
  await expect(tip).toContainText(first!.replaceAll('`', ''));
  // After a step what is said of that line is of the new moment.
  const addr = await next.getAttribute('data-addr');
  await lab.page.mouse.move(2, 2);
  await lab.key('ArrowRight');
  await lab.panel('Code').locator(`.ln[data-addr="${addr}"]`).hover();
  const lines = await lab.ask('explain', { addr: BigInt(`0x${addr}`) });
  for (const line of lines) await expect(tip).toContainText(line.replaceAll('`', ''));
  await expect(lab.panel('Code').locator('[title]')).toHaveCount(0);
});

test('the sentence about a step is all there, at every step of a system call', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.goToCall('write');
  const sentence = lab.panel('Code').getByTestId('narration');
  for (let n = 0; n < 40; n++) {
    await lab.key('ArrowRight');
    const { text, high, shown } = await sentence.evaluate((p) => ({ text: p.textContent ?? '', high: p.scrollHeight, shown: p.clientHeight }));
    expect(text).not.toContain('…');
    expect(text).toMatch(/\.$/);
    expect(high, text).toBeLessThanOrEqual(shown);
  }
});

/** Texts of a panel that are shown in part: what is scrolled to, or wrapped out of sight as a whole, is not. */
const cutIn = (lab: LabPage, panel: PanelName): Promise<string[]> => lab.panel(panel).evaluate((region) => {
  const found: string[] = [], walker = document.createTreeWalker(region, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? '', parent = node.parentElement;
    if (!text || !parent?.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || parent.closest('.upper, .tip, svg')) continue;
    range.selectNodeContents(node);
    const at = range.getBoundingClientRect();
    for (let box: Element | null = parent; box && box !== region.parentElement; box = box.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(box);
      if (overflowX === 'visible') continue;
      const edge = box.getBoundingClientRect();
      // Another row of something that scrolls, or of a line that wraps.
      if (at.bottom <= edge.top + 2 || at.top >= edge.bottom - 2) break;
      if (overflowX !== 'auto' && overflowX !== 'scroll' && (at.left < edge.left - 1.5 || at.right > edge.right + 1.5))
        found.push(`${text} (${Math.round(at.left - edge.left)}, ${Math.round(edge.right - at.right)} in ${box.className})`);
      if (overflowX === 'auto' || overflowY === 'auto') break;
    }
  }
  return found;
});

// Dark and light differ in colours alone.
for (const [theme, width, height] of [['dark', 1366, 768], ['projector', 1280, 720]] as const) {
  test(`nothing that matters is cut at ${width} x ${height}, ${theme}`, async ({ visitor }) => {
    const lab = await visitor({ viewport: { width, height } });
    await lab.page.addInitScript((chosen) => localStorage.setItem('ringside-settings', JSON.stringify({ theme: chosen })), theme);
    const whole = async (when: string): Promise<void> => {
      for (const panel of ['Stacks', 'CPU & rings'] as const) expect(await cutIn(lab, panel), `${panel}, ${when}`).toEqual([]);
    };
    for (const config of ['linux', 'ukl-nss']) {
      await lab.openAfresh(`#v=1&scenario=hello&config=${config}`);
      await whole(`${config}, as it opens`);
      await lab.press('Run');
      await lab.goToCall('write');
      await whole(`${config}, at write`);
      for (let n = 0; n < 3; n++) {
        await lab.key('b');
        await whole(`${config}, boundary ${n + 1}`);
        for (let step = 0; step < 9; step++) await lab.key('ArrowRight');
        await whole(`${config}, nine steps behind boundary ${n + 1}`);
      }
    }
    await lab.openAfresh('#v=1&scenario=lost-red-zone&config=ukl&set=APP_RED_ZONE:on');
    await lab.press('Run');
    const [lost] = await lab.ask('events', { from: 0, to: (await lab.tick()) + 1, kinds: ['red-zone-write'], limit: 1 });
    await lab.goTo(lost!.tick + 1);
    await whole('a red zone is lost');
    // Who wrote there, and what was lost, in the rows themselves.
    await expect(lab.panel('Stacks').locator('.zone.bad')).toHaveText(`✕ ${String(lost!.fields['writer'])} wrote over live data`);
    const { stacks } = await lab.ask('views', { show: { stacks: true } });
    const gone = stacks!.stacks.flatMap(({ rows }) => rows.flatMap((row) => ('count' in row || !row.overwritten ? [] : [row.overwritten.lost!.toString(16)])));
    expect(gone).toHaveLength(5);
    expect(await lab.panel('Stacks').locator('.slot.bad .nm').allTextContents()).toEqual(gone);
  });
}

test('the path shows its way back, and what lies beyond the edge', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.goToCall('write');
  const path = lab.panel('Syscall path'), { path: known } = await lab.ask('views', { show: { path: true } });
  const entry = known!.nodes.find(({ via }) => via === 'syscall')!;
  await expect(path.locator('.back')).toHaveText(['6in RAX', 'sysret']);
  await path.getByRole('button', { name: 'sysret' }).click();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(entry.left!.tick));
  await path.getByRole('button', { name: '6 in RAX' }).click();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(known!.call!.endTick));
  const rax = lab.panel('CPU & rings').locator('[data-reg=RAX]');
  await expect(rax).toContainText('6');
  // The boxes that are not in sight are counted, and so is what is shown of them.
  await lab.goTo(known!.call!.tick);
  const beyond = path.getByRole('button', { name: /more functions? to the right, up to / });
  const shown = await path.locator('.pair > .node').evaluateAll((all) => {
    const edge = all[0]!.closest('.pgrid')!.getBoundingClientRect();
    return all.filter((one) => one.getBoundingClientRect().right > edge.right + 2).length;
  });
  expect(shown).toBeGreaterThan(0);
  await expect(beyond).toHaveText(new RegExp(`^\\+${shown}`));
  await beyond.click();
  await expect(path.getByRole('button', { name: /more functions? to the left/ })).toBeVisible();
});

test('all of a run is drawn as what happened how often, not as a barcode', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.panel('Timeline').getByRole('button', { name: 'All', exact: true }).click();
  const merged = lab.panel('Timeline').locator('.sp.merged'), spans = lab.panel('Timeline').locator('.sp');
  await expect(merged.first()).toBeVisible();
  // Whatever stands for several says how many, and no two slivers stand side by side where one bar would do.
  for (const words of await merged.evaluateAll((all) =>
    all.map((one) => (one as HTMLElement).dataset['tip'] ?? ''))) expect(words).toMatch(/, [\d,]+ (changes|switches|calls|events|locks) together, tick /);
  const slivers = await spans.evaluateAll((all) => all.filter((one, n) => {
    const next = all[n + 1], box = one.getBoundingClientRect(), other = next?.getBoundingClientRect();
    return other !== undefined && next?.parentElement === one.parentElement && box.width < 3 && other.width < 3 && other.left - box.right < 2;
  }).length);
  expect(slivers).toBe(0);
});
