/**
 * Makes three modules. src/guest/sources.gen.ts: the guest's sources and the scenarios (path to text), for lab, page, command
 * line and tests. src/ui/simplified.gen.ts: every place that says it does less than hardware or Linux, for the page to show.
 * src/link/panels.gen.ts: the names of the page's panels, for whoever reads a scenario.
 * `--check` only says whether they are fresh.
 */
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from './run.mjs';

const GUEST = ['linux', 'lib', 'apps', 'bench', 'configs'];
const TEXT = /\.(c|h|S|tbl|config)$/;

function files(folder, wanted) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => wanted.test(path) && statSync(path).isFile())
    .sort();
}

const table = (paths, base) => Object.fromEntries(paths.map((path) => [relative(base, path).split(sep).join('/'), readFileSync(path, 'utf8')]));
const guest = join(root, 'src/guest');
const sources = table(GUEST.flatMap((name) => files(join(guest, name), TEXT)), guest);
const scenarios = table(files(join(root, 'scenarios'), /[\\/](?!README\.)[\w-]+\.md$/), join(root, 'scenarios'));

const text = `/** Made by scripts/generate.mjs; do not edit. */
export const GUEST_SOURCES: Readonly<Record<string, string>> = ${JSON.stringify(sources, null, 1)};

export const SCENARIO_SOURCES: Readonly<Record<string, string>> = ${JSON.stringify(scenarios, null, 1)};
`;

/** A comment's words on one line of source, or null outside a comment's paragraph. */
const commentLine = (line) => /^\s*(?:\/\*+|\*(?!\/)|\/\/|#)\s+(\S.*)$/.exec(line ?? '')?.[1] ?? null;
const SHORT = 70;
const capital = (text) => (/^(?:a |[a-z]{2})/.test(text) ? text[0].toUpperCase() + text.slice(1) : text);

/** Each "Simplified:" comment with the place it stands at, from the word to the end of its paragraph; a short one with the sentence before it. */
function simplified(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const found = [];
  lines.forEach((line, index) => {
    const start = /(?:\/\*|\*|\/\/|#)(.*)\bSimplified: (.*)$/.exec(line);
    if (!start) return;
    const words = [start[2]];
    for (let next = index + 1; !/\*\//.test(words.at(-1)); next++) {
      const more = commentLine(lines[next]);
      if (more === null || lines[next].includes('/*') || /\bSimplified: /.test(more)) break;
      words.push(more);
    }
    let sentence = words.join(' ').replace(/\*\/.*$/, '').replace(/\s+/g, ' ').trim();
    if (sentence.length < SHORT) {
      // Of a line with code before its comment, the comment.
      const before = [start[1].replace(/^.*\/\*/, '')];
      for (let back = index - 1; commentLine(lines[back]) !== null && !lines[back + 1].includes('/*') &&
        before.join(' ').length < 300; back--) before.unshift(commentLine(lines[back]));
      const last = before.join(' ').replace(/^[\s*/]+/, '').replace(/\s+/g, ' ').trim().split(/(?<=\.) (?=[A-Z])/).at(-1);
      if (last && !last.startsWith('Linux: ')) sentence = `${last} ${capital(sentence)}`;
    }
    found.push({ file: relative(join(root, 'src'), path).split(sep).join('/'), line: index + 1, text: capital(sentence) });
  });
  return found;
}

const MODEL = ['isa', 'formats', 'machine', 'toolchain', 'guest', 'net', 'lab'];
const marks = MODEL.flatMap((part) => files(join(root, 'src', part), /\.(ts|c|h|S)$/)).filter((path) => !/\.(test|gen)\.ts$/.test(path)).flatMap(simplified);
const marksText = `/** Made by scripts/generate.mjs from the comments in the sources; do not edit. */
export const SIMPLIFIED: readonly { file: string; line: number; text: string }[] = ${JSON.stringify(marks, null, 1)};
`;

/** A panel of the page is a folder: its name is what scenarios and links say. */
const panelFolders = readdirSync(join(root, 'src/ui/panels')).filter((name) => existsSync(join(root, 'src/ui/panels', name, 'panel.tsx'))).sort();
const panelsText = `/** Made by scripts/generate.mjs from the folders of src/ui/panels; do not edit. */
export const PANEL_NAMES: readonly string[] = ${JSON.stringify(panelFolders)};
`;

const made = { 'src/guest/sources.gen.ts': text, 'src/ui/simplified.gen.ts': marksText, 'src/link/panels.gen.ts': panelsText };
const stale = Object.keys(made).filter((name) => !existsSync(join(root, name)) || readFileSync(join(root, name), 'utf8') !== made[name]);
if (process.argv.includes('--check')) {
  for (const name of stale) console.error(`${name} is out of date: run npm run generate`);
  process.exit(stale.length === 0 ? 0 : 1);
}
for (const name of stale) writeFileSync(join(root, name), made[name]);
