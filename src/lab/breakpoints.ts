/** Breakpoints of one build: what was asked for, and where that is in it. */
import type { VirtAddr } from '../base/units.ts';
import type { Breakpoint } from '../link/reports.ts';
import type { Symbols } from './symbols.ts';

export class Breakpoints {
  list: Breakpoint[] = [];
  #next = 1;
  readonly #symbols: Symbols;

  constructor(symbols: Symbols) {
    this.#symbols = symbols;
  }

  set(spec: Breakpoint['spec']): Breakpoint | { error: string } {
    const addresses = this.#resolve(spec);
    if (spec.kind === 'symbol' && !addresses.length) return { error: `there is no function '${spec.symbol}' in this build` };
    if (spec.kind === 'line' && !addresses.length) return { error: `line ${spec.line} of ${spec.file} made no code in this build` };
    const breakpoint = { id: this.#next++, enabled: true, spec, addresses, hits: 0 };
    this.list.push(breakpoint);
    return breakpoint;
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

  #resolve(spec: Breakpoint['spec']): VirtAddr[] {
    switch (spec.kind) {
      case 'address': return [spec.addr];
      case 'symbol': {
        const f = this.#symbols.find(spec.symbol);
        return f ? [f.low] : [];
      }
      case 'line': return this.#symbols.addressesOf(spec.file, spec.line);
      default: return [];
    }
  }

  /** Takes over what still makes sense of another build's breakpoints. */
  adopt(breakpoints: readonly Breakpoint[]): void {
    for (const { spec, enabled } of breakpoints) {
      if (spec.kind === 'address') continue;
      const made = { id: this.#next++, enabled, spec, addresses: this.#resolve(spec), hits: 0 };
      if (made.addresses.length || spec.kind === 'event') this.list.push(made);
    }
  }
}
