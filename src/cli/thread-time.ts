/** A clock for measuring on hosts that do other things meanwhile. */
import { existsSync, readFileSync } from 'node:fs';

const SCHEDSTAT = '/proc/thread-self/schedstat';
export const hasThreadTime = existsSync(SCHEDSTAT);

/** Milliseconds that this thread has run, where the host tells (Linux); elsewhere milliseconds passed. */
export function threadTime(): number {
  return hasThreadTime ? Number(readFileSync(SCHEDSTAT, 'utf8').split(' ')[0]) / 1e6 : performance.now();
}
