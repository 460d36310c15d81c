#!/usr/bin/env node
/** Starts the command line: bundles src/cli, with the objects of the stock configurations, when the sources are newer than the last bundle, then runs it. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(root, 'dist-cli/ringside.mjs');

function newest(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs), 0);
}

if (existsSync(join(root, 'src')) && (!existsSync(bundle) || newest(join(root, 'src')) > statSync(bundle).mtimeMs ||
  newest(join(root, 'scenarios')) > statSync(bundle).mtimeMs)) {
  for (const args of [[join(root, 'scripts/generate.mjs')],
    [join(root, 'node_modules/rolldown/bin/cli.mjs'), join(root, 'src/cli/main.ts'), '--platform', 'node', '--format', 'esm',
      '--no-codeSplitting', '--file', bundle]]) {
    const made = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
    if (made.status !== 0) {
      process.stderr.write(made.stdout + made.stderr);
      process.exit(1);
    }
  }
  const { objectsFolder } = await import('../scripts/objects.mjs');
  const objects = join(root, 'dist-cli/objects');
  rmSync(objects, { recursive: true, force: true });
  cpSync(objectsFolder(), objects, { recursive: true });
}
await import(pathToFileURL(bundle).href);
