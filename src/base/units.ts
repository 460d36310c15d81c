/**
 * Units that must not be confused, as types. A brand costs nothing at run time.
 */
declare const unit: unique symbol;
type Branded<T, Name extends string> = T & { readonly [unit]?: Name };

/**
 * Machine steps over all vCPUs since power-on: an instruction retired, an event delivered (each link of a #PF-to-#DF
 * chain is one), the part of a REP before an interrupt. Every reachable state has exactly one tick.
 */
export type Tick = Branded<number, 'Tick'>;
/** A linear address, 0 to 2^64 - 1. Inside the machine it is a lo/hi pair of int32; at every border it is a bigint. */
export type VirtAddr = Branded<bigint, 'VirtAddr'>;
/** Quarter cycles of one vCPU (src/machine/cost.ts); divide by 4 for cycles. */
export type QuarterCycles = Branded<number, 'QuarterCycles'>;
