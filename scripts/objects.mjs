/**
 * Keeps the objects of the stock configurations in node_modules/.cache: a folder for each state of toolchain and guest. What
 * is there is never stale; after an edit of the guest only what it changes is compiled.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, tool } from './run.mjs';

const TOOLCHAIN = ['base', 'isa', 'formats', 'toolchain', 'guest/configs'];
/** Makes the objects, but is no part of them. */
const MAKER = ['lab/stock.ts', 'cli/make-objects.ts', 'cli/objects.ts'];
const KEPT = 6;

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(join(root, 'src', path))).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** @returns the folder with one file for each configuration; made if it is not there. Needs src/guest/sources.gen.ts. */
export function objectsFolder() {
  const files = TOOLCHAIN.flatMap((part) => readdirSync(join(root, 'src', part), { recursive: true }).map((name) => join(part, String(name)))).filter((path) =>
    path.endsWith('.ts') && !path.endsWith('.test.ts')).sort();
  const toolchain = digest([...files, ...MAKER]);
  const cache = join(root, 'node_modules/.cache/ringside-objects');
  const folder = join(cache, `${toolchain}-${digest(['guest/sources.gen.ts'])}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const age = (name) => statSync(join(cache, name)).mtimeMs;
  const others = readdirSync(cache).filter((name) => /^[0-9a-f]{16}-[0-9a-f]{16}$/.test(name)).sort((a, b) => age(b) - age(a));
  const earlier = others.find((name) => name.startsWith(toolchain));
  const maker = join(cache, `make-${process.pid}.mjs`), made = join(cache, `new-${process.pid}`);
  try {
    for (const args of [
      [tool('rolldown/bin/cli.mjs'), join(root, 'src/cli/make-objects.ts'), '--platform', 'node', '--format', 'esm', '--file', maker],
      [maker, made, ...(earlier ? [join(cache, earlier)] : [])],
    ]) {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
      if (status !== 0) throw new Error(`the objects of the stock configurations cannot be made:\n${stdout}${stderr}`);
    }
    // All at once, so that nobody finds half of it; whoever was faster made the same.
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    rmSync(maker, { force: true });
    rmSync(made, { recursive: true, force: true });
  }
  for (const name of others.slice(KEPT - 1)) rmSync(join(cache, name), { recursive: true, force: true });
  return folder;
}
