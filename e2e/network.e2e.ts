/**
 * Network: what is typed at the client comes to the guest as packets, each to be looked at and gone to, and leaves the wire on the way back. A terminal
 * there is echoed in three configurations that differ most; in all with RINGSIDE_SWEEP=1.
 */
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';
import { ALWAYS, isSweep } from './sample.ts';
import { guestSources } from '../src/lab/sources.ts';
import { configNames } from '../src/toolchain/kconfig.ts';

test('a line typed at the client is a packet in the guest, byte by byte', { tag: ALWAYS }, async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&app=echo-server&config=linux&set=NET:on');
  const network = await lab.inFront('network');
  await expect(network).toHaveAttribute('aria-label', 'Network: no packet has passed the card yet.');
  await network.getByRole('textbox', { name: 'Type at the client' }).fill('hello');
  await network.getByRole('textbox', { name: 'Type at the client' }).press('Enter');
  await lab.press('Run');
  const packets = network.getByRole('listbox', { name: 'Packets' }).getByRole('option');
  await expect(packets.first()).toHaveAttribute('aria-label', /^client to guest at tick [\d,]+: ARP, 42 bytes$/);
  await expect(packets.nth(2)).toHaveAttribute('aria-label', /: TCP \d+ to 7 SYN seq/);
  await expect(packets.nth(2)).toHaveText(/SYN$/);
  await packets.nth(2).click();
  await expect(network.getByRole('region', { name: 'TCP' })).toContainText('destination port7');
  // And the echo comes back.
  await expect(network.getByRole('log')).toContainText(/> hello\s+connected\s*hello/);
  // The guest's own end, by its memory; a socket's type leads to all of its fields.
  const sockets = network.getByRole('region', { name: 'Sockets of the guest' }).getByRole('listitem');
  await expect(sockets).toHaveText([/^LISTEN \*:7/, /^ESTABLISHED 10\.0\.2\.15:7/]);
  await accessible(lab.page, '[data-panel=network]');
  await layoutHolds(lab.page, 'network');
  await lab.page.screenshot({ path: 'test-results/screenshots/network.png', animations: 'disabled' });
  // To its moment, and one step further back: it is not there yet.
  await packets.nth(2).press('Enter');
  await expect(network).toHaveAttribute('aria-label', /^Network: in from the wire at tick .*SYN/);
  await lab.goTo(0);
  await expect(network).toHaveAttribute('aria-label', /^Network: later, in from the wire/);
  await expect(packets.nth(2)).toHaveClass(/later/);
});

for (const config of isSweep ? configNames(guestSources()) : ['linux', 'ukl-v1', 'ukl-shortcut']) {
  test(`${config}: what is typed into the client's terminal is echoed, line by line, until it is closed`, async ({ lab }) => {
    await lab.open(`#v=1&scenario=hello&app=echo-server&config=${config}&set=NET:on`);
    const network = await lab.inFront('network'), terminal = network.getByRole('log', { name: 'Client terminal' });
    const type = async (text: string): Promise<void> => {
      await network.getByRole('textbox', { name: 'Type at the client' }).fill(text);
      await network.getByRole('textbox', { name: 'Type at the client' }).press('Enter');
      await lab.press('Run');
    };
    await type('one');
    await expect(terminal).toHaveText(/^> one\s+connected\s*one\s*$/);
    await type('and another');
    await expect(terminal).toHaveText(/^> one\s+connected\s*one\s+> and another\s+and another\s*$/);
    await network.getByRole('button', { name: 'Close' }).click();
    await lab.press('Run');
    await expect(terminal).toHaveText(/closed by the guest\s*$/);
    await expect(network.getByRole('list', { name: 'Connections of the client' }).getByRole('listitem')).toHaveText([/TIME_WAIT/]);
  });
}
