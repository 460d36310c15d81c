/** End-to-end tests: the built page, served with its security headers, in a real Chromium. `scripts/e2e.mjs` finds the browser. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { IN_FIREFOX, isSweep } from './sample.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const port = Number(process.env['RINGSIDE_E2E_PORT'] ?? 4317);
const browser = process.env['CHROME_BIN'];
const firefox = process.env['FIREFOX_BIN'];
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: '.',
  testMatch: '*.e2e.ts',
  outputDir: '../test-results/e2e',
  // A page is a thread that draws and one that computes, seldom at once: two pages keep two cores busy.
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  retries: 0,
  timeout: 120_000,
  // All lessons are played where nobody waits, and other work may go on.
  expect: { timeout: isSweep ? 60_000 : 15_000, toPass: { timeout: isSweep ? 120_000 : 20_000 } },
  reporter: 'list',
  // No trace: it copies the whole page before and after every action. `npm run test:e2e -- --trace retain-on-failure` keeps one.
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1366, height: 768 },
    colorScheme: 'dark',
    // To keep all files is the work of a first load; only the tests of that have it done.
    serviceWorkers: 'block',
    actionTimeout: isSweep ? 60_000 : 15_000,
  },
  projects: [
    {
      name: 'Chromium',
      ...(isSweep ? {} : { testIgnore: 'told.e2e.ts' }),
      use: {
        launchOptions: {
          ...(browser ? { executablePath: browser } : {}),
          args: [
            // Letters as wide as on a screen.
            '--font-render-hinting=none',
            '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
            // Chromium's sandbox refuses to run as root, which is what containers are.
            ...(isRoot ? ['--no-sandbox'] : []),
          ],
        },
      },
    },
    {
      name: 'Firefox',
      testMatch: ['told.e2e.ts', 'course.e2e.ts', 'lockstep.e2e.ts'],
      ...(isSweep ? {} : { grep: new RegExp(IN_FIREFOX) }),
      // The channel is that of a Firefox as it is: spoken to by WebDriver BiDi, not by a build of Playwright's own.
      use: { browserName: 'firefox', channel: 'moz-firefox',
        launchOptions: { ...(firefox ? { executablePath: firefox } : {}), firefoxUserPrefs: { 'layout.css.prefers-color-scheme.content-override': 0 } } },
    },
  ],
  webServer: {
    command: `"${process.execPath}" node_modules/vite/bin/vite.js preview --port ${port} --strictPort`,
    cwd: root,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
