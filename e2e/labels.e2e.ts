/** What the panels say in words: the sentence about the step, and the help that comes with the pointer. */
import { expect, test } from './fixtures.ts';

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
