/** What comes into a machine from outside: keys, a packet, an edit of memory are the same kind of thing. Equal inputs, equal run. */
import type { Tick } from './units.ts';

export interface Input {
  tick: Tick;
  /** The device that receives it, by id, or MEMORY_PORT. */
  port: string;
  bytes: Uint8Array;
}

/** The serial console. */
export const CONSOLE_PORT = 'uart';
/** What somebody at the client host types into a connection; nothing at all closes it. */
export const CLIENT_PORT = 'client';
/** An edit by hand. */
export const MEMORY_PORT = 'memory';

/** What was typed, as bytes of the console port. */
export function typed(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What was typed, if it was typed; undefined for other ports and for bytes that are not UTF-8. */
export function typedText({ port, bytes }: Pick<Input, 'port' | 'bytes'>): string | undefined {
  if (port !== CONSOLE_PORT) return undefined;
  const text = new TextDecoder().decode(bytes);
  const same = typed(text);
  return same.length === bytes.length && same.every((byte, n) => byte === bytes[n]) ? text : undefined;
}
