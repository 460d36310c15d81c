/** Numbers as people read them. Hex has no 0x and no leading zeros in tables; counts have thousands separators. */
import type { CodePlace } from '../../link/reports.ts';

const counts = new Intl.NumberFormat('en');

export const count = (value: number): string => counts.format(value);
/** Registers can be wider than 64 bits (XMM); what is negative is meant as 64. */
export const hex = (value: bigint | number): string => (value < 0 ? BigInt.asUintN(64, BigInt(value)) : BigInt(value)).toString(16);

/** The last digits of an address, as many as differ within a column; the full value is in the header and the tooltip. */
export const hexTail = (value: bigint, digits = 4): string => hex(value).padStart(digits, '0').slice(-digits);

/** A long address shortened from the left, whole in the tooltip. */
export const hexShort = (value: bigint): string => {
  const text = hex(value);
  return text.length > 8 && text.startsWith('ffffffff8') ? text.slice(-6) : text;
};

/** Modelled time with the unit that keeps it short. */
export function duration(ns: number): { value: string; unit: string } {
  if (ns < 1_000) return { value: String(Math.round(ns)), unit: 'ns' };
  if (ns < 1_000_000) return { value: (ns / 1_000).toFixed(3), unit: 'µs' };
  if (ns < 1_000_000_000) return { value: (ns / 1_000_000).toFixed(3), unit: 'ms' };
  return { value: (ns / 1_000_000_000).toFixed(3), unit: 's' };
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 10 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KiB`;
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}

/** `app:main` is `main` to the reader: whose it is stands in the glyph. */
export const bareName = (symbol: string): string => symbol.replace(/^(app|libc|kernel):/, '');

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export function placeText(place: CodePlace): string {
  const name = bareName(place.symbol);
  if (!name) return hex(place.addr);
  return place.offset > 0 ? `${name}+${place.offset}` : name;
}

/** A scroll position that cuts no row in half. */
export const wholeRows = (top: number, row: number): number => (row > 0 ? Math.max(0, Math.round(top / row) * row) : Math.max(0, top));

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** About the width of a line of the smallest text, in design pixels, and rather too much: capitals are wider. */
export const textWidth = (text: string): number => text.length * 6.2 + (text.match(/[A-Z@#%&|—]/g)?.length ?? 0) * 1.4;
