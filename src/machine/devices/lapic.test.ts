import { beforeEach, describe, expect, it } from 'vitest';
import { IA32_APIC_BASE, IA32_TSC_DEADLINE } from '../../isa/registers.ts';
import { Lapic } from './lapic.ts';
import { HandClock } from './testing.ts';

const TPR = 0x80, PPR = 0xa0, EOI = 0xb0, SVR = 0xf0, ISR = 0x100, IRR = 0x200, TIMER = 0x320, INITIAL = 0x380, CURRENT = 0x390, DIVIDE = 0x3e0;
const MASKED = 0x10000, PERIODIC = 0x20000, DEADLINE = 0x40000;

let clock: HandClock, apic: Lapic, listens: boolean, ended: number[];
const set = (register: number, value: number): void => apic.write(register, 4, value);
/** Counts of the timer at 1 GHz with divider 1: a cycle each. */
const pass = (counts: number): void => clock.pass(apic, 4 * counts);

beforeEach(() => {
  clock = new HandClock();
  listens = true;
  ended = [];
  apic = new Lapic(0, clock, { listens: () => listens, pending: () => undefined, send: () => undefined, endOfInterrupt: (vector) => void ended.push(vector) });
  set(SVR, 0x1ff);
  set(DIVIDE, 0xb);
});

describe('priorities', () => {
  it('let a higher class through, and the rest after the end of it', () => {
    apic.accept(0x35, false);
    apic.accept(0x51, false);
    expect(apic.acknowledge()).toBe(0x51);
    expect(apic.read(PPR)).toBe(0x50);
    expect(apic.pending()).toBe(false);
    apic.accept(0x5f, false);
    expect(apic.pending()).toBe(false);
    apic.accept(0x60, false);
    expect(apic.acknowledge()).toBe(0x60);
    set(EOI, 0);
    set(EOI, 0);
    expect(apic.acknowledge()).toBe(0x5f);
    set(EOI, 0);
    expect(apic.acknowledge()).toBe(0x35);
  });

  it('stop what is not above the task\'s', () => {
    set(TPR, 0x40);
    apic.accept(0x4f, false);
    expect(apic.pending()).toBe(false);
    set(TPR, 0x3f);
    expect(apic.pending()).toBe(true);
    expect(apic.read(IRR + 0x20)).toBe(1 << 15);
    apic.acknowledge();
    expect([apic.read(IRR + 0x20), apic.read(ISR + 0x20)]).toEqual([0, 1 << 15]);
  });

  it('tell the I/O APIC only of the end of a level', () => {
    apic.accept(0x41, true);
    apic.accept(0x52, false);
    for (let n = 0; n < 2; n++) apic.acknowledge();
    set(EOI, 0);
    expect(ended).toEqual([]);
    set(EOI, 0);
    expect(ended).toEqual([0x41]);
    set(EOI, 0);
    expect(ended).toEqual([0x41]);
  });
});

describe('the timer', () => {
  it('counts down once', () => {
    set(TIMER, 0x40);
    set(INITIAL, 1000);
    pass(400);
    expect(apic.read(CURRENT)).toBe(600);
    expect(apic.pending()).toBe(false);
    pass(600);
    expect(apic.acknowledge()).toBe(0x40);
    expect(apic.read(CURRENT)).toBe(0);
    expect(clock.events.size).toBe(0);
  });

  it('comes again without drift', () => {
    set(TIMER, PERIODIC | 0x40);
    set(INITIAL, 1000);
    for (let n = 1; n <= 5; n++) {
      pass(1000);
      expect(apic.acknowledge()).toBe(0x40);
      set(EOI, 0);
      expect(clock.events.get('timer')).toBe(4000 * (n + 1));
    }
  });

  it('comes at a value of the time-stamp counter', () => {
    set(TIMER, DEADLINE | 0x40);
    expect(apic.wrmsr(IA32_TSC_DEADLINE, 5000n)).toBe(true);
    pass(4999);
    expect(apic.pending()).toBe(false);
    pass(1);
    expect(apic.acknowledge()).toBe(0x40);
    expect(apic.rdmsr(IA32_TSC_DEADLINE)).toBe(0n);
    apic.wrmsr(IA32_TSC_DEADLINE, 9000n);
    apic.wrmsr(IA32_TSC_DEADLINE, 0n);
    expect(clock.events.size).toBe(0);
  });

  it.each([
    ['unmasked', PERIODIC | 0x40, 0, true, false], ['masked', PERIODIC | MASKED | 0x40, 0, true, true], ['below the task', PERIODIC | 0x40, 0x40, true, true],
    ['for a CPU that takes none', PERIODIC | 0x40, 0, false, true], ['that comes once, masked', MASKED | 0x40, 0, false, false],
  ] as const)('%s is waited for, or not', (_what, timer, tpr, hears, isVain) => {
    set(TPR, tpr);
    set(TIMER, timer);
    set(INITIAL, 1000);
    listens = hears;
    expect(apic.isVain()).toBe(isVain);
  });
});

it('takes nothing while it is off, and stays where it is', () => {
  set(SVR, 0xff);
  apic.accept(0x50, false);
  expect(apic.pending()).toBe(false);
  expect(apic.rdmsr(IA32_APIC_BASE)).toBe(0xfee00900n);
  expect(apic.wrmsr(IA32_APIC_BASE, 0xfee00900n)).toBe(true);
  expect(apic.wrmsr(IA32_APIC_BASE, 0xfef00900n)).toBe(false);
});
