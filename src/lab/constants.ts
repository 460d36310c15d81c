/** Arguments of tracepoints that are known without running. */
import type { TracepointSite } from '../formats/debug-info.ts';

/** A constant, or the address of something; undefined where it has to be read at its moment, or is not there. */
export function constant(site: TracepointSite, name: string): bigint | undefined {
  const argument = site.args.find((one) => one.name === name);
  if (!argument || (argument.base.kind !== 'const' && argument.base.kind !== 'address') || argument.steps.some(({ load }) => load !== 0)) return undefined;
  const base = argument.base.kind === 'const' ? argument.base.value : argument.base.address;
  return argument.steps.reduce((sum, { offset }) => sum + BigInt(offset), base);
}
