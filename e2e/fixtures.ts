/** What every test starts with: a page that fails its test on any error in the console, any exception and any breach of the content security policy. */
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type Page, test as base } from '@playwright/test';
import { LabPage } from './lab-page.ts';
import { takesTurn } from './sample.ts';
import { installTap } from './tap.ts';

export { expect } from '@playwright/test';

interface Fixtures {
  lab: LabPage;
  /** Another visitor: own storage, own profile, same watch for errors. */
  visitor: (options?: BrowserContextOptions) => Promise<LabPage>;
  /** A test is skipped where its browser is not installed, and where it is not its turn. */
  taken: void;
  /** Sentences of errors seen so far; a test that provokes one takes it out. */
  errors: string[];
}

async function watch(page: Page, errors: string[]): Promise<void> {
  page.on('pageerror', (error) => errors.push(`exception: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    // Said by Playwright itself, where a test keeps service workers out.
    if (message.text() === 'Service Worker registration blocked by Playwright') return;
    if (message.type() === 'error' || message.type() === 'warning')
      errors.push(`console ${message.type()}: ${message.text()} (${message.location().url}:${message.location().lineNumber})`);
  });
  page.on('crash', () => errors.push('the page crashed'));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.addInitScript(installTap);
}

/**
 * Playwright speaks to a Firefox as it is by WebDriver BiDi, and to set up a context sends commands that a release with long-term support may not know
 * yet. What it does not know it cannot emulate: no test for Firefox asks for that. (The colours, which all ask for, are set by a preference.)
 */
function withoutUnknownEmulation(browser: Browser): void {
  interface Session {
    send: (method: string, params?: unknown) => Promise<unknown>;
  }
  const { _connection: connection } = browser as unknown as { _connection: { toImpl: (of: Browser) => { _browserSession: Session } } };
  const session = Object.getPrototypeOf(connection.toImpl(browser)._browserSession) as Session, { send } = session;
  session.send = async function (this: Session, method, params) {
    try {
      return await send.call(this, method, params);
    } catch (error) {
      if (method.startsWith('emulation.') && String(error).includes('unknown command')) return {};
      throw error;
    }
  };
}

export const test = base.extend<Fixtures, { browser: Browser }>({
  browser: [async ({ browser, browserName }, use) => {
    if (browserName === 'firefox') withoutUnknownEmulation(browser);
    await use(browser);
  }, { scope: 'worker' }],
  taken: [async ({ browserName }, use, { title, tags }) => {
    test.skip(browserName === 'firefox' && !process.env['FIREFOX_BIN'], 'no Firefox is installed here');
    test.skip(!takesTurn(title, tags), 'its turn comes with another build');
    await use();
  }, { auto: true }],
  // Playwright reads a fixture's needs from its pattern.
  // oxlint-disable-next-line no-empty-pattern
  errors: async ({}, use) => {
    const errors: string[] = [];
    await use(errors);
    expect(errors, 'errors in the page').toEqual([]);
  },
  lab: async ({ page, errors }, use) => {
    await watch(page, errors);
    await use(new LabPage(page));
  },
  visitor: async ({ browser, errors, baseURL, viewport, colorScheme, serviceWorkers }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), viewport, colorScheme, serviceWorkers,
        ...options });
      contexts.push(context);
      const page = await context.newPage();
      await watch(page, errors);
      return new LabPage(page);
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

/** Nothing for axe to find on the page or in a part of it, named by rule and place if there is. */
export async function accessible(page: Page, within?: string): Promise<void> {
  // There is one frame to look at: the plain way needs no second page to put results together.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (within === undefined ? axe : axe.include(within)).analyze();
  expect(violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.target.join(' ')}: ${node.html.slice(0, 160)}`)),
    'accessibility').toEqual([]);
}
