/** The control-flow graph made small: no unreachable blocks, no jumps to jumps, no jumps to the next instruction. */
import { inverse, SHAPES, JUMP, type Block, type FunctionCode } from './ir.ts';

export function simplifyFlow(code: FunctionCode): void {
  const { blocks } = code;
  for (const b of blocks) {
    const n = b.insns.findIndex((i) => SHAPES[i.op] & JUMP);
    if (n >= 0) b.insns.length = n + 1;
  }
  const order = new Map<Block, number>();
  blocks.forEach((b, i) => order.set(b, i));
  // Where does a jump to this block really lead?
  const final = (b: Block): Block => {
    let x = b;
    for (let n = 0; n < 50; n++) {
      if (x.insns.length === 0) {
        const next = blocks[order.get(x)! + 1];
        if (!next) return x;
        x = next;
      } else if (x.insns[0]!.op === 'jmp' && x.insns[0]!.target !== x) x = x.insns[0]!.target!;
      else return x;
    }
    return x;
  };
  for (const b of blocks) {
    for (const i of b.insns) {
      if (i.target) i.target = final(i.target);
      if (i.targets) i.targets = i.targets.map(final);
      if (i.asm) i.asm.labels.forEach((l, k, list) => { list[k] = final(l); });
    }
  }
  for (const t of code.jumpTables) t.targets = t.targets.map((b) => final(b));
  for (const b of blocks) if (b.label && final(b) !== b) final(b).label ||= b.label;
  for (const t of code.jumpTables) for (const b of t.targets) b.label ||= `.L${code.name}.${b.id}`;
  const reached = new Set<Block>();
  const work: Block[] = [blocks[0]!];
  while (work.length) {
    const b = work.pop()!;
    if (reached.has(b)) continue;
    reached.add(b);
    let falls = true;
    for (const i of b.insns) {
      if (i.target) work.push(i.target);
      if (i.targets) work.push(...i.targets);
      if (i.asm) work.push(...i.asm.labels);
      if (SHAPES[i.op] & JUMP) falls = false;
    }
    const next = blocks[order.get(b)! + 1];
    if (falls && next) work.push(next);
  }
  const kept = blocks.filter((b) => reached.has(b) && (b.insns.length > 0 || b.label !== ''));
  blocks.length = 0;
  blocks.push(...kept);
  shortenJumps(code);
}

/** Jumps to what comes next anyway. */
export function shortenJumps(code: FunctionCode): void {
  const { blocks } = code;
  for (let again = true; again; ) {
    again = false;
    for (let k = 0; k < blocks.length; k++) {
      const { insns } = blocks[k]!;
      const next = blocks[k + 1];
      const last = insns[insns.length - 1];
      if (last?.op !== 'jmp') continue;
      if (last.target === next) {
        insns.pop();
        again = true;
        continue;
      }
      const before = insns[insns.length - 2];
      if (before?.op === 'jcc' && before.target === next) {
        before.condition = inverse(before.condition);
        before.target = last.target;
        insns.pop();
        again = true;
      }
    }
  }
}
