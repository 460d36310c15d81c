/** `node make-objects.mjs TO [FROM]`: objects of the stock configurations into a folder, with those of another folder that still serve. */
import { mkdirSync } from 'node:fs';
import { makeObjects } from '../lab/stock.ts';
import { readObjects, writeObjects } from './objects.ts';

const [to, from] = process.argv.slice(2);
mkdirSync(to, { recursive: true });
for (const [name, objects] of makeObjects((one) => (from === undefined ? undefined : readObjects(from, one)))) writeObjects(to, name, objects);
