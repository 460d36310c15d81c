/** Views that are loaded when one is first asked for: a page that does not show them does not carry them. */
import { assert } from '../base/assert.ts';
import type { ViewName, Wants } from '../link/protocol.ts';

/** One line each: what the view is called in `Looks`, and the file that has what reads it. */
const LOADS = {
  locks: () => import('./locks-view.ts'),
  tables: () => import('./descriptor-tables.ts'),
  space: () => import('./address-space.ts'),
  network: () => import('./network-view.ts'),
  objects: () => import('./objects-view.ts'),
  trace: () => import('./trace-rows.ts'),
} satisfies { [V in ViewName]?: () => Promise<unknown> };
type Later = { [V in keyof typeof LOADS]: Awaited<ReturnType<(typeof LOADS)[V]>> };
const loaded: Partial<Later> = {};

const isLate = (name: string): name is keyof Later => Object.hasOwn(LOADS, name);

/** Loads what these wishes need; nothing is awaited where it is there. */
export async function loadLater(wants: Wants): Promise<void> {
  const missing = (Object.keys(wants) as ViewName[]).filter(isLate).filter((name) => wants[name] !== undefined && !loaded[name]);
  await Promise.all(missing.map(async (name) => Object.assign(loaded, { [name]: await LOADS[name]() })));
}

/** What reads such a view. */
export function later<V extends keyof Later>(name: V): Later[V] {
  const found = loaded[name];
  assert(found, `the view ${name} is asked for before it is loaded: call ready first`);
  return found;
}
