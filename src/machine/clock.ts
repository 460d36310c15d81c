/**
 * Virtual time and what is due in it. Pending events are data, one per device and name, so that a snapshot is a copy and
 * nothing depends on insertion order: equal times go by device order, then name.
 */
import { WIDE } from './cpu/time.ts';

export interface TimedEvent {
  /** Quarter cycles. */
  at: number;
  device: string;
  name: string;
}

export class Clock {
  /** Another array whenever anything in it changes. */
  events: TimedEvent[] = [];

  /** Replaces an earlier event of the same device and name. */
  schedule(device: string, name: string, at: number): void {
    this.cancel(device, name);
    const event: TimedEvent = { at: WIDE, device, name };
    event.at = at;
    const before = (a: TimedEvent, b: TimedEvent): boolean => a.at !== b.at ? a.at < b.at : a.device !== b.device ? a.device < b.device : a.name < b.name;
    let index = this.events.length;
    while (index > 0 && before(event, this.events[index - 1])) index--;
    this.events.splice(index, 0, event);
  }

  cancel(device: string, name: string): void {
    this.events = this.events.filter((event) => event.device !== device || event.name !== name);
  }

  /** The next event of devices that count here. */
  next(counts: (device: string) => boolean): TimedEvent | undefined {
    return this.events.find(({ device }) => counts(device));
  }

  /** Takes the next such event due at `now`, if there is one. */
  takeDue(now: number, counts: (device: string) => boolean): TimedEvent | undefined {
    const event = this.next(counts);
    if (!event || event.at > now) return undefined;
    this.cancel(event.device, event.name);
    return event;
  }
}
