/** The frames that QEMU's CPU pushes: read from its memory at the first instruction of each handler. */
import { decode } from '../../isa/decode.ts';
import type { Machine } from '../../machine/machine.ts';
import { bootOurs, words, type Frame } from './ours.ts';
import type { Image, Qemu } from './qemu.ts';

const GATE_BYTES = 16, HAS_ERROR = new Set([8, 10, 11, 12, 13, 14, 17]);

interface Handler {
  vector: number;
  /** Its second instruction. */
  second: bigint;
}

/** Where the gates of these vectors lead, as our own machine's IDT says once the kernel has loaded it. */
function handlers(machine: Machine, vectors: ReadonlySet<number>): Map<bigint, Handler> {
  while (machine.registers().idtr.base === 0n) machine.run(machine.tick + 1000);
  const { base } = machine.registers().idtr;
  return new Map([...vectors].map((vector) => {
    const [low, high] = words(machine.peek(base + BigInt(vector * GATE_BYTES), GATE_BYTES) ?? new Uint8Array(GATE_BYTES));
    const address = (low & 0xffffn) | ((low >> 32n) & 0xffff0000n) | ((high & 0xffffffffn) << 32n);
    const { length } = decode(machine.peek(address, 15) ?? new Uint8Array(15), 0);
    return [address, { vector, second: address + BigInt(length) }];
  }));
}

/** Frames in the order in which they were pushed, for the vectors that came on our machine. */
export async function framesUnderQemu(qemu: Qemu, image: Image, ours: readonly Frame[]): Promise<Frame[]> {
  const places = handlers(bootOurs(image), new Set(ours.map(({ vector }) => vector)));
  const { gdb, end } = await qemu.debug(image);
  const frames: Frame[] = [];
  try {
    for (const address of places.keys()) await gdb.breakAt(address);
    while (frames.length <= ours.length && (await gdb.goOn())) {
      const { RIP, RSP } = await gdb.registers();
      const handler = places.get(RIP);
      if (!handler) break;
      const { vector, second } = handler;
      const pushed = words(await gdb.memory(RSP, HAS_ERROR.has(vector) ? 48 : 40)), last = frames.at(-1);
      // PF_DF jumps from one handler to the other: then the frame is the one that is known, but for its error code.
      const isJump = last !== undefined && last.at === RSP && last.vector !== vector && pushed.length === last.words.length &&
        pushed.every((word, n) => n === 0 || word === last.words[n]);
      if (!isJump) frames.push({ vector, at: RSP, words: pushed });
      // QEMU does not go on from a breakpoint that stands where it is, and its single steps stand still when time is counted in instructions.
      await gdb.forget(RIP);
      await gdb.breakAt(second);
      if (!(await gdb.goOn())) break;
      await gdb.forget(second);
      await gdb.breakAt(RIP);
    }
  } finally {
    end();
  }
  return frames;
}
