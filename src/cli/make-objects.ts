/** `node make-objects.mjs TO [FROM]`: objects of the stock configurations into a folder, with those of another folder that still serve. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeObjects } from '../lab/stock.ts';
import { OBJECTS_SUFFIX } from './objects.ts';

const [to, from] = process.argv.slice(2);
const earlier = (config: string): Uint8Array | undefined => {
  const file = from === undefined ? '' : join(from, config + OBJECTS_SUFFIX);
  return existsSync(file) ? readFileSync(file) : undefined;
};
mkdirSync(to, { recursive: true });
for (const [config, objects] of makeObjects(earlier)) writeFileSync(join(to, config + OBJECTS_SUFFIX), objects);
