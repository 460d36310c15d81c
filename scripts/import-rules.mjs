/**
 * Holds the house together: which part may import which, what the deterministic parts may not touch, and how long a line
 * may be. Prints each breach as file:line and exits 1 if there is one.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, normalize, relative, sep } from 'node:path';
import { root } from './run.mjs';

/** part -> parts it may import besides itself. Packages from npm are listed where they are allowed below the worker. */
const MAY_IMPORT = {
  base: [],
  isa: ['base'],
  formats: ['base', 'isa'],
  machine: ['base', 'isa', 'formats'],
  toolchain: ['base', 'isa', 'formats', 'guest'],
  guest: ['base'],
  net: ['base', 'formats'],
  link: ['base', 'isa', 'formats'],
  lab: ['base', 'isa', 'formats', 'machine', 'toolchain', 'guest', 'net', 'link'],
  worker: ['base', 'toolchain', 'lab', 'link'],
  cli: ['base', 'isa', 'formats', 'machine', 'toolchain', 'guest', 'net', 'link', 'lab'],
  ui: ['base', 'isa', 'link'],
};
/** Parts whose results must be the same on every host. */
const DETERMINISTIC = ['base', 'isa', 'formats', 'machine', 'toolchain', 'guest', 'net', 'lab'];
const PACKAGES = { lab: ['yaml', 'valibot'], link: ['valibot'] };
/** The other Math functions differ between JavaScript engines in their last bits. */
const MATH = new Set(['imul', 'clz32', 'floor', 'trunc', 'min', 'max', 'abs', 'sqrt']);
const BANNED = /\b(?:window|document|performance|setTimeout|setInterval|fetch|WebAssembly|globalThis)\b\s*[.(]|\bDate\s*\.|\bnew Date\b|\bMath\.random\b/;

/** Nothing knows a scenario by its name: whatever one shows comes from its file and the machine. */
const NAMELESS = ['machine', 'lab', 'ui'];
const scenarios = readdirSync(join(root, 'scenarios')).filter((name) => name.endsWith('.md') && name !== 'README.md').map((name) => name.slice(0, -3));
/** A name of one word may be anything's. */
const NAMED = new RegExp(`(['"\`])(?:${scenarios.filter((name) => name.includes('-')).join('|')})\\1`);

/** What guests call their own things is read from tracepoints and debug information, never written above them. */
const GUESTLESS = ['machine', 'lab', 'link', 'worker', 'ui'];
const GUEST_NAMES =
  /\b(?:task_struct|mm_struct|vm_area_struct|pt_regs|x86_hw_tss|cpu_tss_rw|swapper|current_task|__preempt_count|preempt_count|ukl_mode|orig_ax|TSS_sp2|sp2|__(?:KERNEL|USER)_[CD]S)\b/;

const files = readdirSync(join(root, 'src'), { recursive: true })
  .map(String)
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.gen.ts'));

const breaches = [];
for (const path of files) {
  const part = path.split(sep)[0];
  const isTest = /\.test\.tsx?$/.test(path);
  const lines = readFileSync(join(root, 'src', path), 'utf8').split('\n');
  const say = (index, text) => breaches.push(`src/${path}:${index + 1}: ${text}`);
  let inComment = false;
  lines.forEach((line, index) => {
    const from = /(?:from|import)\s*\(?\s*'([^']+)'/.exec(line)?.[1];
    if (from?.startsWith('.') && !isTest) {
      const target = relative('.', normalize(join(path, '..', from))).split(sep);
      const other = target[0];
      if (other !== part && !(MAY_IMPORT[part] ?? []).includes(other) && MAY_IMPORT[other]) say(index, `${part} must not import ${other}`);
      const panel = /^ui\/panels\/([^/]+)\//.exec(path.split(sep).join('/'))?.[1];
      if (panel && target[1] === 'panels' && target[2] !== panel) say(index, `panel ${panel} must not import panel ${target[2]}; shared pieces go to widgets/`);
    } else if (from && !isTest && DETERMINISTIC.concat('link').includes(part) &&
      !(PACKAGES[part] ?? []).some((name) => from === name || from.startsWith(`${name}/`))) {
      say(index, `${part} must not import the package ${from}`);
    }
    if (NAMELESS.includes(part) && !isTest && NAMED.test(line)) say(index, `${part} must not know the scenario ${NAMED.exec(line)?.[0]}`);
    if (GUESTLESS.includes(part) && !isTest && GUEST_NAMES.test(line)) say(index, `${part} must not know the guest's ${GUEST_NAMES.exec(line)?.[0]}`);
    // A line that starts a block comment or continues one is prose.
    const code = line.replace(/\/\*.*?\*\//g, '');
    if (/^\s*\/\*/.test(code)) inComment = true;
    const prose = inComment || /^\s*(?:\/\/|\*)/.test(code);
    if (inComment && code.includes('*/')) inComment = false;
    if (prose || isTest || !DETERMINISTIC.includes(part)) return;
    const bare = code.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''").replace(/\/\/.*$/, '').replace(/\/(?:[^/\\\n]|\\.)+\/[gimsuy]*/g,
      "''");
    if (BANNED.test(bare)) say(index, `below src/worker nothing may touch ${BANNED.exec(bare)?.[0].trim()}`);
    for (const [, name] of bare.matchAll(/\bMath\.(\w+)/g)) if (!MATH.has(name)) say(index, `Math.${name} differs between JavaScript engines`);
    if (/[\w)\]]\s*\*\*=?\s*[\w(]/.test(bare)) say(index, '** differs between JavaScript engines; write the product');
  });
}
/** Each panel has a number of its own, without a gap: the page does not start otherwise. */
const panels = files.filter((path) => /^ui[\\/]panels[\\/][^\\/]+[\\/]panel\.tsx$/.test(path))
  .map((path) => ({ path, number: Number(/^ {2}number: (\d+),/m.exec(readFileSync(join(root, 'src', path), 'utf8'))?.[1]) }))
  .sort((a, b) => a.number - b.number);
panels.forEach(({ path, number }, index) => {
  if (number !== index + 1) breaches.push(`src/${path}: panels have the numbers 1, 2, 3, each once; this one is ${number} and comes as ${index + 1}`);
});

/** What fits beside another file on a screen, and on a projector. A regular expression stays in one piece. */
const LONGEST = 160;
for (const folder of ['src', 'e2e', 'scripts']) {
  for (const path of readdirSync(join(root, folder), { recursive: true }).map(String)) {
    if (!/\.(?:tsx?|mjs|css|[chS])$/.test(path) || /\.gen\./.test(path)) continue;
    readFileSync(join(root, folder, path), 'utf8').split('\n').forEach((line, index) => {
      if (line.length > LONGEST && !/^\s*\//.test(line)) breaches.push(`${folder}/${path}:${index + 1}: ${line.length} characters; a line has at ` +
        `most ${LONGEST}`);
    });
  }
}
for (const breach of breaches) console.error(breach);
console.log(`import rules: ${files.length} files, ${breaches.length} breaches`);
process.exit(breaches.length ? 1 : 0);
