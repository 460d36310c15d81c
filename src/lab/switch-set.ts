/** A set of switches that somebody puts together: what a scenario's become with another configuration, what does not go together, and what would. */
import { SWITCHES } from '../guest/configs/switches.ts';
import { conflictsOf, resolveConfig, switchesOfApp, type Switches } from '../toolchain/kconfig.ts';
import { guestSources } from './sources.ts';

interface Wanted {
  app: string;
  config: string;
  set: Record<string, string>;
}

/** The build that a change of a scenario leads to. */
export function changed(front: Wanted, { app = front.app, config = front.config, set }: Partial<Wanted>): { config: string; set: Record<string, string> } {
  const sources = guestSources();
  // The scenario's own switches hold as far as they go with another configuration.
  const holds = ([key, value]: [string, string]): boolean => config === front.config || typeof resolveConfig(sources, config, { [key]: value }) !== 'string';
  return { config, set: { ...switchesOfApp(app), ...Object.fromEntries(Object.entries(front.set).filter(holds)), ...set } };
}

/** How well a value fits: what stock configurations have it that agree with what was chosen. */
const fit = (stock: readonly Switches[], values: Switches, chosen: readonly string[], key: string, value: string): number =>
  stock.filter((one) => one[key] === value && chosen.every((other) => one[other] === values[other])).length;

const MOST = 8;

/** The fewest further changes that leave no conflict: each of them ends the first one there is. @returns undefined when there is no way. */
function mendAround(values: Switches, chosen: readonly string[], stock: readonly Switches[]): Switches | undefined {
  const search = (now: Switches, mend: Switches, most: number): Switches | undefined => {
    const [first] = conflictsOf(now);
    if (!first) return mend;
    if (Object.keys(mend).length >= most) return undefined;
    const ways = SWITCHES.filter(({ key }) => !chosen.includes(key) && !(key in mend)).flatMap(({ key, values: known }) =>
      (known === 'number' ? [] : known).map((value) => ({ key, value, fit: fit(stock, now, chosen, key, value) })));
    const ends = ways.filter(({ key, value }) => value !== now[key] && !conflictsOf({ ...now, [key]: value }).some((one) => one.key === first.key));
    for (const { key, value } of ends.sort((a, b) => b.fit - a.fit)) {
      const found = search({ ...now, [key]: value }, { ...mend, [key]: value }, most);
      if (found) return found;
    }
    return undefined;
  };
  for (let most = 1; most <= MOST; most++) {
    const found = search(values, {}, most);
    if (found) return found;
  }
  return undefined;
}

/**
 * What else to change so that a set goes together. What was chosen stays, of that the last the longest.
 * @param chosen keys, in the order in which they were chosen.
 */
export function mendOf(values: Switches, chosen: readonly string[], stock: readonly Switches[]): Switches | undefined {
  if (conflictsOf(values).length === 0) return undefined;
  for (let kept = chosen; ; kept = kept.slice(1)) {
    const mend = mendAround(values, kept, stock);
    if (mend || kept.length === 0) return mend;
  }
}
