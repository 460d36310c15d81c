/** The page as a visitor uses it: names for the things on it, and no waiting for time, only for what the page says. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Method, Params, Result } from '../src/link/protocol.ts';
import { ask } from './tap.ts';

export type PanelName = 'Code' | 'Stacks' | 'CPU & rings' | 'Syscall path' | 'Timeline' | 'Console';

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
    await expect(this.page.locator('html')).toHaveAttribute('data-phase', 'stopped');
  }

  /** As stopped, and the address bar holds the moment too: after a load, which may build twice. */
  async settled(): Promise<void> {
    await expect(async () => {
      const { phase, tick, url } = await this.page.locator('html').evaluate(({ dataset }) => ({ phase: dataset['phase'], tick: dataset['tick'], url: dataset['url'] }));
      expect(phase).toBe('stopped');
      expect(url).toBe(tick);
    }).toPass({ intervals: [20, 50], timeout: 20_000 });
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
}
