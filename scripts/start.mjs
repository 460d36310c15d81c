/** `npm start`: build, then serve the same files as production and print where. */
import { join } from 'node:path';
import { node, root, tool } from './run.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Ringside needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(2);
}
const built = await node([join(root, 'scripts/build.mjs')]);
if (built !== 0) process.exit(built);
// A taken port is not an error: the next free one is used and printed.
process.exit(await node([tool('vite/bin/vite.js'), 'preview', '--port', '5173', ...process.argv.slice(2)]));
