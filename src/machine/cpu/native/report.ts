/** A mismatch, made as small as it gets and put into words. */
import { decode } from '../../../isa/decode.ts';
import { format, formatLine } from '../../../isa/format.ts';
import { GPR64 } from '../../../isa/registers.ts';
import { INSN, type Case } from './cases.ts';
import { FX_FCW, FX_FSW, FX_FTW, FX_MXCSR, FX_ST, FX_XMM } from './random.ts';

/** The same case with one thing less, in every way there is. */
function simpler(test: Case): Case[] {
  const out: Case[] = [];
  test.regs.forEach((value, n) => {
    for (const other of [0n, 1n]) if (value > other) out.push({ ...test, regs: test.regs.with(n, other) });
  });
  test.pokes.forEach(([at, value], n) => {
    out.push({ ...test, pokes: test.pokes.filter((_, m) => m !== n) });
    if (value) out.push({ ...test, pokes: test.pokes.with(n, [at, 0n]) });
  });
  if (test.flags !== 0x202) out.push({ ...test, flags: 0x202 });
  const { fx } = test;
  if (!fx) return out;
  const change = (at: number, bytes: readonly number[]): void => {
    if (bytes.every((byte, n) => fx[at + n] === byte)) return;
    const copy = fx.slice();
    copy.set(bytes, at);
    out.push({ ...test, fx: copy });
  };
  change(FX_MXCSR, [0x80, 0x1f]);
  change(FX_MXCSR, [fx[FX_MXCSR] & 0xc0, fx[FX_MXCSR + 1]]);
  change(FX_MXCSR, [fx[FX_MXCSR] & 0xbf, fx[FX_MXCSR + 1] & 0x7f]);
  change(FX_FCW, [0x7f, 0x03]);
  change(FX_FSW, [0, fx[FX_FSW + 1] & 0x38]);
  change(FX_FTW, [0xff]);
  for (let n = 0; n < 32; n++) change(FX_XMM + 8 * n, [0, 0, 0, 0, 0, 0, 0, 0]);
  for (let n = 0; n < 8; n++) change(FX_ST + 16 * n, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  return out;
}

/** @param differ whether each of these cases still shows a mismatch. */
export function shrink(test: Case, differ: (cases: readonly Case[]) => boolean[]): Case {
  let small = test;
  for (let round = 0; round < 200; round++) {
    const tries = simpler(small);
    if (tries.length === 0) return small;
    const next = tries[differ(tries).indexOf(true)];
    if (!next) return small;
    small = next;
  }
  return small;
}

export function describeCase(test: Case, found: readonly string[]): string {
  const { row, code, regs, pokes, flags, fx } = test;
  const d = decode(Uint8Array.from(code), 0);
  const lines =
    [`${row.encoding} ${row.mnemonic} ${row.operands}: ${code.map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ')}  ${typeof d === 'string' ? d : formatLine(format(d, BigInt(INSN)))}`];
  lines.push(`  in: ${regs.flatMap((value, n) => (value ? [`${GPR64[n]}=${value.toString(16)}`] : [])).join(' ')} rflags=${flags.toString(16)}`);
  if (pokes.length) lines.push(`  memory: ${pokes.map(([at, value]) => `${at.toString(16)}=${value.toString(16)}`).join(' ')}`);
  if (fx) lines.push(`  ${describeFx(fx)}`);
  for (const line of found) lines.push(`  ours ${line}`);
  return lines.join('\n');
}

function describeFx(fx: Uint8Array): string {
  const view = new DataView(fx.buffer, fx.byteOffset), words = [`mxcsr=${view.getUint32(FX_MXCSR, true).toString(16)}`];
  const hex = (at: number): string => view.getBigUint64(at, true).toString(16).padStart(16, '0');
  words.push(`fcw=${view.getUint16(FX_FCW, true).toString(16)} fsw=${view.getUint16(FX_FSW, true).toString(16)} ftw=${fx[FX_FTW].toString(16)}`);
  for (let n = 0; n < 16; n++) if (fx.subarray(FX_XMM + 16 * n, FX_XMM + 16 * n + 16).some((byte) => byte !== 0))
    words.push(`xmm${n}=${hex(FX_XMM + 16 * n + 8)}_${hex(FX_XMM + 16 * n)}`);
  for (let n = 0; n < 8; n++) if (fx.subarray(FX_ST + 16 * n, FX_ST + 16 * n + 10).some((byte) => byte !== 0))
    words.push(`st(${n})=${view.getUint16(FX_ST + 16 * n + 8, true).toString(16)}:${hex(FX_ST + 16 * n)}`);
  return words.join(' ');
}
