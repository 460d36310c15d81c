/** What is cast in a mould is what decoding and binding make of the same bytes, whatever numbers stand behind the head. */
import { describe, expect, it } from 'vitest';
import { decode } from '../../isa/decode.ts';
import { ROWS } from '../../isa/table.ts';
import { samples } from '../../isa/testing.ts';
import { COST_PROFILES } from '../cost.ts';
import { bind } from './bind.ts';
import type { Insn } from './insn.ts';
import { Moulds } from './mould.ts';
import { numbers } from '../lockstep.ts';

const costs = COST_PROFILES['skx-off'], TAILS = 6, LO = 0x7fff_fff0, HI = 5;

/** All that is not a function or of the first of its kind. */
function told(insn: Insn | string): string {
  if (typeof insn === 'string') return insn;
  const { decoded, plain, exec: _exec, body: _body, ...rest } = insn;
  return JSON.stringify({ ...rest, mnemonic: decoded.row.mnemonic, length: decoded.length, plain });
}

describe('a cast instruction', () => {
  const moulds = new Moulds(costs), next = numbers(1);
  const wanted = (bytes: Uint8Array): string => {
    const decoded = decode(bytes, 0);
    return told(typeof decoded === 'string' ? decoded : bind(costs, decoded, LO, HI));
  };

  it.each(ROWS.map((row) => ({ row, title: `${row.encoding} ${row.mnemonic} ${row.operands}` })))('$title', ({ row }) => {
    for (const sample of samples(row)) {
      for (let n = 0; n < TAILS; n++) {
        const bytes = sample.slice();
        // Any byte but the first may be a number; where it is not, it is another instruction.
        for (let at = n === 0 ? bytes.length : 1 + next(bytes.length); at < bytes.length; at++) bytes[at] = next(256);
        const expected = wanted(bytes);
        // Twice: the first time it may make the mould.
        expect(told(moulds.cast(bytes, 0, bytes.length, LO, HI))).toBe(expected);
        expect(told(moulds.cast(bytes, 0, bytes.length, LO, HI))).toBe(expected);
        const lent = moulds.lend(bytes, 0, bytes.length, LO, HI);
        if (lent) expect(`${told(lent.insns[0])} ${lent.endLo} ${lent.endHi}`).toBe(`${expected} ${lent.insns[0].nextLo} ${lent.insns[0].nextHi}`);
        else expect(typeof decode(bytes, 0)).toBe('string');
      }
    }
  });
});
