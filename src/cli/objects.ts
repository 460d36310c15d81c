/** Finds the objects of the stock configurations on this host: beside the bundle, or where a test run keeps them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stock } from '../lab/objects.ts';

export const OBJECTS_SUFFIX = '.objects';

/** From now on builds of this process take them from that folder. One that is not there is no mistake: then its sources are compiled. */
export function takeObjects(folder = fileURLToPath(new URL('objects', import.meta.url))): void {
  stock.objects = (config) => {
    try {
      return readFileSync(`${folder}/${config}${OBJECTS_SUFFIX}`);
    } catch {
      return undefined;
    }
  };
}
