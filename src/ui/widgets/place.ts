/** A place in the code as people write it: `apps/hello.c:6`, `0xffffffff81000180`, `40083c`. */
import type { VirtAddr } from '../../base/units.ts';

export type CodeSpot = { kind: 'line'; file: string; line: number } | { kind: 'address'; addr: VirtAddr };

/** null: neither a line nor an address; it may still be the name of a function. */
export function parseCodePlace(text: string): CodeSpot | null {
  const plain = text.trim();
  const line = /^([\w./-]+\.(?:c|h|S)):(\d{1,6})$/.exec(plain);
  if (line?.[1] && line[2]) return { kind: 'line', file: line[1], line: Number(line[2]) };
  const address = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(plain)?.[1];
  // Without 0x a short word such as "add" or "dead" is a name, and a plain number is not an address.
  if (address && (plain.startsWith('0x') || (address.length >= 6 && /\d/.test(address)))) return { kind: 'address', addr: BigInt(`0x${address}`) };
  return null;
}
