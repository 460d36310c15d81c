/**
 * REP MOVS and REP STOS in translated code: a block that lies within one page of each operand, upwards, is copied or filled in place.
 * Everything else is the reference interpreter's.
 */
import { RFLAGS_DF } from '../../../isa/registers.ts';
import type { Insn } from '../insn.ts';
import { FLAGS_REST } from '../state.ts';

const RAX = 0, RCX = 1, RSI = 6, RDI = 7, PAGE = 4096;
/** Up to so many bytes are copied word by word; for more the host's function is faster. */
const SMALL = 128;

export interface BlockOperation {
  readonly copies: boolean;
  /** Bytes of an element. */
  readonly bytes: 1 | 2 | 4 | 8;
  /** General registers that it reads, and those that it writes, by encoding number. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

/** What a repeated string instruction does, if it can be done so. */
export function blockOperation({ decoded: { row: { mnemonic }, rep, addressSize, operandSize, segment } }: Insn): BlockOperation | undefined {
  const copies = mnemonic === 'movs' || mnemonic === 'movsb';
  if (rep === 0 || addressSize !== 64 || segment >= 0 || (!copies && mnemonic !== 'stos' && mnemonic !== 'stosb')) return undefined;
  const bytes = mnemonic.endsWith('b') ? 1 : (operandSize >> 3) as 2 | 4 | 8;
  return copies ? { copies, bytes, reads: [RCX, RSI, RDI], writes: [RCX, RSI, RDI] } : { copies, bytes, reads: [RAX, RCX, RDI], writes: [RCX, RDI] };
}

/** r(n) += length. */
const advance = (n: number): string => `{ const sum = (r${n}l + length) | 0; r${n}h = (r${n}h + (((sum >>> 0) < (length >>> 0)) | 0)) | 0; r${n}l = sum; }`;

function fill(bytes: number): string {
  if (bytes === 1) return 'B.fill(r0l, to, to + length);';
  const store = bytes === 2 ? 'V.setInt16(to + at, r0l, true);' : `V.setInt32(to + at, r0l, true);${bytes === 8 ? ' V.setInt32(to + at + 4, r0h, true);' : ''}`;
  const isZero = bytes === 8 ? '(r0l | r0h) === 0' : 'r0l === 0';
  return `if (${isZero}) B.fill(0, to, to + length); else for (let at = 0; at < length; at += ${bytes}) { ${store} }`;
}

const COPY = `if (length <= ${SMALL} && (length & 3) === 0) { for (let at = 0; at < length; at += 4) V.setInt32(to + at, V.getInt32(from + at, true), true); ` +
  `} else B.copyWithin(to, from, from + length);`;

/**
 * @param ring whose tables.
 * @param otherwise what leaves it to the reference interpreter.
 * @param leave what leaves the region behind the instruction, when its time is up.
 * @param bytesPerQuarter of the cost model.
 */
export function blockCode({ copies, bytes }: BlockOperation, label: string, ring: 'K' | 'U', otherwise: string, leave: string,
  bytesPerQuarter: number): string {
  // A table's entry says that the whole of the access lies in its page.
  const read = `${ring}R`, write = `${ring}W`;
  const find = (n: number, table: string, key: string): string =>
    `const ${key} = (r${n}l >>> 10) & 16380; if (${table}[${key}] !== ((r${n}l + length - 1) & -4096) || ${table}[${key} + 1] !== r${n}h) break I${label};`;
  return [
    `O${label}: { I${label}: {`,
    `if ((S[${FLAGS_REST}] & ${RFLAGS_DF}) !== 0 || r${RCX}h !== 0 || r${RCX}l === 0 || (r${RCX}l >>> 0) > ${PAGE / bytes}) break I${label};`,
    `const length = r${RCX}l * ${bytes};`,
    ...(copies ? [find(RSI, read, 'kr')] : []), find(RDI, write, 'kw'), `const to = (${write}[kw + 2] + r${RDI}l) | 0;`,
    // A source that runs into its own copies repeats them.
    ...(copies ? [`const from = (${read}[kr + 2] + r${RSI}l) | 0; if (from < to && to < from + length) break I${label};`, COPY, advance(RSI)] : [fill(bytes)]),
    advance(RDI), `r${RCX}l = 0;`,
    `c -= Math.max(1, Math.floor(length / ${bytesPerQuarter})); if (c < 0) { ${leave} }`,
    `break O${label}; }`,
    otherwise, '}',
  ].join('\n');
}
