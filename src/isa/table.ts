/** Every instruction there is, from the files of opcodes/. */
import { ALU } from './opcodes/alu.ts';
import { BMI } from './opcodes/bmi.ts';
import { CONTROL } from './opcodes/control.ts';
import { MMX } from './opcodes/mmx.ts';
import { MOVE } from './opcodes/move.ts';
import { SHIFT } from './opcodes/shift.ts';
import { SSE } from './opcodes/sse.ts';
import { SYSTEM } from './opcodes/system.ts';
import { X87 } from './opcodes/x87.ts';
import type { Row } from './row.ts';

export const ROWS: readonly Row[] = [...ALU, ...MOVE, ...SHIFT, ...CONTROL, ...SYSTEM, ...SSE, ...MMX, ...X87, ...BMI];
