/** The devices with little to them: calendar clock, firmware configuration, debug console, power-off; and the board's clock. */
import { describe, expect, it } from 'vitest';
import { Clock } from '../clock.ts';
import { DebugExit } from './debug-exit.ts';
import { Debugcon } from './debugcon.ts';
import { FwCfg } from './fw-cfg.ts';
import { Rtc } from './rtc.ts';
import { HandClock } from './testing.ts';

describe('the calendar clock', () => {
  const told = (seconds: number): string => {
    const rtc = new Rtc(new HandClock(), seconds);
    const get = (index: number): string => {
      rtc.out(0, 1, index);
      return rtc.in(1).toString(16).padStart(2, '0');
    };
    return `${get(0x32)}${get(9)}-${get(8)}-${get(7)} ${get(4)}:${get(2)}:${get(0)} ${get(6)}`;
  };

  it.each([
    '1970-01-01 00:00:00', '1999-12-31 23:59:59', '2000-02-29 12:34:56', '2023-03-01 00:00:01', '2024-02-29 23:00:00', '2100-03-01 05:06:07',
  ])('knows %s as the host does', (text) => {
    const date = new Date(`${text.replace(' ', 'T')}Z`);
    expect(told(date.getTime() / 1000)).toBe(`${text} 0${date.getUTCDay() + 1}`);
  });

  it('goes on with the machine\'s time', () => {
    const clock = new HandClock(), rtc = new Rtc(clock, 58);
    rtc.out(0, 1, 0x80);
    expect(rtc.in(1)).toBe(0x58);
    clock.pass(rtc, 3 * 4 * clock.hertz);
    expect(rtc.in(1)).toBe(0x01);
    rtc.out(0, 1, 11);
    expect(rtc.in(1)).toBe(2);
  });

  it('is not there when nobody said what time it is', () => {
    expect(new Rtc(new HandClock(), undefined).in(1)).toBe(-1);
  });
});

describe('firmware configuration', () => {
  const read = (device: FwCfg, selector: number, length: number): number[] => {
    device.out(0, 2, selector);
    return Array.from({ length }, () => device.in(1));
  };

  it('lists files and gives them, read when first asked for', () => {
    let asked = 0;
    const device = new FwCfg(new Map([['opt/a', () => Uint8Array.of(1, 2, 3)], ['opt/b', () => (asked++, Uint8Array.of(9))]]));
    expect(String.fromCharCode(...read(device, 0, 4))).toBe('QEMU');
    expect(asked).toBe(0);
    const directory = read(device, 0x19, 4 + 2 * 64);
    expect(directory.slice(0, 10)).toEqual([0, 0, 0, 2, 0, 0, 0, 3, 0, 0x20]);
    expect(String.fromCharCode(...directory.slice(12, 17))).toBe('opt/a');
    expect(read(device, 0x21, 3)).toEqual([9, 0, 0]);
    expect(read(device, 0x20, 4)).toEqual([1, 2, 3, 0]);
    expect(read(device, 0x22, 1)).toEqual([0]);
    expect(asked).toBe(1);
  });

  it('is not there without files', () => {
    expect(read(new FwCfg(new Map()), 0, 1)).toEqual([-1]);
  });
});

it('the debug console hands on each byte', () => {
  const device = new Debugcon(0xe9), bytes: number[] = [];
  device.onByte = (byte) => void bytes.push(byte);
  device.out(0, 1, 0x1ff);
  expect(bytes).toEqual([255]);
  expect(device.in()).toBe(0xe9);
});

it('the power-off port ends the run with its value', () => {
  let ended = 0;
  const device = new DebugExit(() => void ended++);
  expect(device.state.code).toBe(-1);
  device.out(0, 4, 7);
  expect([device.state.code, ended]).toEqual([7, 1]);
});

describe('pending events', () => {
  it('come by time, then device, then name, whatever the order they were made in', () => {
    const names = [['b', 'x', 5], ['a', 'y', 5], ['a', 'x', 5], ['z', 'x', 1]] as const;
    for (const order of [names, names.toReversed()]) {
      const clock = new Clock();
      for (const [device, name, at] of order) clock.schedule(device, name, at);
      expect(clock.events.map(({ device, name }) => device + name)).toEqual(['zx', 'ax', 'ay', 'bx']);
    }
  });

  it('are one for each device and name', () => {
    const clock = new Clock();
    clock.schedule('a', 'x', 5);
    clock.schedule('a', 'x', 9);
    expect(clock.takeDue(8, () => true)).toBeUndefined();
    expect(clock.takeDue(9, (device) => device === 'b')).toBeUndefined();
    expect(clock.takeDue(9, () => true)).toMatchObject({ at: 9 });
    expect(clock.events).toEqual([]);
  });
});
