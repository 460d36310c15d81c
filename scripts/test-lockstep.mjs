/**
 * `npm run test:lockstep`: every run of the guest tests on all engines in Node, then the same runs on all engines in Chromium, and in Firefox
 * where it is installed. Ticks, cycles, hashes along the way, events and console must be those of the reference interpreter in Node. Takes half an hour.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findBrowser, findFirefox } from './find-browser.mjs';
import { node, root, tool } from './run.mjs';

const trials = join(root, 'node_modules/.cache/ringside-trials.jsonl');
mkdirSync(dirname(trials), { recursive: true });
rmSync(trials, { force: true });
const env = { RINGSIDE_LOCKSTEP_TRIALS: trials };
// The end-to-end tests serve the built page, also where they need none.
const built = await node([join(root, 'scripts/build.mjs')]);
const inNode = built || (await node([tool('vitest/vitest.mjs'), 'run', '--config', 'scripts/lockstep.config.ts'], env));
const browser = findBrowser({ install: true });
if (!browser) console.error('lockstep: no Chromium found and none could be installed; set CHROME_BIN to one');
const inBrowsers = browser ? await node([tool('@playwright/test/cli.js'), 'test', '--config', 'e2e/playwright.config.ts', 'lockstep'],
  { ...env, RINGSIDE_SWEEP: '1', CHROME_BIN: browser, FIREFOX_BIN: findFirefox() ?? '' }) : 1;
process.exitCode = inNode || inBrowsers;
