/**
 * How a CPU begins: power-on values, INIT, and the start-up message. SDM Vol. 3A, "MP Initialization Protocol Algorithm for MP Systems" and
 * "Processor State After Reset".
 *
 * Simplified: there is no real mode. Code for other machines has 16-bit instructions at the start of the page that a start-up message
 * names; they go into 64-bit mode with what stands in a block behind them, and we take that block straight away:
 *
 *     +0x00  jmp to the 16-bit code, padded to 8 bytes
 *     +0x08  START_MAGIC
 *     +0x10  RIP, RSP, CR3, CR4, EFER: 8 bytes each
 *     +0x38  operand of LGDT: limit (2 bytes) and base (8)
 *
 * The CPU begins there with flat segments 0x10 (code) and 0x18, interrupts off. A page without the block shuts the CPU down.
 */
import { CR0_ET, CR0_NE, CR0_PE, CR0_PG, CR0_WP, CR4_PAE, EFER_LMA, EFER_LME } from '../../isa/registers.ts';
import type { Cpu } from './cpu.ts';
import * as S from './state.ts';

/** The bytes "RINGAP64". */
export const START_MAGIC = 0x3436_5041_474e_4952n;
const MAGIC = 8, ENTRY = 0x10, STACK = 0x18, TABLES = 0x20, CONTROL = 0x28, EXTENDED = 0x30, DESCRIPTORS = 0x38;
const CODE_SELECTOR = 0x10, DATA_SELECTOR = 0x18;

/** A bank as after power-on. */
export function initialize(s: Int32Array): void {
  s.fill(0);
  s[S.CR0] = CR0_ET;
  s[S.ZFW] = s[S.PFW] = 1;
  s[S.MXCSR] = S.MXCSR_RESET;
  s[S.FCW] = S.FCW_INIT;
  s[S.PENDING_VECTOR] = -1;
}

/** INIT and start-up messages that came. Simplified: the boot CPU waits after INIT like any other. */
export function start(cpu: Cpu): void {
  const { s } = cpu, signals = s[S.SIGNALS], vector = s[S.START_VECTOR];
  if (signals & S.SIGNAL_INIT) {
    initialize(s);
    s[S.WAITING] = 1;
    cpu.port.reset();
    cpu.mmu.flush();
    cpu.useTables();
  }
  s[S.SIGNALS] = signals & S.SIGNAL_NMI;
  if (!(signals & S.SIGNAL_START)) return;
  s[S.WAITING] = 0;
  const { view } = cpu.ram, block = vector << 12, at = (offset: number): bigint => view.getBigUint64(block + offset, true);
  if (block + 0x1000 > view.byteLength || at(MAGIC) !== START_MAGIC) {
    s[S.SHUTDOWN] = 1;
    return;
  }
  cpu.setPair(S.RIP, at(ENTRY));
  cpu.setPair(2 * 4, at(STACK));
  cpu.setPair(S.CR3, at(TABLES));
  cpu.setPair(S.CR4, at(CONTROL) | BigInt(CR4_PAE));
  cpu.setPair(S.EFER, at(EXTENDED) | BigInt(EFER_LME | EFER_LMA));
  s[S.CR0] = CR0_PE | CR0_PG | CR0_WP | CR0_NE | CR0_ET;
  s[S.GDTR_LIMIT] = view.getUint16(block + DESCRIPTORS, true);
  cpu.setPair(S.GDTR_BASE, at(DESCRIPTORS + 2));
  s[S.CS_SELECTOR] = CODE_SELECTOR;
  s[S.SS_SELECTOR] = s[S.DS_SELECTOR] = s[S.ES_SELECTOR] = DATA_SELECTOR;
  cpu.mmu.flush();
  cpu.setCpl(0);
}
