/**
 * MC146818 calendar clock with CMOS memory. Motorola MC146818 data sheet; PC/AT ports 0x70 and 0x71. It is on the board only when the
 * machine is told what time it is at power-on; from there on its time is the machine's own.
 * Simplified: read only; no alarm, no interrupts, and never seen in the middle of an update.
 */
import type { Device, DeviceClock, PortDevice } from './device.ts';

const SECONDS = 0, MINUTES = 2, HOURS = 4, WEEKDAY = 6, DAY = 7, MONTH = 8, YEAR = 9, STATUS_A = 10, STATUS_B = 11, STATUS_D = 13, CENTURY = 0x32;
/** 32.768 kHz crystal, 1,024 Hz rate; 24 hours in decimal digits; the battery is good. */
const A_USUAL = 0x26, B_24_HOURS = 0x02, D_VALID = 0x80;
const DAY_SECONDS = 86_400;

interface RtcState {
  index: number;
}

const decimal = (value: number): number => (Math.floor(value / 10) << 4) | (value % 10);

/** Year, month and day of a day since 1970, by the Gregorian calendar. */
function civil(days: number): { year: number; month: number; day: number } {
  // Eras of 400 years that begin on 1 March.
  const shifted = days + 719_468, era = Math.floor(shifted / 146_097), of = shifted - era * 146_097;
  const years = Math.floor((of - Math.floor(of / 1460) + Math.floor(of / 36_524) - Math.floor(of / 146_096)) / 365);
  const rest = of - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const march = Math.floor((5 * rest + 2) / 153), month = march < 10 ? march + 3 : march - 9;
  return { year: era * 400 + years + (month <= 2 ? 1 : 0), month, day: rest - Math.floor((153 * march + 2) / 5) + 1 };
}

export class Rtc implements Device<RtcState>, PortDevice {
  readonly id = 'rtc';
  readonly firstPort = 0x70;
  readonly ports = 2;
  state: RtcState = { index: 0 };
  readonly #clock: DeviceClock;
  readonly #start: number | undefined;

  /** `start`: seconds since 1970 at power-on. */
  constructor(clock: DeviceClock, start: number | undefined) {
    this.#clock = clock;
    this.#start = start;
  }

  in(offset: number): number {
    if (offset === 0 || this.#start === undefined) return -1;
    const seconds = this.#start + Math.floor(this.#clock.now() / 4 / this.#clock.hertz);
    const days = Math.floor(seconds / DAY_SECONDS), time = seconds - days * DAY_SECONDS;
    const { year, month, day } = civil(days);
    switch (this.state.index) {
      case SECONDS: return decimal(time % 60);
      case MINUTES: return decimal(Math.floor(time / 60) % 60);
      case HOURS: return decimal(Math.floor(time / 3600));
      // 1 is Sunday; 1 January 1970 was a Thursday.
      case WEEKDAY: return ((days + 4) % 7) + 1;
      case DAY: return decimal(day);
      case MONTH: return decimal(month);
      case YEAR: return decimal(year % 100);
      case CENTURY: return decimal(Math.floor(year / 100));
      case STATUS_A: return A_USUAL;
      case STATUS_B: return B_24_HOURS;
      case STATUS_D: return D_VALID;
      default: return 0;
    }
  }

  out(offset: number, _size: number, value: number): void {
    if (offset === 0) this.state.index = value & 0x7f;
  }
}
