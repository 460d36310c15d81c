/** What is said of system calls by their numbers, each text made once. */
import type { Names } from '../link/events.ts';
import type { SyscallRow } from '../toolchain/syscall-table.ts';
import type { Texts } from './columns.ts';
import { resultText } from './trace-text.ts';

/** A system call's texts. */
export interface AboutCall {
  readonly nr: number;
  readonly row: SyscallRow | undefined;
  readonly name: string;
  /** The number of the key under which it is counted. */
  readonly key: number;
  /** The call without arguments. */
  readonly plain: string;
  /** Its newest result, and the call without arguments that ended with it. */
  lo: number;
  hi: number;
  ret: bigint;
  ended: string;
}

export class CallTexts {
  /** Names of values, by the names of the sets. */
  readonly sets: SyscallRow['sets'];
  readonly #names: Names;
  readonly #rows: ReadonlyMap<number, SyscallRow>;
  readonly #about = new Map<number, AboutCall>();
  readonly #begun = new Map<string, string>();
  readonly #keys: Texts;
  #newest: AboutCall | undefined;

  /** @param keys of the record's counts. */
  constructor(names: Names, rows: ReadonlyMap<number, SyscallRow>, sets: SyscallRow['sets'], keys: Texts) {
    this.#names = names;
    this.#rows = rows;
    this.sets = sets;
    this.#keys = keys;
  }

  of(nr: number): AboutCall {
    const { nr: newest } = this.#newest ?? { nr: undefined };
    return newest === nr ? this.#newest! : (this.#newest = this.#find(nr));
  }

  #find(nr: number): AboutCall {
    let about = this.#about.get(nr);
    if (!about) {
      const row = this.#rows.get(nr), name = this.#names.call(nr);
      about = { nr, row, name, key: this.#keys.numberOf(`call ${name}`), plain: row ? `${name}()` : name, lo: 0, hi: 0, ret: 0n, ended: '' };
      this.#about.set(nr, about);
    }
    return about;
  }

  /** The text of a call whose arguments the kernel has not seen yet. */
  begun(name: string): string {
    let text = this.#begun.get(name);
    if (text === undefined) this.#begun.set(name, (text = `${name}(...)`));
    return text;
  }

  /** That call has this result, in halves. */
  result(about: AboutCall, lo: number, hi: number): bigint {
    if (about.lo !== lo || about.hi !== hi) {
      about.lo = lo;
      about.hi = hi;
      about.ret = BigInt.asIntN(64, (BigInt(hi) << 32n) | BigInt(lo >>> 0));
      about.ended = '';
    }
    return about.ret;
  }

  /** A call without arguments, with this result. */
  ended(about: AboutCall, lo: number, hi: number): string {
    this.result(about, lo, hi);
    return (about.ended ||= `${about.plain} = ${resultText(about.row, about.ret, this.sets)}`);
  }
}
