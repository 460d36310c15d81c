/** Every row: bytes to text to bytes, and the same by binutils where they are installed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decode } from '../../isa/decode.ts';
import { format } from '../../isa/format.ts';
import { ROWS } from '../../isa/table.ts';
import { samples } from '../../isa/testing.ts';
import { objectOf } from './testing.ts';

const hasBinutils = spawnSync('as', ['--version']).status === 0 && spawnSync('objdump', ['--version']).status === 0;
/** Each instruction has a slot of its own, so that one wrong length does not shift the rest. */
const SLOT = 32;

interface Sample {
  bytes: Uint8Array;
  text: string;
}

const all: Sample[] = ROWS.flatMap((row) => samples(row)).flatMap((bytes) => {
  const d = decode(bytes, 0);
  if (typeof d === 'string') throw new Error(`cannot decode ${Buffer.from(bytes).toString('hex')}`);
  const { mnemonic, operands } = format(d, 0n);
  // Branch targets are printed as addresses; written so, they would need the slot's own address.
  const text = d.operands[0]?.kind === 'rel' ? `${mnemonic} .+${bytes.length + d.operands[0].disp}` : `${mnemonic} ${operands}`.trim();
  return { bytes, text };
});

const slots = (bytes: Uint8Array): string[] => all.map((_, n) => Buffer.from(bytes.subarray(n * SLOT, (n + 1) * SLOT)).toString('hex').replace(/(cc)+$/, ''));
const source = (skip: (text: string) => boolean): string => all.map(({ text }) => `${skip(text) ? 'nop' : text}\n.balign ${SLOT}, 0xcc\n`).join('');

describe('rows', () => {
  it('come back from their text', () => {
    const { bytes } = objectOf(source(() => false)).sections[0];
    all.forEach(({ text, bytes: original }, n) => {
      const d = decode(bytes, n * SLOT);
      if (typeof d === 'string') throw new Error(`${text}: ${d}`);
      const { mnemonic, operands } = format(d, 0n);
      // A selector fills the whole register with or without REX.W, so the assembler leaves it out.
      if (d.operands[0]?.kind !== 'rel' && d.row.operands !== 'Ev, Sw') expect(`${mnemonic} ${operands}`.trim()).toBe(text);
      expect(d.length, text).toBeLessThanOrEqual(original.length);
    });
  });

  it.skipIf(!hasBinutils)('are assembled as GNU as assembles them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringside-'));
    try {
      // GNU as does not take back what objdump prints for 66 0F B7 and 66 0F BF.
      const text = source((line) => /^mov[sz]ww/.test(line));
      writeFileSync(join(folder, 'rows.s'), text);
      execFileSync('as', ['--no-warn', '-mintel64', 'rows.s', '-o', 'rows.o'], { cwd: folder });
      execFileSync('objcopy', ['-O', 'binary', '-j', '.text', 'rows.o', 'rows.bin'], { cwd: folder });
      const expected = slots(readFileSync(join(folder, 'rows.bin')));
      const got = slots(objectOf(text).sections[0].bytes);
      const wrong = all.flatMap(({ text: line }, n) => (expected[n] === got[n] ? [] : [`${line}: as ${expected[n]}, here ${got[n]}`]));
      expect(wrong).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.skipIf(!hasBinutils)('are printed as objdump prints them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringside-'));
    try {
      const blob = new Uint8Array(all.length * SLOT).fill(0x90);
      all.forEach(({ bytes }, n) => blob.set(bytes, n * SLOT));
      writeFileSync(join(folder, 'blob'), blob);
      const listing = execFileSync('objdump', ['-D', '-w', '-b', 'binary', '-m', 'i386:x86-64', '-M', 'intel64', 'blob'], { cwd: folder, maxBuffer: 1 << 28 })
        .toString();
      const wrong: string[] = [];
      for (const line of listing.split('\n')) {
        const match = /^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/.exec(line);
        const address = match ? parseInt(match[1], 16) : -1;
        if (!match || address % SLOT) continue;
        const expected = match[2].replace(/\s*#.*$/, '').trim().replace(/\s+/g, ' ').replace(/^(j\w+|call|loop\w*) 0x/, '$1 ');
        const d = decode(blob, address);
        const { mnemonic, operands } = format(typeof d === 'string' ? neverDecoded(d) : d, BigInt(address));
        const got = `${mnemonic} ${operands}`.trim();
        if (got !== expected) wrong.push(`${expected} | ${got}`);
      }
      expect(wrong).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function neverDecoded(failure: string): never {
  throw new Error(failure);
}
