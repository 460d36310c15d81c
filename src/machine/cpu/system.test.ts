/** Exceptions, interrupts, rings and paging: assembly in, registers and frames out. */
import { describe, expect, it } from 'vitest';
import { CR0_WP, CR4_SMAP, CR4_SMEP, PTE_A, PTE_D, PTE_P, PTE_U, PTE_W } from '../../isa/registers.ts';
import * as S from './state.ts';
import { CODE, DATA, HANDLERS, KERNEL_CS, KERNEL_SS, KERNEL_STACK, STACK_TOP, TestMachine, USER_CS, USER_SS } from './testing.ts';
import { assembled as asm } from '../../toolchain/asm/testing.ts';

const user = (text: string): TestMachine => new TestMachine().load(asm(text));
const kernel = (text: string): TestMachine => new TestMachine().ring(0).load(asm(text));
const RSP = STACK_TOP - 0x100n;
const hex = (value: bigint): string => `0x${value.toString(16)}`;

describe('delivery from ring 3', () => {
  it('pushes SS RSP RFLAGS CS RIP and an error code on the stack of TSS.rsp0', () => {
    const m = user('nop; movq $1, 0x12345678').step(2);
    expect(m.delivered).toMatchObject([{ vector: 14, error: 6, cr2: 0x12345678n, fromCpl: 3, fromRip: CODE + 1n, frameBytes: 48, stack: 'rsp0',
      frame: KERNEL_STACK - 48n }]);
    const frame = [0, 1, 2, 3, 4, 5].map((n) => hex(m.read64(KERNEL_STACK - 48n + BigInt(8 * n))));
    expect(frame).toEqual([6n, CODE + 1n, BigInt(USER_CS), 0x10202n, RSP, BigInt(USER_SS)].map(hex));
    expect([m.get('rip'), m.get('rsp'), m.cpu.cpl, m.cpu.s[S.CS_SELECTOR], m.cpu.s[S.SS_SELECTOR]]).toEqual([HANDLERS + 14n * 16n, KERNEL_STACK - 48n, 0,
      KERNEL_CS, 0]);
    expect(m.get('rflags') & 0x200n).toBe(0n);
  });

  it('without an error code pushes 40 bytes', () => {
    expect(user('ud2').step().delivered).toMatchObject([{ vector: 6, frameBytes: 40, frame: KERNEL_STACK - 40n, kind: 'exception' }]);
  });

  it('a trap gate leaves IF alone', () => {
    const m = user('ud2');
    m.gate(6, { type: 0xf });
    expect(m.step().get('rflags') & 0x200n).toBe(0x200n);
  });

  it('int3 points behind itself, a forbidden int n at itself', () => {
    const m = user('int3');
    m.gate(3, { dpl: 3 });
    expect(m.step(2).delivered).toMatchObject([{ vector: 3, kind: 'software', fromRip: CODE + 1n }]);
    expect(user('int $0x20').step(3).delivered).toMatchObject([{ vector: 13, error: 0x20 * 8 + 2, fromRip: CODE }]);
  });

  it('privileged instructions are #GP(0)', () => {
    for (const text of ['hlt', 'cli', 'rdmsr', 'mov %cr3, %rax', 'invlpg (%rax)', 'lidt (%rax)', 'outb %al, %dx', 'swapgs', 'wbinvd']) {
      expect(user(text).step().delivered, text).toMatchObject([{ vector: 13, error: 0, fromRip: CODE }]);
    }
  });
});

describe('delivery from ring 0', () => {
  it('stays on the stack, aligned down to 16, and pushes SS and RSP all the same', () => {
    const m = kernel('ud2').set({ rsp: KERNEL_STACK - 0x104n }).step();
    expect(m.delivered).toMatchObject([{ vector: 6, stack: 'same', oldRsp: KERNEL_STACK - 0x104n, frame: KERNEL_STACK - 0x110n - 40n }]);
    expect(m.cpu.s[S.SS_SELECTOR]).toBe(KERNEL_SS);
    expect(m.read64(KERNEL_STACK - 0x110n - 16n)).toBe(KERNEL_STACK - 0x104n);
  });

  it('takes the IST stack when the gate names one', () => {
    const m = kernel('ud2').set({ rsp: KERNEL_STACK - 0x100n });
    m.ist(2, STACK_TOP - 8n);
    m.gate(6, { ist: 2 });
    expect(m.step().delivered).toMatchObject([{ stack: 'ist', ist: 2, frame: STACK_TOP - 16n - 40n }]);
  });

  it('a page fault on a missing stack is a double fault, on its IST stack', () => {
    const m = kernel('push %rax').set({ rsp: 0xffff_8000_1000_0000n });
    m.ist(1, KERNEL_STACK - 0x800n);
    m.gate(8, { ist: 1 });
    m.step(2);
    expect(m.delivered).toMatchObject([{ vector: 8, error: 0, fromRip: CODE }]);
    // CR2 is of the fault that came second: the frame's first push.
    expect(hex(m.cpu.pair(S.CR2))).toBe(hex(0xffff_8000_0fff_fff8n));
    expect([m.cpu.tick, m.cpu.instructions]).toEqual([2, 0]);
  });

  it('a double fault that cannot be delivered shuts the CPU down', () => {
    const m = kernel('push %rax').set({ rsp: 0xffff_8000_1000_0000n });
    expect(m.cpu.run(10)).toBe('shutdown');
    expect(m.cpu.tick).toBe(2);
  });

  it('a missing gate for #UD becomes #NP, then #DF is not reached', () => {
    const m = kernel('ud2').set({ rsp: KERNEL_STACK - 0x100n });
    m.gate(6, { present: false });
    expect(m.step(2).delivered).toMatchObject([{ vector: 11, error: 6 * 8 + 3 }]);
  });
});

describe('interrupts', () => {
  it('are taken at a boundary with IF set, and not before', () => {
    const m = kernel('nop; sti; nop; nop').set({ rsp: KERNEL_STACK - 0x100n, rflags: 2n });
    m.pin.vector = 0x40;
    m.step(3);
    // STI opens them after one more instruction.
    expect(m.delivered).toEqual([]);
    expect(m.step().delivered).toMatchObject([{ vector: 0x40, kind: 'interrupt', fromRip: CODE + 3n }]);
  });

  it('wait for one instruction after mov ss', () => {
    const m = kernel(`mov $${KERNEL_SS}, %eax; mov %eax, %ss; mov $1, %ebx; nop`).set({ rsp: KERNEL_STACK - 0x100n });
    m.step(1);
    m.pin.vector = 0x40;
    m.cpu.attend();
    m.set({ rflags: 2n }).step(1).set({ rflags: 0x202n }).step(2);
    expect(m.get('rbx')).toBe(1n);
    expect(m.delivered).toMatchObject([{ vector: 0x40 }]);
  });

  it('end hlt; without any it idles', () => {
    const m = kernel('hlt; nop').set({ rsp: KERNEL_STACK - 0x100n, rflags: 0x202n });
    expect(m.cpu.run(10)).toBe('idle');
    expect(m.cpu.tick).toBe(1);
    m.pin.vector = 0x41;
    m.step();
    expect(m.delivered).toMatchObject([{ vector: 0x41, fromRip: CODE + 1n }]);
  });

  it('split a REP, which then goes on', () => {
    const m = kernel('rep lodsb; nop').set({ rsp: KERNEL_STACK - 0x100n, rflags: 0x202n, rsi: DATA, rcx: 500n });
    let deadline = 300;
    m.bus.nextDeadline = () => deadline;
    m.bus.runUntil = (now) => {
      if (now < deadline) return;
      deadline = Infinity;
      m.pin.vector = 0x42;
    };
    m.step(2);
    expect(m.delivered).toMatchObject([{ vector: 0x42, fromRip: CODE }]);
    const left = m.get('rcx');
    expect(left).toBeGreaterThan(0n);
    // The frame says that the instruction had begun.
    expect(m.read64(m.delivered[0].frame + 16n)).toBe(0x10202n);
    expect(m.get('rsi') - DATA).toBe(500n - left);
    expect([m.cpu.tick, m.cpu.instructions]).toEqual([2, 0]);
    m.load(asm('iretq'), HANDLERS + 0x42n * 16n).step(2);
    expect([m.get('rcx'), m.get('rip')]).toEqual([0n, CODE + 2n]);
  });
});

describe('RF', () => {
  it('comes back with IRETQ and holds for one instruction', () => {
    const m = user('movq $1, 0x12345678; nop; nop').step();
    m.load(asm('addq $12, 8(%rsp); add $8, %rsp; iretq'), HANDLERS + 14n * 16n).step(3);
    expect([m.get('rip'), m.get('rflags') & 0x10000n]).toEqual([CODE + 12n, 0x10000n]);
    expect(m.step().get('rflags') & 0x10000n).toBe(0n);
  });
});

describe('traps of TF', () => {
  it('follow each instruction that began with TF set', () => {
    const m = user('pushfq; orl $0x100, (%rsp); popfq; mov $1, %eax; mov $2, %eax').step(5);
    expect(m.delivered).toMatchObject([{ vector: 1, fromRip: CODE + 14n }]);
    expect(m.get('rax')).toBe(1n);
  });
});

describe('syscall and back', () => {
  const STAR = (BigInt((USER_SS & ~3) - 8) << 48n) | (BigInt(KERNEL_CS) << 32n);
  const ready = (text: string): TestMachine => {
    const m = user(text);
    m.cpu.setPair(S.STAR, STAR);
    m.cpu.setPair(S.LSTAR, HANDLERS);
    m.cpu.setPair(S.FMASK, 0x47700n);
    return m;
  };

  it('syscall saves RIP and RFLAGS, keeps RSP, masks flags', () => {
    const m = ready('mov $7, %eax; syscall').step(2);
    expect([m.get('rip'), m.get('rcx'), m.get('r11'), m.get('rsp'), m.get('rflags')].map(hex)).toEqual([HANDLERS, CODE + 7n, 0x202n, RSP, 2n].map(hex));
    expect([m.cpu.cpl, m.cpu.s[S.CS_SELECTOR], m.cpu.s[S.SS_SELECTOR]]).toEqual([0, KERNEL_CS, KERNEL_CS + 8]);
  });

  it.each([['', 64, 8n], ['w', 16, 2n]])('pop%s %%fs loads the selector and clears the base; one that cannot be loaded leaves RSP alone',
    (size, bits, bytes) => {
    const prefix = bits === 16 ? '.byte 0x66; ' : '';
    const m = kernel(`push${size} $${USER_SS}; ${prefix}pop %fs; push${size} $0x7f0; ${prefix}pop %gs`);
    const start = m.get('rsp');
    m.cpu.s[S.FS_BASE] = 0x1234;
    expect([m.step(2).get('rsp'), m.cpu.s[S.FS_SELECTOR], m.cpu.s[S.FS_BASE], m.delivered.length]).toEqual([start, USER_SS, 0, 0]);
    expect(m.step(2).delivered).toMatchObject([{ vector: 13, error: 0x7f0 }]);
    expect([m.cpu.s[S.GS_SELECTOR], m.get('rsp')]).toEqual([0, start - bytes - 48n & ~15n]);
  });

  it('sysretq returns to ring 3 with the selectors of STAR', () => {
    const m = ready('syscall; mov $5, %ebx');
    m.load(asm('sysretq'), HANDLERS).step(3);
    expect([m.get('rbx'), m.cpu.cpl, m.cpu.s[S.CS_SELECTOR], m.cpu.s[S.SS_SELECTOR], m.get('rflags')]).toEqual([5n, 3, USER_CS, USER_SS, 0x202n]);
  });

  it('sysretq to a non-canonical RCX is #GP in ring 0', () => {
    const m = ready('syscall');
    m.load(asm('mov $1, %rcx; shl $47, %rcx; sysretq'), HANDLERS).set({ rsp: RSP }).step(4);
    expect(m.cpu.cpl).toBe(0);
    expect(m.delivered).toMatchObject([{ vector: 13, error: 0, fromCpl: 0 }]);
  });

  it('iretq pops all five words, and a hook hears of it', () => {
    const m = kernel(`push $${USER_SS}; push $0x3000; pushfq; push $${USER_CS}; push $0x40; iretq`).set({ rsp: KERNEL_STACK - 0x100n, rflags: 0x202n });
    const rings: string[] = [];
    m.socket.hooks = { ...m.cpu.hooks, ring: (_cpu, from, to, by) => rings.push(`${from}>${to} ${by}`) };
    m.step(6);
    expect([m.get('rip'), m.get('rsp'), m.cpu.cpl, m.cpu.s[S.CS_SELECTOR], m.cpu.s[S.SS_SELECTOR]]).toEqual([0x40n, 0x3000n, 3, USER_CS, USER_SS]);
    expect(rings).toEqual(['0>3 iretq']);
  });

  it('lretq pops RIP and CS', () => {
    const m = kernel(`push $${KERNEL_CS}; lea 1f(%rip), %rax; push %rax; lretq; nop; 1: mov $9, %ebx`).set({ rsp: KERNEL_STACK - 0x100n }).step(5);
    expect([m.get('rbx'), m.get('rsp')]).toEqual([9n, KERNEL_STACK - 0x100n]);
  });

  it('swapgs exchanges the bases, gs: uses the new one', () => {
    const m = kernel('swapgs; mov %gs:8, %rax');
    m.cpu.setPair(S.KERNEL_GS_BASE, DATA);
    m.write64(DATA + 8n, 0x1234n);
    expect(m.step(2).get('rax')).toBe(0x1234n);
  });
});

describe('paging', () => {
  const error = (m: TestMachine): number | undefined => m.step().delivered[0]?.error;

  it('error codes say who wanted what', () => {
    expect(error(user('mov 0x40000000, %rax'))).toBe(4);
    expect(error(user('mov %rax, 0x40000000'))).toBe(6);
    expect(error(user(`mov %rax, ${DATA + 0x4000n}`))).toBe(7);
    expect(error(user('mov (%rbx), %rax').set({ rbx: KERNEL_STACK - 8n }))).toBe(5);
    expect(error(user('jmp *%rbx').set({ rbx: DATA + 0x9000n }).step())).toBe(0x14);
    const m = user('jmp *%rbx').set({ rbx: DATA });
    m.map(DATA, 0x3_0000, 1, PTE_U | PTE_W, true);
    expect(error(m.step())).toBe(0x15);
  });

  it('CR0.WP protects read-only pages from ring 0', () => {
    const write = (): TestMachine => kernel(`mov %rax, ${DATA + 0x4000n}`).set({ rsp: KERNEL_STACK - 0x100n, rax: 5n });
    expect(error(write())).toBe(3);
    const m = write();
    m.cpu.s[S.CR0] &= ~CR0_WP;
    m.step();
    expect(m.delivered).toEqual([]);
  });

  it('SMEP keeps ring 0 from running user pages, SMAP from touching them but for AC', () => {
    const smep = new TestMachine().load(asm('nop'));
    smep.cpu.s[S.CR4] |= CR4_SMEP;
    smep.cpu.setCpl(0);
    smep.cpu.s[S.CS_SELECTOR] = KERNEL_CS;
    expect(error(smep.set({ rsp: KERNEL_STACK - 0x100n }))).toBe(0x11);
    const smap = kernel('stac; mov (%rbx), %rax; clac; mov (%rbx), %rcx').set({ rsp: KERNEL_STACK - 0x100n, rbx: DATA });
    smap.cpu.s[S.CR4] |= CR4_SMAP;
    smap.step(3);
    expect(smap.delivered).toEqual([]);
    expect(error(smap)).toBe(1);
  });

  it('sets A on reading, D on writing, at every level as walked', () => {
    const m = user(`mov ${DATA}, %rax; mov %rax, ${DATA}`);
    const at = m.entryOf(DATA);
    const bits = (): number => m.ram.view.getUint32(at, true) & (PTE_A | PTE_D);
    expect(bits()).toBe(0);
    m.step();
    expect(bits()).toBe(PTE_A);
    m.step();
    expect(bits()).toBe(PTE_A | PTE_D);
    // Cleared by the guest's kernel, set again by the next access: a stale entry is never used.
    m.ram.view.setUint32(at, m.ram.view.getUint32(at, true) & ~(PTE_A | PTE_D), true);
    m.socket.forget([]);
    m.set({ rip: CODE }).step(2);
    expect(bits()).toBe(PTE_A | PTE_D);
  });

  it('sees a page-table write at once, without invlpg', () => {
    const m = kernel('mov (%rbx), %rax; mov %rdi, (%rsi); mov (%rbx), %rcx').set({ rsp: KERNEL_STACK - 0x100n, rbx: DATA });
    const entry = m.entryOf(DATA);
    m.map(0xffff_a000_0000_0000n, entry & -4096, 1, PTE_W);
    m.write64(DATA, 11n);
    m.write64(STACK_TOP - 0x2000n, 22n);
    const other = m.ram.view.getUint32(m.entryOf(STACK_TOP - 0x2000n), true) & -4096;
    m.set({ rsi: 0xffff_a000_0000_0000n + BigInt(entry & 4095), rdi: BigInt(other | PTE_P | PTE_W | PTE_U) }).step(3);
    expect([m.get('rax'), m.get('rcx')]).toEqual([11n, 22n]);
  });

  it('non-canonical addresses are #GP, through the stack #SS', () => {
    const bad = 0x8000_0000_0000n;
    expect(user('mov (%rax), %rbx').set({ rax: bad }).step().delivered).toMatchObject([{ vector: 13, error: 0 }]);
    expect(user('mov (%rbp), %rbx').set({ rbp: bad }).step().delivered).toMatchObject([{ vector: 12, error: 0 }]);
    expect(user('push %rbx').set({ rsp: bad + 8n }).step().delivered).toMatchObject([{ vector: 12, error: 0 }]);
  });
});

describe('code', () => {
  it('that changes itself runs as changed at the next instruction', () => {
    // The byte behind the opcode of MOV EAX, imm32.
    const at = BigInt(asm('movb $2, (%rdi); nop').length + 1);
    const m = user('movb $2, (%rdi); nop; mov $1, %eax').set({ rdi: CODE + at }).step(3);
    expect(m.get('rax')).toBe(2n);
  });

  it('runs over a page border, and faults there when the second page is missing', () => {
    const m = user('').load(asm('mov $0x11223344, %eax'), CODE + 0xffdn).set({ rip: CODE + 0xffdn }).step();
    expect(m.get('rax')).toBe(0x11223344n);
    const last = user('').load(asm('mov $0x11223344, %eax').slice(0, 3), CODE + 0x1ffdn).set({ rip: CODE + 0x1ffdn }).step();
    expect(last.delivered).toMatchObject([{ vector: 14, error: 0x14, cr2: CODE + 0x2000n, fromRip: CODE + 0x1ffdn }]);
  });

  it('probes stop before their instruction, once', () => {
    const m = user('mov $1, %eax; mov $2, %eax; mov $3, %eax');
    const seen: string[] = [];
    m.socket.hooks = { probe: (_cpu, n) => {
      seen.push(`${n} rip=${m.get('rip') - CODE} rax=${m.get('rax')} tick=${m.cpu.tick}`);
      m.socket.stopRequested = true;
    } };
    m.socket.setProbes([CODE + 5n]);
    expect(m.cpu.run(3)).toBe('stopped');
    expect([m.get('rip') - CODE, m.get('rax'), m.cpu.tick]).toEqual([5n, 1n, 1]);
    expect(m.cpu.run(3)).toBe('limit');
    expect(m.get('rax')).toBe(3n);
    expect(seen).toEqual(['0 rip=5 rax=1 tick=1']);
  });

  it('a watched range is reported with the address of the writer', () => {
    const m = user(`mov %rax, ${DATA}; mov %al, ${DATA + 0x100n}; push %rax`);
    const seen: string[] = [];
    m.socket.hooks = { write: (_cpu, at, length) => seen.push(`${at - DATA}+${length} by ${m.get('rip') - CODE}`) };
    m.cpu.mmu.watch([{ addr: DATA + 0x100n, length: 8 }]);
    m.step(3);
    expect(seen).toEqual(['256+1 by 8']);
  });

  it('a store is told while the old bytes are there, wherever it goes when all of memory is watched', () => {
    const m = user(`mov $7, %eax; mov %rax, ${DATA}; mov $9, %eax; mov %rax, ${DATA}; push %rax`).set({ rsp: RSP });
    m.write64(RSP - 8n, 3n);
    const seen: string[] = [];
    m.cpu.socket.hooks = { write: (_cpu, at, length) => seen.push(`${length} bytes over ${m.read64(at)}`) };
    m.step();
    m.cpu.mmu.watch('all');
    m.step(4);
    m.cpu.mmu.watch([]);
    m.step();
    expect(seen).toEqual(['8 bytes over 0', '8 bytes over 7', '8 bytes over 3']);
  });
});
