import { beforeEach, describe, expect, it } from 'vitest';
import { IoApic, type Delivery } from './ioapic.ts';

const LEVEL = 0x8000, MASKED = 0x10000, REMOTE_IRR = 0x4000, LOGICAL = 0x800;
let delivered: Delivery[], apic: IoApic;
const write = (register: number, value: number): void => {
  apic.write(0, 4, register);
  apic.write(0x10, 4, value);
};
const read = (register: number): number => {
  apic.write(0, 4, register);
  return apic.read(0x10);
};
const vectors = (): number[] => delivered.map(({ vector }) => vector);

beforeEach(() => {
  delivered = [];
  apic = new IoApic((delivery) => void delivered.push(delivery));
});

it('has 24 inputs, all masked at first', () => {
  expect(read(1)).toBe(0x170020);
  expect(read(0x10)).toBe(MASKED);
  expect(read(0x10 + 47)).toBe(0);
  expect(read(0x10 + 48)).toBe(0);
  apic.setLine(3, true);
  expect(delivered).toEqual([]);
});

it('sends an edge once, to whom it is meant for', () => {
  write(0x10 + 8, 0x31 | LOGICAL);
  write(0x10 + 9, 0x0300_0000);
  apic.setLine(4, true);
  apic.setLine(4, true);
  expect(delivered).toEqual([{ vector: 0x31, isLevel: false, destination: 3, isLogical: true }]);
  apic.setLine(4, false);
  apic.setLine(4, true);
  expect(vectors()).toEqual([0x31, 0x31]);
});

describe('a level', () => {
  beforeEach(() => write(0x10 + 10, 0x40 | LEVEL));

  it('waits for the end of its interrupt, and comes again while it is high', () => {
    apic.setLine(5, true);
    expect(read(0x10 + 10) & REMOTE_IRR).toBe(REMOTE_IRR);
    apic.setLine(5, true);
    expect(vectors()).toEqual([0x40]);
    apic.endOfInterrupt(0x41);
    expect(vectors()).toEqual([0x40]);
    apic.endOfInterrupt(0x40);
    expect(vectors()).toEqual([0x40, 0x40]);
    apic.setLine(5, false);
    apic.endOfInterrupt(0x40);
    expect(vectors()).toEqual([0x40, 0x40]);
    expect(read(0x10 + 10) & REMOTE_IRR).toBe(0);
  });

  it('that was masked comes when it no longer is', () => {
    write(0x10 + 10, 0x40 | LEVEL | MASKED);
    apic.setLine(5, true);
    expect(delivered).toEqual([]);
    write(0x10 + 10, 0x40 | LEVEL);
    expect(vectors()).toEqual([0x40]);
  });

  it('keeps its remote IRR bit when software writes the entry', () => {
    apic.setLine(5, true);
    write(0x10 + 10, 0x40 | LEVEL);
    expect(read(0x10 + 10) & REMOTE_IRR).toBe(REMOTE_IRR);
    expect(vectors()).toEqual([0x40]);
  });
});
