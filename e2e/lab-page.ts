/** The page as a visitor uses it: names for the things on it, and no waiting for time, only for what the page says. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Method, Params, Result } from '../src/link/protocol.ts';
import { ask } from './tap.ts';

export type PanelName = 'Code' | 'Stacks' | 'CPU & rings' | 'Syscall path' | 'Timeline' | 'Console' | 'Threads' | 'Trace';

/** Milliseconds for which a whole kernel may be compiled, on a host that does two such things at once. */
const BUILT = 60_000;

export class LabPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page, or a link's fragment on it, and waits until its machine stands at a moment. */
  async open(fragment = ''): Promise<void> {
    await this.page.goto(fragment === '' ? './' : `./${fragment}`);
    await this.settled();
  }

  /** The machine stands still and every panel shows that moment. */
  async stopped(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-phase', 'stopped', { timeout: BUILT });
  }

  #pages = 0;

  /** Opens a link in a document of its own: from one link to another the page would only hear of a new fragment, in its own time. */
  async openAfresh(fragment: string): Promise<void> {
    await this.page.goto(`./?page=${++this.#pages}${fragment}`);
    await this.settled();
  }

  /** As stopped, and the address bar holds the moment too: after a load, which may build twice. */
  async settled(): Promise<void> {
    await expect(async () => {
      const { phase, tick, url } = await this.page.locator('html').evaluate(({ dataset }) =>
        ({ phase: dataset['phase'], tick: dataset['tick'], url: dataset['url'] }));
      expect(phase).toBe('stopped');
      expect(url).toBe(tick);
    }).toPass({ intervals: [20, 50, 100], timeout: BUILT });
  }

  ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return ask(this.page, method, params);
  }

  async hash(): Promise<string> {
    return (await this.ask('hash', {})).hash;
  }

  async tick(): Promise<number> {
    return Number(await this.page.locator('html').getAttribute('data-tick'));
  }

  /** A panel by its name in the table of panels. */
  panelById(id: string): Locator {
    return this.page.locator(`[data-panel="${id}"]`);
  }

  /** The same, before those that share its place. */
  async inFront(id: string): Promise<Locator> {
    const tab = this.page.locator(`#tab-${id}`);
    if (await tab.count() > 0) await tab.click();
    const panel = this.panelById(id);
    await expect(panel).toBeVisible();
    return panel;
  }

  panel(name: PanelName): Locator {
    return this.page.getByRole('region', { name: new RegExp(`^${name}:`) });
  }

  get transport(): Locator {
    return this.page.getByRole('toolbar', { name: 'Time' });
  }

  /** Presses a button of the transport and waits for the stop. */
  async press(name: 'Step' | 'Back' | 'Run'): Promise<void> {
    await this.transport.getByRole('button', { name, exact: true }).click();
    await this.stopped();
  }

  async key(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
    await this.stopped();
  }

  async unit(name: 'Instruction' | 'Line' | 'Over' | 'Out' | 'Boundary' | 'Event'): Promise<void> {
    await this.page.getByRole('radiogroup', { name: 'Unit of a step' }).getByRole('radio', { name }).click();
  }

  /** Runs a command of the palette by its whole title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('Control+K');
    await this.page.getByRole('combobox').fill(title);
    await this.page.getByRole('option').filter({ hasText: title }).first().click();
    await this.stopped();
  }

  async goTo(tick: number | string): Promise<void> {
    await this.page.keyboard.press('g');
    await this.page.getByRole('textbox', { name: /^Tick or percentage/ }).fill(String(tick));
    await this.page.keyboard.press('Enter');
    if (typeof tick === 'number') await expect(this.page.locator('html')).toHaveAttribute('data-tick', String(tick));
    await this.stopped();
  }

  /** To the first system call of that name, by the palette, as one would look for it. */
  async goToCall(name: string): Promise<void> {
    await this.page.keyboard.press('Control+K');
    await this.page.getByRole('combobox').fill(`${name}(`);
    await this.page.getByRole('option', { name: new RegExp(`^${name}\\(`) }).first().click();
    await expect(this.panel('Syscall path').locator('.call-text')).toContainText(`${name}(`);
    await this.stopped();
  }

  /** Puts the focus into the terminal and types a line; the caller says what must appear. */
  async typeLine(text: string): Promise<void> {
    await this.panel('Console').locator('.xterm').click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** What the kernel printed when it booted stands above the screen of the console. */
  async bootMessages(): Promise<void> {
    await this.panel('Console').getByRole('button', { name: /of the kernel's boot above$/ }).click();
  }

  get terminal(): Locator {
    return this.panel('Console').locator('.xterm-rows');
  }

  /** One string for the whole state of the machine at a moment. */
  async state(): Promise<string> {
    return `${await this.tick()} ${await this.hash()}`;
  }

  async configuration(name: string): Promise<void> {
    await this.page.getByRole('radiogroup', { name: 'Configuration' }).getByRole('radio', { name, exact: true }).click();
    await expect(this.page.getByRole('radio', { name, exact: true })).toBeChecked();
    await this.stopped();
  }

  /** A guest source in the Code panel, ready to be edited. */
  async edit(file: string): Promise<void> {
    const code = this.panel('Code');
    await code.getByRole('button', { name: 'Open a source file' }).click();
    await this.page.getByRole('combobox', { name: 'File name' }).fill(file);
    await this.page.getByRole('option', { name: file, exact: true }).click();
    await code.getByRole('button', { name: 'Edit', exact: true }).click();
    await expect(code.getByRole('textbox', { name: new RegExp(`^Editor for ${file}`) })).toBeFocused();
  }

  /** Replaces one line of the open editor by another; the line must be in sight. */
  async replaceLine(old: string, text: string): Promise<void> {
    await this.panel('Code').locator('.cm-line').filter({ hasText: old }).first().click();
    await this.page.keyboard.press('End');
    await this.page.keyboard.press('Shift+Home');
    await this.page.keyboard.insertText(text);
  }
}
