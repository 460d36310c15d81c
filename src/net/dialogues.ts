/** What a load generator says to the guest's servers, and what answers it: each byte of an answer is compared with what it must be. */
import type { Dialogue } from './load.ts';
import { below, extremeValue, next, pareto, seeded } from './random.ts';
import { pieceAt, type Bytes } from './stream.ts';

const A = 97, LETTERS = 26;
/** Letters that differ from one number to the next. */
const letters = (length: number, number: number): Uint8Array => Uint8Array.from({ length }, (_, n) => A + ((number + n) % LETTERS));
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, n) => byte === b[n]);
function joined(...parts: (string | Uint8Array)[]): Uint8Array {
  const all = parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part));
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** RFC 862: what is sent comes back. */
export function echoDialogue(size: number): Dialogue {
  return {
    preparing: 0,
    request: (number) => ({ bytes: letters(size, number), about: 0 }),
    answered: (_about, number, inbox) => inbox.length < size ? 0
      : same(pieceAt(inbox, 0, size), letters(size, number)) ? size : 'what came back is not what was sent',
  };
}

export interface KvOptions {
  /** How many different keys. */
  readonly keys: number;
  /** Of a thousand requests. */
  readonly gets: number;
  /** Bytes of each value; `etc`: sizes of keys and values as in Facebook's pool ETC. */
  readonly size: number | 'etc';
  readonly seed: number;
}

const CRLF = '\r\n', MOST_VALUE = 64 * 1024, LEAST_KEY = 16, MOST_KEY = 250;
const GET = 0, SET = 1;

/** Atikoglu and others, "Workload Analysis of a Large-Scale Key-Value Store", 2012, section 5: sizes of ETC's keys and values. */
const ETC_KEY = [30.7984, 8.20449, 0.078688] as const, ETC_VALUE = [0, 214.476, 0.348238] as const;

/** memcached's text protocol: every key is set once, then they are read and written at random. */
export function kvDialogue({ keys, gets, size, seed }: KvOptions): Dialogue {
  const made = new Map<number, { key: string; value: Uint8Array }>();
  /** The same key and value for the same number, whenever it is asked for. */
  const entry = (number: number): { key: string; value: Uint8Array } => {
    let found = made.get(number);
    if (!found) {
      const random = seeded(seed ^ Math.imul(number + 1, 0x9e3779b1)), name = `key${number}:`;
      const between = (least: number, most: number, wanted: number): number => Math.max(least, Math.min(most, Math.floor(wanted)));
      const keyLength = size === 'etc' ? between(LEAST_KEY, MOST_KEY, extremeValue(random, ...ETC_KEY)) : LEAST_KEY;
      const valueLength = size === 'etc' ? between(1, MOST_VALUE, pareto(random, ...ETC_VALUE)) : size;
      found = { key: name.padEnd(keyLength, 'x'), value: letters(valueLength, next(random) % LETTERS) };
      made.set(number, found);
    }
    return found;
  };
  const expected = (about: number): Uint8Array => {
    const { key, value } = entry(Math.floor(about / 2));
    if (about % 2 === SET) return joined(`STORED${CRLF}`);
    return joined(`VALUE ${key} 0 ${value.length}${CRLF}`, value, `${CRLF}END${CRLF}`);
  };
  const answers = new Map<number, Uint8Array>();
  const answer = (about: number): Uint8Array => {
    const found = answers.get(about) ?? expected(about);
    answers.set(about, found);
    return found;
  };
  return {
    preparing: keys,
    request(number, random) {
      const isSet = number < keys || below(random, 1000) >= gets, which = number < keys ? number : below(random, keys), { key, value } = entry(which);
      const bytes = isSet ? joined(`set ${key} 0 0 ${value.length}${CRLF}`, value, CRLF) : joined(`get ${key}${CRLF}`);
      return { bytes, about: 2 * which + (isSet ? SET : GET) };
    },
    answered(about, _number, inbox) {
      const whole = answer(about);
      if (inbox.length >= whole.length && same(pieceAt(inbox, 0, whole.length), whole)) return whole.length;
      return isBeginning(inbox, whole) ? 0 : `the answer is ${JSON.stringify(new TextDecoder().decode(pieceAt(inbox, 0, 60)))}`;
    },
  };
}

/** What has come is right so far. */
function isBeginning(inbox: Bytes, whole: Uint8Array): boolean {
  const length = Math.min(inbox.length, whole.length);
  return inbox.length < whole.length && same(pieceAt(inbox, 0, length), whole.subarray(0, length));
}
