/** What the CPU throws. Objects that are there already: faults are frequent. */

/** Thrown for every guest fault; vector and error code stand in the CPU. */
export const FAULT = { fault: true };
/** Thrown by a probe that wants to stop before its instruction. */
export const STOP = { stop: true };
/** Thrown when the instruction must be looked up again. */
export const RESTART = { restart: true };
/** Thrown by a REP that lets someone else have a turn. */
export const PARTIAL = { partial: true };
