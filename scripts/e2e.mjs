/** `npm run test:e2e`: Playwright in real Chromium, and in Firefox where it is installed, against the built page (builds it first unless told `--built`). */
import { join } from 'node:path';
import { findBrowser, findFirefox } from './find-browser.mjs';
import { objectsFolder } from './objects.mjs';
import { node, root, tool } from './run.mjs';

const args = process.argv.slice(2);
const browser = findBrowser({ install: true });
if (!browser) {
  console.error('e2e: no Chromium found and none could be installed; set CHROME_BIN to one');
  process.exit(1);
}
const firefox = findFirefox();
if (!firefox) console.log('e2e: no Firefox found, so what it would compute is not compared; set FIREFOX_BIN to one');
if (!args.includes('--built')) {
  const built = await node([join(root, 'scripts/build.mjs')]);
  if (built !== 0) process.exit(built);
}
process.exit(await node([tool('@playwright/test/cli.js'), 'test', '--config', 'e2e/playwright.config.ts', ...args.filter((arg) => arg !== '--built')],
  { CHROME_BIN: browser, FIREFOX_BIN: firefox ?? '', RINGSIDE_OBJECTS: objectsFolder() }));
