/** Listings that mix source lines and instructions, and the instruction at an address as text. */
import type { VirtAddr } from '../base/units.ts';
import { decode } from '../isa/decode.ts';
import type { Decoded } from '../isa/decoded.ts';
import type { Listing, ListingRow } from '../link/reports.ts';
import { format } from '../isa/format.ts';
import type { Symbols } from './symbols.ts';

const BANDS = 4;
/** Where no function is known: this many bytes. */
const BLIND = 64n;

export interface Instruction {
  addr: VirtAddr;
  length: number;
  bytes: Uint8Array;
  mnemonic: string;
  operands: string;
  symbol?: string;
  /** Undefined: these bytes are no instruction. */
  decoded?: Decoded;
}

/** Disassembles one instruction; bytes that are none are shown as `(bad)`. */
export function instructionAt(symbols: Symbols, at: VirtAddr, peek: (at: bigint, length: number) => Uint8Array | null): Instruction | null {
  let bytes: Uint8Array | null = null;
  for (let length = 15; length > 0 && !bytes; length--) bytes = peek(at, length);
  if (!bytes) return null;
  const decoded = decode(bytes, 0);
  if (typeof decoded === 'string') return { addr: at, length: 1, bytes: bytes.subarray(0, 1), mnemonic: '(bad)', operands: '' };
  const text = format(decoded, at, (address, segment) => (segment === 5 && symbols.domainOf(at) === 'kernel' ? symbols.kernel.perCpuName(address)
    : segment < 0 ? symbols.name(address) : undefined));
  return { addr: at, length: decoded.length, bytes: bytes.slice(0, decoded.length), mnemonic: text.mnemonic, operands: text.operands, decoded,
    ...(text.symbol === undefined ? {} : { symbol: text.symbol }) };
}

export function listingOf(symbols: Symbols, at: VirtAddr, peek: (at: bigint, length: number) => Uint8Array | null,
  source: (file: string) => string[] | undefined): Listing | null {
  const f = symbols.functionAt(at);
  const low = f?.low ?? at, high = f?.high ?? at + BLIND;
  const rows: ListingRow[] = [];
  let band = -1, last = '';
  for (let addr = low; addr < high; ) {
    const insn = instructionAt(symbols, addr, peek);
    if (!insn) break;
    const line = f && symbols.lineAt(addr);
    const key = line ? `${line.file}:${line.line}` : '';
    if (line && line.line > 0 && key !== last) {
      band = (band + 1) % BANDS;
      rows.push({ kind: 'line', file: line.file, line: line.line, text: source(line.file)?.[line.line - 1] ?? '', band });
      last = key;
    }
    rows.push({ kind: 'insn', addr, bytes: insn.bytes, mnemonic: insn.mnemonic, operands: insn.operands, band: Math.max(0, band),
      ...(insn.symbol === undefined ? {} : { symbol: insn.symbol }) });
    addr += BigInt(insn.length);
  }
  if (!rows.length) return null;
  return { image: symbols.imageAt(at)?.name ?? '', name: f?.name ?? '', domain: f?.domain ?? symbols.domainOf(at), file: f?.file ?? '', line: f?.line ?? 0, low,
    high, redZoneBytes: f?.redZoneBytes ?? 0, rows };
}
