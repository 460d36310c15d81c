/** The control-flow graph made small: no unreachable blocks, no jumps to jumps, no jumps to the next instruction. */
import { inverse, JUMP, type Block, type FunctionCode, type Insn } from './ir.ts';
import { GONE } from './liveness.ts';

export function simplifyFlow(code: FunctionCode): void {
  const { blocks } = code;
  for (const b of blocks) {
    const { insns } = b;
    for (let n = 0; n < insns.length; n++) if (insns[n]!.shape & JUMP) insns.length = n + 1;
  }
  blocks.forEach((b, i) => { b.index = i; });
  // Where does a jump to this block really lead?
  const final = (b: Block): Block => {
    let x = b;
    // Jumps that lead in a circle, as `for (;;) ;` does: one of them stays.
    const passed = new Set<Block>();
    for (let n = 0; n < 50; n++) {
      const first = x.insns.find((i) => i !== GONE);
      if (!first) {
        const next = blocks[x.index + 1];
        if (!next) return x;
        x = next;
      } else if (first.op === 'jmp' && first.target !== x && !passed.has(x)) {
        passed.add(x);
        x = first.target!;
      }
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
  for (const b of blocks) {
    const to = final(b);
    if (to === b || !b.label) continue;
    to.aliases.push(b.label, ...b.aliases);
    to.kept ||= b.kept;
    b.kept = false;
    b.label = '';
    b.aliases.length = 0;
  }
  for (const t of code.jumpTables) for (const b of t.targets) b.label ||= `.L${code.name}.${b.id}`;
  const reached = new Set<Block>();
  const work: Block[] = [blocks[0]!, ...blocks.filter((b) => b.kept)];
  while (work.length) {
    const b = work.pop()!;
    if (reached.has(b)) continue;
    reached.add(b);
    let falls = true;
    for (const i of b.insns) {
      if (i.target) work.push(i.target);
      if (i.targets) work.push(...i.targets);
      if (i.asm) work.push(...i.asm.labels);
      if (i.shape & JUMP) falls = false;
    }
    const next = blocks[b.index + 1];
    if (falls && next) work.push(next);
  }
  const kept = blocks.filter((b) => reached.has(b) && (b.insns.some((i) => i !== GONE) || b.label !== '' || b.aliases.length > 0));
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
      trim(insns);
      const last = insns[insns.length - 1];
      if (last?.op === 'jcc' && next && last.target === blocks[k + 2]) {
        // A jump over a jump.
        const only = next.insns.filter((i) => i !== GONE);
        if (only.length === 1 && only[0]!.op === 'jmp' && only[0]!.target !== next && !next.label && next.aliases.length === 0) {
          last.condition = inverse(last.condition);
          last.target = only[0]!.target;
          blocks.splice(k + 1, 1);
          again = true;
        }
        continue;
      }
      if (last?.op !== 'jmp') continue;
      if (last.target === next) {
        insns.pop();
        again = true;
        continue;
      }
      let n = insns.length - 2;
      while (n >= 0 && insns[n] === GONE) n--;
      const before = insns[n];
      if (before?.op === 'jcc' && before.target === next) {
        before.condition = inverse(before.condition);
        before.target = last.target;
        insns.pop();
        again = true;
      }
    }
  }
}

/** Removed instructions at the end need no place any more. */
function trim(insns: Insn[]): void {
  while (insns.length && insns[insns.length - 1] === GONE) insns.pop();
}
