/**
 * Makes src/guest/sources.gen.ts: the guest's sources and the scenarios as one module (path to text), for lab, page, command
 * line and tests. `--check` only says whether it is fresh.
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
const target = join(root, 'src/guest/sources.gen.ts');
const fresh = existsSync(target) && readFileSync(target, 'utf8') === text;
if (process.argv.includes('--check')) {
  if (!fresh) console.error('src/guest/sources.gen.ts is out of date: run npm run generate');
  process.exit(fresh ? 0 : 1);
}
if (!fresh) writeFileSync(target, text);
