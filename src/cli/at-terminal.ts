/** Somebody sits at the guest's console: keys go to its serial port as they are, and what it prints comes at once. */
import { CONSOLE_PORT } from '../base/input.ts';
import type { Lab } from '../lab/lab.ts';
import type { StopReport } from '../link/reports.ts';

/** What of a terminal is used; `process.stdin` and `process.stdout` are one. */
export interface Terminal {
  onKeys: (listener: (bytes: Uint8Array) => void) => void;
  write: (text: string) => void;
}

/** Ctrl-], as telnet(1) has it: all other keys are the guest's. */
export const LEAVE_KEY = 0x1d;
export const LEAVE_HINT = 'the keys are the guest\'s, Ctrl-C and Ctrl-Z too; Ctrl-] leaves';

/** Runs until the machine ends or somebody leaves. @returns the last stop; `pause`: left. */
export async function sitAtConsole(lab: Lab, terminal: Terminal, { maxInstructions }: { maxInstructions?: number } = {}): Promise<StopReport> {
  // Of the whole conversation, not from one key to the next.
  const last = maxInstructions === undefined ? undefined : lab.machine.instructions + maxInstructions;
  const keys: Uint8Array[] = [];
  let wake: (() => void) | undefined, isRunning = false, isLeaving = false, shown = 0;
  terminal.onKeys((bytes) => {
    const at = bytes.indexOf(LEAVE_KEY);
    isLeaving ||= at >= 0;
    if (at !== 0) keys.push(at < 0 ? bytes : bytes.subarray(0, at));
    if (isRunning) lab.pause();
    wake?.();
  });
  const show = (): void => {
    const text = lab.consoleText();
    if (text.length > shown) terminal.write(text.slice(shown));
    shown = text.length;
  };
  for (;;) {
    isRunning = true;
    const report = await lab.finish(last === undefined ? {} : { maxInstructions: Math.max(0, last - lab.machine.instructions) }, () => {
      show();
      return new Promise((resolve) => setImmediate(resolve));
    });
    isRunning = false;
    show();
    const { kind } = report.stop;
    if (isLeaving || (kind !== 'idle' && kind !== 'pause')) return report;
    if (kind === 'idle' && keys.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    wake = undefined;
    if (isLeaving) return report;
    for (let bytes = keys.shift(); bytes; bytes = keys.shift()) lab.input(CONSOLE_PORT, bytes);
  }
}
