/**
 * Finds a Chromium to test with, or installs one: $CHROME_BIN, Playwright's own, the system's, then (with
 * `install`) Playwright's download, Debian's package, or the browser that comes inside an npm package.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';
import { root } from './run.mjs';

/** First what was made to be used so: without a window a page costs a quarter less. */
const NAMES = ['chromium-headless-shell', 'google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];
const FIXED = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe'];

/** Does it start at all? On Windows `--version` opens a window, so there we trust the file. */
function works(path) {
  if (!path || !existsSync(path)) return false;
  if (process.platform === 'win32') return true;
  return spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0;
}

function onPath(names = NAMES, fixed = FIXED) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...fixed].find(works);
}

function installed() {
  return [process.env.CHROME_BIN, process.env.CHROME_PATH, chromium.executablePath()].find(works) ?? onPath();
}

function quietly(command, args, options = {}) {
  return spawnSync(command, args, { stdio: 'ignore', cwd: root, ...options }).status === 0;
}

function debianPackage() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release') || !/^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))) return undefined;
  quietly('apt-get', ['update']);
  quietly('apt-get', ['install', '-y', '--no-install-recommends', 'chromium-headless-shell']);
  return onPath();
}

function npmBrowser() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const home = join(root, 'node_modules/.cache/ringside-browser');
  mkdirSync(join(home, 'tmp'), { recursive: true });
  const wrapper = join(home, 'chromium.sh');
  if (works(wrapper)) return wrapper;
  if (!quietly('npm', ['install', '--prefix', home, '--no-save', '@sparticuz/chromium@147.0.0'])) return undefined;
  // The package unpacks its browser and libraries into the temporary folder it is given.
  const script = "import('@sparticuz/chromium').then(async (m) => console.log(await m.default.executablePath()))";
  const binary = execFileSync(process.execPath, ['--input-type=module', '-e', script],
    { cwd: home, encoding: 'utf8', env: { ...process.env, TMPDIR: join(home, 'tmp'), AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' } }).trim();
  writeFileSync(wrapper, `#!/bin/sh\nexport LD_LIBRARY_PATH="${join(home, 'tmp/al2023/lib')}:${join(home, 'tmp/al2/lib')}"\nexec "${binary}" ` +
    `--headless=shell "$@"\n`);
  chmodSync(wrapper, 0o755);
  return works(wrapper) ? wrapper : undefined;
}

const FIREFOX_NAMES = ['firefox-esr', 'firefox'];
const FIREFOX_FIXED = ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe'];

/** @returns {string | undefined} path of a Firefox that starts: $FIREFOX_BIN, or the system's. Where there is none, its tests are skipped. */
export const findFirefox = () => (works(process.env.FIREFOX_BIN) ? process.env.FIREFOX_BIN : onPath(FIREFOX_NAMES, FIREFOX_FIXED));

/** @returns {string | undefined} path of a browser that starts. */
export function findBrowser({ install = false } = {}) {
  const found = installed();
  if (found || !install) return found;
  if (quietly('npx', ['--no-install', 'playwright', 'install', 'chromium'])) {
    const own = installed();
    if (own) return own;
  }
  return debianPackage() ?? npmBrowser();
}
