/** Makes dist/: generated sources, a look at the scenarios, the bundle, the objects of the stock configurations, and two checks (no WebAssembly; first load
 * within its budget). */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { objectsFolder } from './objects.mjs';
import { node, root, tool } from './run.mjs';

/** Compressed sizes that hold: all that is fetched before the first step (e2e/open.e2e.ts measures it too), and of it what the page itself needs. */
const { limitKilobytes, pageLimitKilobytes } = JSON.parse(readFileSync(join(root, 'scripts/first-load.json'), 'utf8'));

// What is wrong with a scenario is said here as `ringside list` says it, not by a page without it.
const listed = spawnSync(process.execPath, [join(root, 'bin/ringside.mjs'), 'list'], { cwd: root, encoding: 'utf8' });
if (listed.status !== 0) {
  process.stderr.write(listed.stderr);
  process.exit(1);
}

async function run(step, env) {
  const status = await node(step, env);
  if (status !== 0) process.exit(status);
}

await run([join(root, 'scripts/generate.mjs')]);
// The worker asks for the objects of its own sources: their state is in the name.
const made = objectsFolder(), state = basename(made);
await run([tool('vite/bin/vite.js'), 'build', '--logLevel', 'warn'], { VITE_OBJECTS: state });

// The format of scenarios, for editors and authors, from the tables that the checker reads.
for (const [option, name] of [['--schema', 'scenario.schema.json'], ['--language', 'scenario-language.md']]) {
  const printed = spawnSync(process.execPath, [join(root, 'bin/ringside.mjs'), 'check', option], { cwd: root, encoding: 'utf8' });
  if (printed.status !== 0) throw new Error(`build: ${printed.stderr}`);
  writeFileSync(join(root, 'dist', name), printed.stdout);
}

// Compressed already, under a name that no server takes for compressed text. In small blocks: columns are unlike each other.
const objects = join(root, 'dist/objects', state);
mkdirSync(objects, { recursive: true });
for (const name of readdirSync(made)) writeFileSync(join(objects, name), gzipSync(readFileSync(join(made, name)), { level: 9, memLevel: 5 }));

// All that the page may ask for, to be kept together in the browser. The version is what the files hold.
const dist = join(root, 'dist'), unasked = new Set(['screenshot.png', 'service-worker.js']);
const kept = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !unasked.has(entry.name))
  .map((entry) => relative(dist, join(entry.parentPath, entry.name)).split(sep).join('/')).sort();
// A page of the version before may be answered by this one's worker: what it asks for while it runs must not have the same name in both.
const OPENED = ['favicon.svg', 'index.html', 'scenario-language.md', 'scenario.schema.json'];
const same = kept.filter((name) => !name.startsWith(`objects/${state}/`) && !/^assets\/.+-[\w-]{8}\.\w+$/.test(name) && !OPENED.includes(name));
if (same.length) {
  console.error(`build: ${same.join(', ')}: the name does not tell the content, so that a page could be given another version's`);
  process.exit(1);
}
const worker = readFileSync(join(root, 'src/ui/service-worker.js'), 'utf8'), version = createHash('sha256').update(worker);
for (const name of kept) version.update(name).update(readFileSync(join(dist, name)));
writeFileSync(join(dist, 'service-worker.js'), `const VERSION = '${version.digest('hex').slice(0, 16)}';\n` +
  `const FILES = ${JSON.stringify(kept.map((name) => (name === 'index.html' ? './' : `./${name}`)))};\n${worker}`);

const assets = join(root, 'dist/assets');
const scripts = existsSync(assets) ? readdirSync(assets).filter((name) => name.endsWith('.js')) : [];
const guilty = scripts.filter((name) => /WebAssembly|AGFzbQ/.test(readFileSync(join(assets, name), 'utf8')));
if (guilty.length) {
  console.error(`build: WebAssembly is named in ${guilty.join(', ')}; nothing that Ringside ships may use it`);
  process.exit(1);
}

// What the page asks for before anything can be seen: every script, style and preload named in index.html; and the worker.
const html = readFileSync(join(root, 'dist/index.html'), 'utf8');
const page = new Set([...html.matchAll(/(?:src|href)="\.\/assets\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]));
const kilobytes = (names) => [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0) / 1000;
const pageSize = kilobytes(page);
// The compiler and the kernel's sources come after the first build, which links objects that are there; what reads a file of one's own comes with that
// file, what plays a lesson with the lesson, what helps to write one with its editor, and what reads the views of src/lab/later.ts with the panel
// that shows them.
const LATER = ['compiler', 'rest', 'courses', 'scenario', 'translate', 'lesson', 'player', 'vocabulary', 'write-here', 'completion', 'locks-view',
  'address-space', 'descriptor-tables', 'objects-view', 'trace-rows', 'build-parts', 'call-costs', 'network', 'client'];
const isLater = (name) => LATER.some((part) => name.startsWith(`thread-${part}-`));
const workerSize = kilobytes(scripts.filter((name) => /^(?:worker|thread)-/.test(name) && !isLater(name)));
const objectsSize = readFileSync(join(objects, 'linux.objects')).length / 1000;
const first = pageSize + workerSize + objectsSize;
console.log(`build: first load ${first.toFixed(1)} kB gzip (limit ${limitKilobytes}): page ${pageSize.toFixed(0)} kB (limit ${pageLimitKilobytes}), ` +
  `workers ${workerSize.toFixed(0)} kB, objects of one configuration ${objectsSize.toFixed(0)} kB`);
if (first > limitKilobytes || pageSize > pageLimitKilobytes) {
  console.error('build: the first load is over its limit; load a part of it lazily');
  process.exit(1);
}
