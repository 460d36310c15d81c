/** Finds the objects of the stock configurations on this host: beside the bundle, or where a test run keeps them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stock } from '../lab/objects.ts';
import type { Shipped } from '../toolchain/units.ts';

/** Those of a configuration, or of a switch that applications want: `linux.objects` and `linux.detail`. */
export function readObjects(folder: string, name: string): Required<Shipped> | undefined {
  try {
    return { objects: readFileSync(`${folder}/${name}.objects`), detail: readFileSync(`${folder}/${name}.detail`) };
  } catch {
    return undefined;
  }
}

export function writeObjects(folder: string, name: string, { objects, detail }: Required<Shipped>): void {
  writeFileSync(`${folder}/${name}.objects`, objects);
  writeFileSync(`${folder}/${name}.detail`, detail);
}

/** From now on builds of this process take them from that folder. One that is not there is no mistake: then its sources are compiled. */
export function takeObjects(folder = fileURLToPath(new URL('objects', import.meta.url))): void {
  stock.objects = (name) => readObjects(folder, name);
}
