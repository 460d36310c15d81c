/** Strings of the guest, as people read them. */
import type { VirtAddr } from '../base/units.ts';
import type { Memory } from './memory.ts';

/** So long a text is shown of a string. */
const MAX_TEXT = 24;

/** The string that starts at an address, quoted, if at least three of its characters are text and it ends or goes on as text. */
export function stringAt(machine: Memory, at: VirtAddr): string | undefined {
  let bytes: Uint8Array | null = null;
  for (let length = MAX_TEXT; length >= 4 && !bytes; length -= 4) bytes = machine.peek(at, length);
  if (!bytes) return undefined;
  const end = bytes.indexOf(0), text = String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)));
  return text.length >= 3 && /^[\x20-\x7e\n\t\r]+$/.test(text) ? JSON.stringify(text) : undefined;
}
