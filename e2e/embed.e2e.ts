/** The lab in a frame of somebody else's page: chosen panels, answers to that page and no other, and the way to the whole lab. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmbedAnswer } from '../src/link/embed.ts';
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';
import type { LabPage } from './lab-page.ts';
import { ALWAYS } from './sample.ts';

/** A page of another origin with the lab in a frame; `query` is what stands in the frame's address behind `?embed=1`. */
async function hostPage(lab: LabPage, base: string, query: (host: string) => string, fragment: string): Promise<Server> {
  let html = '';
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  html = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A lecture</title><body style="margin:0">
    <iframe title="The lab" width="900" height="600" src="${base}?embed=1${query(host)}${fragment.replaceAll('&', '&amp;')}"></iframe><script>
    let asked = 0;
    window.ask = (question) => new Promise((resolve) => {
      const id = ++asked;
      addEventListener('message', ({ data, source }) => { if (source === frames[0] && data.id === id) resolve(data); });
      frames[0].postMessage({ ringside: 1, id, ...question }, '*');
    });
    window.silent = (question) => Promise.race([window.ask(question), window.ask({ ask: 'ready' }).then(() => 'nothing')]);
    </script></body></html>`;
  await lab.page.goto(host);
  return server;
}

const ask = (lab: LabPage, question: object): Promise<EmbedAnswer> =>
  lab.page.evaluate((message) => (window as unknown as { ask: (message: object) => Promise<EmbedAnswer> }).ask(message), question);

const momentOf = (answer: EmbedAnswer) => {
  if ('refused' in answer) throw new Error(answer.refused);
  return answer.moment;
};

test('a page with the lab in a frame asks it where it stands, sends it elsewhere, and opens it full', async ({ lab, visitor, baseURL }) => {
  const server = await hostPage(lab, baseURL ?? '', (host) => `&host=${encodeURIComponent(host)}`, '#v=1&scenario=console-echo&config=ukl&panels=code,stacks');
  const frame = lab.page.frameLocator('iframe');
  const first = momentOf(await ask(lab, { ask: 'ready' }));
  expect(first).toMatchObject({ scenario: 'console-echo', config: 'ukl' });
  // Chosen panels and the bar of time; what a lecture chooses among is not there.
  await expect(frame.locator('[data-panel]')).toHaveCount(2);
  await expect(frame.getByRole('toolbar', { name: 'Time' })).toBeVisible();
  await expect(frame.getByRole('radiogroup', { name: 'Configuration' })).toHaveCount(0);

  await frame.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(frame.locator('html')).toHaveAttribute('data-tick', String(first.tick + 1));
  const second = momentOf(await ask(lab, { ask: 'moment' }));
  expect(second.tick).toBe(first.tick + 1);
  expect(momentOf(await ask(lab, { ask: 'go', tick: first.tick })).tick).toBe(first.tick);
  expect(momentOf(await ask(lab, { ask: 'go', link: second.link })).tick).toBe(second.tick);
  // Two at once: each is answered with where it led.
  const both = lab.page.evaluate((ticks) => Promise.all(ticks.map((tick) =>
    (window as unknown as { ask: (message: object) => Promise<EmbedAnswer> }).ask({ ask: 'go', tick }))), [first.tick, second.tick]);
  expect((await both).map((answer) => momentOf(answer).tick)).toEqual([first.tick, second.tick]);
  for (const [question, why] of [
    [{ ask: 'go', tick: 999_999_999 }, /Nobody has been there yet/], [{ ask: 'go', link: '#v=1&scenario=nothing' }, /no scenario "nothing"/],
    [{ ask: 'go', link: '#v=7&scenario=hello' }, /version 7/], [{ ask: 'dance' }, /nothing to ask but/], [{ ask: { toString: 1 } }, /nothing to ask but/],
    [{ ringside: 2, ask: 'ready' }, /speaks version 1/],
  ] as const) {
    const answer = await ask(lab, question);
    expect('refused' in answer ? answer.refused : 'answered').toMatch(why);
  }
  await expect(frame.locator('html')).toHaveAttribute('data-tick', String(second.tick));

  // With an edit: what opens in full is the same machine at the same moment.
  await frame.getByRole('button', { name: 'Open a source file' }).click();
  await frame.getByRole('combobox', { name: 'File name' }).fill('apps/console-echo.c');
  await frame.getByRole('option', { name: 'apps/console-echo.c', exact: true }).click();
  await frame.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(frame.getByRole('textbox', { name: /^Editor for apps/ })).toBeFocused();
  await lab.page.keyboard.press('Control+End');
  await lab.page.keyboard.insertText('\nint added_in_a_frame;\n');
  await frame.getByRole('button', { name: 'Open in Ringside' }).click();
  await expect(frame.getByText('There are edits that are not built yet')).toBeVisible();
  await lab.page.keyboard.press('Control+Enter');
  await expect(frame.locator('html')).toHaveAttribute('data-phase', 'stopped');
  const edited = momentOf(await ask(lab, { ask: 'ready' }));
  const opening = lab.page.context().waitForEvent('page');
  await frame.getByRole('button', { name: 'Open in Ringside' }).click();
  const popup = await opening;
  await popup.waitForURL(/#v=1/);
  expect(popup.url()).not.toMatch(/embed|host=|panels/);
  expect(await popup.evaluate(() => window.opener)).toBeNull();
  const link = popup.url();
  await popup.close();
  const whole = await visitor();
  await whole.page.goto(link);
  await whole.settled();
  expect(await whole.tick()).toBe(edited.tick);
  await expect(whole.page.getByRole('radio', { name: 'ukl', exact: true })).toBeChecked();
  await expect(whole.panel('Console')).toBeVisible();
  expect((await whole.ask('source', { file: 'apps/console-echo.c' }))?.text).toContain('added_in_a_frame');
  server.close();
  server.closeAllConnections();
});

test('what is chosen for a frame has room in it, however narrow', async ({ visitor }) => {
  for (const [width, panels] of [[900, 2], [420, 1]] as const) {
    const lab = await visitor({ viewport: { width, height: 480 } });
    await lab.page.goto('./?embed=1#v=1&scenario=hello&config=linux&panels=code,stacks');
    await lab.settled();
    await expect(lab.page.locator('[data-panel]')).toHaveCount(panels);
    await layoutHolds(lab.page, `frame ${width}`);
    if (width === 420) await accessible(lab.page);
    await lab.page.screenshot({ path: `test-results/screenshots/frame-${width}.png` });
  }
});

test('a page that the frame was not made for gets no answer', { tag: ALWAYS }, async ({ lab, baseURL }) => {
  for (const query of [() => '', () => '&host=https%3A%2F%2Fsomebody.example']) {
    const server = await hostPage(lab, baseURL ?? '', query, '#v=1&scenario=hello&config=linux&panels=code');
    await expect(lab.page.frameLocator('iframe').locator('html')).toHaveAttribute('data-phase', 'stopped');
    const answered = await lab.page.evaluate(() => {
      let heard = 0;
      addEventListener('message', () => heard++);
      frames[0]?.postMessage({ ringside: 1, id: 1, ask: 'ready' }, '*');
      return new Promise<number>((resolve) => {
        // Two turns of the frame's own messages are more than an answer takes.
        setTimeout(() => resolve(heard), 500);
      });
    });
    expect(answered).toBe(0);
    server.close();
    server.closeAllConnections();
  }
});
