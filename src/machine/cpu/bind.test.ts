import { expect, it } from 'vitest';
import { decode } from '../../isa/decode.ts';
import { ROWS } from '../../isa/table.ts';
import { samples } from '../../isa/testing.ts';
import { COST_PROFILES } from '../cost.ts';
import { bind } from './bind.ts';
import { ud2 } from './ops/system.ts';

it('every row of the opcode table has something that executes it', () => {
  const missing = new Set<string>();
  for (const row of ROWS) {
    if (row.notes.faults === '#UD') continue;
    for (const bytes of samples(row)) {
      const decoded = decode(bytes, 0);
      if (typeof decoded !== 'string' && bind(COST_PROFILES['skx-off'], decoded, 0x1000, 0).exec === ud2) {
        missing.add(`${row.encoding} ${row.mnemonic} ${row.operands}`);
      }
    }
  }
  expect([...missing]).toEqual([]);
});
