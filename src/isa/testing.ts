/** For tests: byte sequences of every row, made from its encoding column, so that a new row is tested without more ado. */
import { parseEncoding } from './encoding.ts';
import type { Row } from './row.ts';

const IMMEDIATES: Readonly<Record<string, readonly number[]>> = {
  ib: [0x85], iw: [0x34, 0x12], cb: [0x10], cd: [0x78, 0x56, 0x34, 0x02],
};
/** ModRM, SIB and displacement with 0 in the reg field: register, (rcx), 8(rbp), 0x11223344(rdx,rbx,4), rip-relative, absolute. */
const MEMORY: readonly (readonly number[])[] = [[0x01], [0x45, 0xf8], [0x84, 0x9a, 0x44, 0x33, 0x22, 0x11], [0x05, 0x10, 0x20, 0x30, 0x00],
  [0x04, 0x25, 0x00, 0x10, 0x00, 0x00]];
const REGISTERS: readonly (readonly number[])[] = [[0xc1], [0xc6]];

/** One instruction of the row for each combination of operand size, register bank and addressing form. Where ModRM.reg is a register it is RBX, DS, CR3 or
 * DR3. */
export function samples(row: Row): Uint8Array[] {
  const encoding = parseEncoding(row);
  const out: Uint8Array[] = [];
  const hasSize = /[vyz]\b/.test(row.operands) || /rAX|eAX/.test(row.operands) || /^(movs|stos|lods|cmps|scas|ins|outs|cbw|cwd)$/.test(row.mnemonic);
  const sizes = encoding.rexW || row.notes.default64 || !hasSize ? [32]
    : row.operands.includes('y') ? [32, 64] : row.operands.includes('eAX') || /^(ins|outs)$/.test(row.mnemonic) ? [16, 32] : [16, 32, 64];
  const forms = !encoding.modrm ? [[]] : [...(/\bM/.test(row.operands) ? [] : REGISTERS), ...(/\b[RUN]|STi/.test(row.operands) ? [] : MEMORY)];
  // A register of the upper bank in each place that can have one.
  const banks = encoding.modrm || encoding.plusR ? [0, 0x41, 0x45] : [0];
  for (const size of sizes) {
    for (const form of forms) {
      for (const bank of banks) {
        if (bank & 4 && !/\b[GV]/.test(row.operands)) continue;
        // The extension bits mean nothing to MMX and x87 registers: no assembler writes them.
        if ((/\b[NP]|STi/.test(row.operands) && bank & 4 && !/\b[GV]/.test(row.operands)) || (/\bN|STi/.test(row.operands) && bank & 1) ||
          (/\bQ/.test(row.operands) && bank & 1 && REGISTERS.includes(form))) continue;
        // RIP and absolute addresses have no base register to extend.
        if (bank & 1 && (form[0] === 0x05 || form[0] === 0x04)) continue;
        // A selector in memory has 16 bits, whatever the operand size.
        if (size !== 32 && /\bS/.test(row.operands) && !REGISTERS.includes(form)) continue;
        const bytes: number[] = [];
        if (size === 16) bytes.push(0x66);
        const rex = bank | (size === 64 || encoding.rexW ? 0x48 : 0);
        if (encoding.vex) {
          // R, X, B and vvvv are stored inverted; vvvv is RSI, or all ones where no register is meant.
          const pp = encoding.prefix === 0x66 ? 1 : encoding.prefix === 0xf3 ? 2 : encoding.prefix === 0xf2 ? 3 : 0;
          bytes.push(0xc4, ((~rex & 7) << 5) | encoding.map, ((rex & 8) << 4) | ((/\bB/.test(row.operands) ? 9 : 15) << 3) | pp);
        } else {
          if (encoding.prefix) bytes.push(encoding.prefix);
          if (rex) bytes.push(rex);
          if (encoding.map) bytes.push(0x0f);
          if (encoding.map > 1) bytes.push(encoding.map === 2 ? 0x38 : 0x3a);
        }
        bytes.push(encoding.opcode + (encoding.plusR ? 3 : 0));
        if (encoding.fixedModrm >= 0) bytes.push(encoding.fixedModrm);
        form.forEach((byte, n) => bytes.push(n ? byte : byte | ((encoding.digit >= 0 ? encoding.digit : 3) << 3)));
        for (const immediate of encoding.immediates) {
          if (immediate === 'iz') bytes.push(...(size === 16 ? [0x34, 0x92] : [0x78, 0x56, 0x34, 0x92]));
          else if (immediate === 'iv') bytes.push(...(size === 16 ? [0x34, 0x92] : size === 32 ? [0x78, 0x56, 0x34, 0x92] : [8, 7, 6, 5, 4, 3, 2, 1]));
          else bytes.push(...IMMEDIATES[immediate]);
        }
        if (/\bO/.test(row.operands)) bytes.push(0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11);
        out.push(Uint8Array.from(bytes));
      }
    }
  }
  return out;
}

