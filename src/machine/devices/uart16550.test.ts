import { beforeEach, describe, expect, it } from 'vitest';
import { typed } from '../../base/input.ts';
import { HandClock } from './testing.ts';
import { Uart16550 } from './uart16550.ts';

const DATA = 0, IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5, SCRATCH = 7;
/** One character at 115,200 baud, 8 bits, no parity, one stop bit: quarter cycles at 1 GHz. */
const CHARACTER = Math.floor((10 * 4_000_000_000) / 115_200);

let clock: HandClock, uart: Uart16550, line: boolean, sent: number[];
const reg = (at: number): number => uart.in(at);
const set = (at: number, value: number): void => uart.out(at, 1, value);
const pass = (characters: number): void => clock.pass(uart, characters * CHARACTER);

beforeEach(() => {
  clock = new HandClock();
  uart = new Uart16550(clock, (high) => (line = high));
  line = false;
  sent = [];
  uart.onTransmit = (byte) => void sent.push(byte);
  set(MCR, 8);
});

describe('the transmitter', () => {
  it('needs a character\'s time', () => {
    set(DATA, 65);
    expect(reg(LSR) & 0x60).toBe(0);
    clock.pass(uart, CHARACTER - 1);
    expect(sent).toEqual([]);
    clock.pass(uart, 1);
    expect(sent).toEqual([65]);
    expect(reg(LSR) & 0x60).toBe(0x60);
  });

  it('is slower with a larger divisor and more bits', () => {
    set(LCR, 0x80);
    set(DATA, 2);
    set(LCR, 0x0f);
    set(DATA, 1);
    clock.pass(uart, Math.floor((12 * 2 * 4_000_000_000) / 115_200) - 1);
    expect(sent).toEqual([]);
    clock.pass(uart, 1);
    expect(sent).toEqual([1]);
  });

  it('takes sixteen with the FIFO on, one without, and loses what is too much', () => {
    for (let n = 0; n < 3; n++) set(DATA, n);
    pass(5);
    expect(sent).toEqual([0]);
    set(FCR, 1);
    for (let n = 0; n < 20; n++) set(DATA, n);
    pass(30);
    expect(sent.slice(1)).toEqual(Array.from({ length: 16 }, (_, n) => n));
  });

  it('says once that it is empty', () => {
    set(IER, 2);
    expect(line).toBe(true);
    expect(reg(IIR) & 15).toBe(2);
    expect(line).toBe(false);
    expect(reg(IIR) & 15).toBe(1);
    set(DATA, 1);
    pass(1);
    expect(line).toBe(true);
  });
});

describe('the receiver', () => {
  it('gets a character at a time', () => {
    uart.receive(typed('hi'));
    expect(reg(LSR) & 1).toBe(0);
    pass(1);
    expect(reg(LSR) & 1).toBe(1);
    expect(String.fromCharCode(reg(DATA))).toBe('h');
    pass(1);
    expect(String.fromCharCode(reg(DATA))).toBe('i');
    expect(reg(DATA)).toBe(0);
  });

  it('overruns without a reader, and says so once', () => {
    uart.receive(typed('ab'));
    pass(2);
    expect(reg(LSR) & 3).toBe(3);
    expect(reg(LSR) & 3).toBe(1);
    expect(reg(DATA)).toBe(97);
  });

  it('interrupts at the trigger, or when nothing came for four characters', () => {
    set(FCR, 0x41);
    set(IER, 1);
    uart.receive(typed('abcd'));
    pass(3);
    expect(line).toBe(false);
    pass(1);
    expect(line).toBe(true);
    expect(reg(IIR)).toBe(0xc4);
    for (let n = 0; n < 3; n++) reg(DATA);
    expect(line).toBe(false);
    pass(4);
    expect(reg(IIR)).toBe(0xcc);
    reg(DATA);
    expect(line).toBe(false);
  });

  it('forgets with the FIFO what is in it', () => {
    set(FCR, 1);
    uart.receive(typed('abc'));
    pass(3);
    set(FCR, 3);
    expect(reg(LSR) & 1).toBe(0);
  });
});

it('reaches the interrupt controller only through OUT2', () => {
  set(MCR, 0);
  set(IER, 2);
  expect(line).toBe(false);
  set(MCR, 8);
  expect(line).toBe(true);
});

it('has a scratch register, and gives back in loop mode what is sent', () => {
  set(SCRATCH, 0xa5);
  expect(reg(SCRATCH)).toBe(0xa5);
  set(MCR, 0x1f);
  set(DATA, 7);
  expect(reg(DATA)).toBe(7);
  expect(reg(6)).toBe(0xf0);
  expect(sent).toEqual([]);
});
