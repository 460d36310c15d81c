/** `npm run test:e2e`: Playwright in real Chromium against the built page (builds it first unless told `--built`). */
import { join } from 'node:path';
import { findBrowser } from './find-browser.mjs';
import { node, root, tool } from './run.mjs';

const args = process.argv.slice(2);
const browser = findBrowser({ install: true });
if (!browser) {
  console.error('e2e: no Chromium found and none could be installed; set CHROME_BIN to one');
  process.exit(1);
}
if (!args.includes('--built')) {
  const built = await node([join(root, 'scripts/build.mjs')]);
  if (built !== 0) process.exit(built);
}
process.exit(await node([tool('@playwright/test/cli.js'), 'test', '--config', 'e2e/playwright.config.ts', ...args.filter((arg) => arg !== '--built')],
  { CHROME_BIN: browser }));
