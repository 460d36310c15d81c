/**
 * Boots our images under QEMU as well and compares: `node scripts/test-qemu.mjs [--sweep] [words]`. Needs
 * qemu-system-x86_64 and gcc on Linux x86-64; without, it says that it was skipped and exits with 77.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { node, root, tool } from './run.mjs';

const bundle = join(root, 'dist-cli/qemu.mjs');
for (const step of [[join(root, 'scripts/generate.mjs')], [tool('rolldown/bin/cli.mjs'), join(root, 'src/cli/qemu/main.ts'), '--platform', 'node', '--format',
  'esm', '--no-codeSplitting', '--file', bundle, '--log-level', 'warn']]) {
  const status = await node(step);
  if (status !== 0) process.exit(status);
}
await import(pathToFileURL(bundle).href);
