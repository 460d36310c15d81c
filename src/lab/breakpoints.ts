/** Breakpoints of one build: what was asked for, and where that is in it. */
import type { Breakpoint } from '../link/reports.ts';
import type { CodeSpot, Symbols } from './symbols.ts';

export class Breakpoints {
  list: Breakpoint[] = [];
  readonly #spots = new Map<number, CodeSpot[]>();
  #next = 1;
  readonly #symbols: Symbols;

  constructor(symbols: Symbols) {
    this.#symbols = symbols;
  }

  set(spec: Breakpoint['spec']): Breakpoint | { error: string } {
    const spots = this.#resolve(spec);
    if (spec.kind === 'symbol' && !spots.length) return { error: `there is no function '${spec.symbol}' in this build` };
    if (spec.kind === 'line' && !spots.length) return { error: `line ${spec.line} of ${spec.file} made no code in this build` };
    return this.#add(spec, true, spots);
  }

  #add(spec: Breakpoint['spec'], enabled: boolean, spots: CodeSpot[]): Breakpoint {
    const breakpoint = { id: this.#next++, enabled, spec, addresses: [...new Set(spots.map(({ addr }) => addr))], hits: 0 };
    this.list.push(breakpoint);
    this.#spots.set(breakpoint.id, spots);
    return breakpoint;
  }

  spotsOf({ id }: Breakpoint): readonly CodeSpot[] {
    return this.#spots.get(id) ?? [];
  }

  enable(id: number, enabled: boolean): Breakpoint[] {
    return (this.list = this.list.map((one) => (one.id === id ? { ...one, enabled } : one)));
  }

  remove(id: number): Breakpoint[] {
    return (this.list = this.list.filter((one) => one.id !== id));
  }

  /** One more run came to it. */
  hit(id: number | undefined): void {
    const breakpoint = this.list.find((one) => one.id === id);
    if (breakpoint) breakpoint.hits++;
  }

  #resolve(spec: Breakpoint['spec']): CodeSpot[] {
    switch (spec.kind) {
      case 'address': return [this.#symbols.spotAt(spec.addr, spec.space)];
      case 'symbol': return this.#symbols.findAll(spec.symbol).map(({ image, low }) => ({ image, addr: low }));
      case 'line': return this.#symbols.addressesOf(spec.file, spec.line);
      default: return [];
    }
  }

  /** Takes over what still makes sense of another build's breakpoints. */
  adopt(breakpoints: readonly Breakpoint[]): void {
    for (const { spec, enabled } of breakpoints) {
      if (spec.kind === 'address') continue;
      const spots = this.#resolve(spec);
      if (spots.length || spec.kind === 'event') this.#add(spec, enabled, spots);
    }
  }
}
