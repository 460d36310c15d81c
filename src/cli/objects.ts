/** Finds the objects of the stock configurations on this host: beside the bundle, or where a test run keeps them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stock } from '../lab/objects.ts';
import type { Shipped } from '../toolchain/units.ts';

/** Those of one configuration: `linux.objects` and `linux.detail`. */
export function readObjects(folder: string, config: string): Required<Shipped> | undefined {
  try {
    return { objects: readFileSync(`${folder}/${config}.objects`), detail: readFileSync(`${folder}/${config}.detail`) };
  } catch {
    return undefined;
  }
}

export function writeObjects(folder: string, config: string, { objects, detail }: Required<Shipped>): void {
  writeFileSync(`${folder}/${config}.objects`, objects);
  writeFileSync(`${folder}/${config}.detail`, detail);
}

/** From now on builds of this process take them from that folder. One that is not there is no mistake: then its sources are compiled. */
export function takeObjects(folder = fileURLToPath(new URL('objects', import.meta.url))): void {
  stock.objects = (config) => readObjects(folder, config);
}
