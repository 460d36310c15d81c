/** Makes dist/: generated sources, the bundle, and two checks on it (no WebAssembly; first load within its budget). */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { node, root, tool } from './run.mjs';

const FIRST_LOAD_LIMIT_KB = 500;

for (const step of [[join(root, 'scripts/generate.mjs')], [tool('vite/bin/vite.js'), 'build', '--logLevel', 'warn']]) {
  const status = await node(step);
  if (status !== 0) process.exit(status);
}

const assets = join(root, 'dist/assets');
const scripts = existsSync(assets) ? readdirSync(assets).filter((name) => name.endsWith('.js')) : [];
const guilty = scripts.filter((name) => /WebAssembly|AGFzbQ/.test(readFileSync(join(assets, name), 'utf8')));
if (guilty.length) {
  console.error(`build: WebAssembly is named in ${guilty.join(', ')}; nothing that Ringside ships may use it`);
  process.exit(1);
}

// What the page asks for before anything can be seen: every script, style and preload named in index.html, and the worker.
const html = readFileSync(join(root, 'dist/index.html'), 'utf8');
const firstLoad = new Set([...html.matchAll(/(?:src|href)="\.\/assets\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]));
for (const name of scripts) if (/worker/.test(name)) firstLoad.add(name);
const kilobytes = [...firstLoad].reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0) / 1000;
console.log(`build: first load ${kilobytes.toFixed(0)} kB gzip in ${firstLoad.size} files (limit ${FIRST_LOAD_LIMIT_KB})`);
if (kilobytes > FIRST_LOAD_LIMIT_KB) {
  console.error('build: the first load is over its limit; load a part of it lazily');
  process.exit(1);
}
