/**
 * A link to one moment: `#v=1&scenario=...&config=...&t=...` in plain words, and `z=`, everything longer, as JSON,
 * deflated, base64url. What comes out of a link is hostile until it has passed the schema here; a damaged link
 * gives sentences, never an exception.
 */
import * as v from 'valibot';
import { CONSOLE_PORT, typed, typedText, type Input } from '../base/input.ts';
import { MOST_LETTERS, type OwnLesson } from './lesson.ts';
import type { Hunk } from './patch.ts';
import { EVENT_KINDS, type EventKind } from './events.ts';
import type { Breakpoint, Focus } from './reports.ts';

/** What is selected in the panels: a slot of a stack, an instruction, a lock, what is walked (by its address or name), an open file and a line of it. */
export interface LinkSelection {
  slot?: bigint;
  code?: bigint;
  lock?: bigint;
  walk?: bigint | string;
  file?: string;
  line?: number;
}

/** The whole of a link, decoded. Only `scenario` is always there. */
export interface LinkState {
  scenario: string;
  config?: string;
  app?: string;
  /** It was chosen by its application: nobody has asked for the scenario behind it. */
  byApp?: true;
  set?: Record<string, string>;
  tick?: number;
  /** Whose state is shown of that moment; without it that of whichever CPU's turn it is. */
  focus?: Focus;
  imageHash?: string;
  anchor?: { event: EventKind; nth: number; offset: number };
  /** Per file, against the guest's own text. */
  edits?: Record<string, Hunk[]>;
  inputs?: Input[];
  /** What is still to be typed, a line at each moment at which the machine waits for one. */
  pending?: Uint8Array[];
  breakpoints?: Breakpoint['spec'][];
  panels?: string[];
  selection?: LinkSelection;
  /** The step of the scenario's lesson that stands beside the lab. */
  lesson?: string;
  /** The scenario itself, where it is none of Ringside's. */
  own?: OwnLesson;
}

export interface Decoded {
  /** null: nothing usable, open the default scenario. */
  state: LinkState | null;
  /** What was wrong, one sentence each; empty for a good link or no link at all. */
  problems: string[];
}

/** Compression belongs to the host (CompressionStream in a page, zlib in Node). */
export interface Squeeze {
  deflate(text: string): Promise<Uint8Array>;
  /** Rejects when the data is damaged or comes out longer than `limit` bytes. */
  inflate(bytes: Uint8Array, limit: number): Promise<string>;
}

const VERSION = '1';

/** What a link may hold. The writer is held to the same numbers as the reader, so that whatever it writes can be read. */
export const LIMITS = {
  fragmentCharacters: 64 * 1024, packedCharacters: 1024 * 1024, lineCharacters: 64 * 1024, hunks: 500, hunkLines: 20_000, inputs: 2_000,
  inputCharacters: 64 * 1024,
  breakpoints: 200, symbolCharacters: 200, panels: 20, lessonCharacters: MOST_LETTERS, problems: 10,
} as const;

const Name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'is not a name'));
const SwitchKey = v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'is not a switch'));
const Path = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}$/, 'is not a file of the guest'),
  v.check((path) => !path.includes('..'), 'is not a file of the guest'));
const Natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Line = v.pipe(v.string(), v.maxLength(LIMITS.lineCharacters, `has more than ${LIMITS.lineCharacters} characters`));
const HunkSchema = v.strictObject({ at: Natural, from: v.pipe(v.array(Line), v.maxLength(LIMITS.hunkLines)),
  to: v.pipe(v.array(Line), v.maxLength(LIMITS.hunkLines)) });
const Address = v.pipe(v.string(), v.regex(/^[0-9a-f]{1,16}$/, 'is not an address'), v.transform((text) => BigInt(`0x${text}`)));
const Event = v.picklist(EVENT_KINDS);
const BreakpointSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('line'), file: Path, line: Natural }),
  v.strictObject({ kind: v.literal('symbol'), symbol: v.pipe(v.string(), v.maxLength(LIMITS.symbolCharacters)) }),
  v.strictObject({ kind: v.literal('address'), addr: Address, space: v.optional(Natural) }),
  v.strictObject({ kind: v.literal('event'), event: Event, match:
    v.optional(v.record(v.pipe(v.string(), v.maxLength(64)), v.pipe(v.string(), v.maxLength(200)))) }),
]);

/** What was typed is text; anything else names its port, with bytes in base64url. */
const InputSchema = v.union([
  v.pipe(v.strictObject({ tick: Natural, text: v.pipe(v.string(), v.maxLength(LIMITS.inputCharacters)) }),
    v.transform(({ tick, text }): Input => ({ tick, port: CONSOLE_PORT, bytes: typed(text) }))),
  v.strictObject({ tick: Natural, port: Name, bytes: v.pipe(v.string(), v.maxLength(LIMITS.inputCharacters), v.transform(fromBase64Url),
    v.instance(Uint8Array, 'is not base64url')) }),
]);

/** A line to come: text, or bytes in base64url where it is none. */
const Pending = v.union([
  v.pipe(v.string(), v.maxLength(LIMITS.inputCharacters), v.transform(typed)),
  v.pipe(v.strictObject({ bytes: v.pipe(v.string(), v.maxLength(LIMITS.inputCharacters), v.transform(fromBase64Url),
    v.instance(Uint8Array, 'is not base64url')) }), v.transform(({ bytes }) => bytes)),
]);

/** Its mistakes are told by a name; what it says is for the checker of lessons. */
const OwnSchema = v.strictObject({
  file: v.pipe(v.string(), v.regex(/^[^\p{C}/\\]{1,100}$/u, 'is not the name of a file')),
  text: v.pipe(v.string(), v.maxLength(LIMITS.lessonCharacters, `has more than ${LIMITS.lessonCharacters} characters`)),
});

const Packed = v.strictObject({
  image: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{1,64}$/, 'is not a hash'))),
  anchor: v.optional(v.strictObject({ event: Event, nth: Natural, offset: v.pipe(v.number(), v.safeInteger()) })),
  edits: v.optional(v.record(Path, v.pipe(v.array(HunkSchema), v.maxLength(LIMITS.hunks, `has more than ${LIMITS.hunks} parts`)))),
  pending: v.optional(v.pipe(v.array(Pending), v.maxLength(LIMITS.inputs, `has more than ${LIMITS.inputs} of them`))),
  inputs: v.optional(v.pipe(v.array(InputSchema), v.maxLength(LIMITS.inputs, `has more than ${LIMITS.inputs} of them`))),
  breakpoints: v.optional(v.pipe(v.array(BreakpointSchema), v.maxLength(LIMITS.breakpoints, `has more than ${LIMITS.breakpoints} of them`))),
  panels: v.optional(v.pipe(v.array(Name), v.maxLength(LIMITS.panels))),
  own: v.optional(OwnSchema),
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const digits = Math.min(4, bytes.length - i + 1);
    for (let k = 0; k < digits; k++) text += ALPHABET[(group >> (18 - 6 * k)) & 63];
  }
  return text;
}

/** null if a character is not of the alphabet. */
export function fromBase64Url(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    held = ((held << 6) | digit) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return bytes;
}

/** One sentence for each thing of `packed` that its reader would refuse. */
function refusals(packed: unknown): string[] {
  const checked = v.safeParse(Packed, packed);
  return checked.success ? [] : checked.issues.slice(0, 3).map((issue) => `its ${v.getDotPath(issue) ?? 'packed part'} ${issue.message}`);
}

/** Longer than one input of a link may be: as several at the same tick. One of no bytes says something too: a client's connection ends. */
function pieces(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length === 0) return [bytes];
  // Base64 makes four characters of three bytes; text never has more characters than bytes.
  const most = LIMITS.inputCharacters / 2;
  const out: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    let to = Math.min(from + most, bytes.length);
    // Not inside a character of UTF-8.
    while (to > from + most - 4 && to < bytes.length && ((bytes[to] ?? 0) & 0xc0) === 0x80) to--;
    out.push(bytes.subarray(from, to));
    from = to;
  }
  return out;
}

function packInput(input: Input): v.InferInput<typeof InputSchema> {
  const { tick, port, bytes } = input, text = typedText(input);
  return text === undefined ? { tick, port, bytes: toBase64Url(bytes) } : { tick, text };
}

/** A block of a scenario, or the checks at its end. */
const isStep = (text: string): boolean => /^(?:[\w-]{1,64}|\(checks\))$/.test(text);
const isName = (text: string): boolean => v.is(Name, text);
const escapeValue = (text: string): string => encodeURIComponent(text).replace(/%2C/g, ',').replace(/%3A/g, ':');

const HEX = /^[0-9a-f]{1,16}$/, SYMBOL = /^[A-Za-z_][A-Za-z0-9_.:+-]{0,199}$/;

/** In plain words, as `slot:7fffffffeff8,file:apps/hello.c:6`. What its reader would not know is not written. */
function packSelection({ slot, code, lock, walk, file, line }: LinkSelection): string {
  const hex = (name: string, addr: bigint | undefined): string[] => (addr === undefined ? [] : [`${name}:${addr.toString(16)}`]);
  return [...hex('slot', slot), ...hex('code', code), ...hex('lock', lock),
    ...(typeof walk === 'string' ? (SYMBOL.test(walk) ? [`walk:=${walk}`] : []) : hex('walk', walk)),
    ...(file !== undefined && v.is(Path, file) ? [`file:${file}${line === undefined ? '' : `:${line}`}`] : [])].join(',');
}

function readSelection(text: string, problems: string[]): LinkSelection {
  const selection: LinkSelection = {};
  for (const part of text.split(',')) {
    const colon = part.indexOf(':'), name = part.slice(0, colon), value = part.slice(colon + 1);
    const [, file, line] = /^([^:]+)(?::(\d{1,7}))?$/.exec(value) ?? [];
    if ((name === 'slot' || name === 'code' || name === 'lock' || name === 'walk') && HEX.test(value)) selection[name] = BigInt(`0x${value}`);
    else if (name === 'walk' && value.startsWith('=') && SYMBOL.test(value.slice(1))) selection.walk = value.slice(1);
    else if (name === 'file' && file !== undefined && v.is(Path, file)) {
      selection.file = file;
      if (line !== undefined) selection.line = Number(line);
    } else problems.push(`The link's selection "${part.slice(0, 60)}" cannot be read.`);
  }
  return selection;
}

/** A line of input as it stands in a link. */
function packLine(bytes: Uint8Array): v.InferInput<typeof Pending> {
  return typedText({ port: CONSOLE_PORT, bytes }) ?? { bytes: toBase64Url(bytes) };
}

/** A link, or why this moment does not go into one: what its reader would refuse is not written. */
export type Encoded = { fragment: string; refused?: undefined } | { fragment?: undefined; refused: string };

/** The fragment, with its `#`. */
export async function encodeLink(state: LinkState, squeeze: Squeeze): Promise<Encoded> {
  const parts = [`v=${VERSION}`, `scenario=${escapeValue(state.scenario)}`];
  if (state.config !== undefined) parts.push(`config=${escapeValue(state.config)}`);
  if (state.app !== undefined) parts.push(`app=${escapeValue(state.app)}`);
  // Whoever does not know it yet shows the scenario's name.
  if (state.byApp) parts.push('by=app');
  const switches = Object.entries(state.set ?? {});
  if (switches.length > 0) parts.push(`set=${switches.map(([key, value]) => `${escapeValue(key)}:${escapeValue(value)}`).join(',')}`);
  if (state.tick !== undefined) parts.push(`t=${state.tick}`);
  if (state.focus) parts.push(`focus=${'pid' in state.focus ? `pid:${state.focus.pid}` : `cpu:${state.focus.cpu}`}`);
  if (state.lesson !== undefined) parts.push(`lesson=${escapeValue(state.lesson)}`);
  const selection = packSelection(state.selection ?? {});
  if (selection !== '') parts.push(`sel=${escapeValue(selection)}`);
  const packed = {
    ...(state.imageHash ? { image: state.imageHash } : {}),
    ...(state.anchor ? { anchor: state.anchor } : {}),
    ...(state.edits && Object.keys(state.edits).length > 0 ? { edits: state.edits } : {}),
    ...(state.inputs?.length ? { inputs: state.inputs.flatMap((input) => pieces(input.bytes).map((bytes) => packInput({ ...input, bytes }))) } : {}),
    ...(state.pending ? { pending: state.pending.map(packLine) } : {}),
    ...(state.breakpoints?.length ? { breakpoints: state.breakpoints.map((spec) =>
    (spec.kind === 'address' ? { ...spec, addr: spec.addr.toString(16) } : spec)) } : {}),
    ...(state.panels?.length ? { panels: state.panels } : {}),
    ...(state.own ? { own: state.own } : {}),
  };
  const text = JSON.stringify(packed), wrong = refusals(packed);
  if (new TextEncoder().encode(text).length > LIMITS.packedCharacters) wrong.push(`it would hold more than ${LIMITS.packedCharacters} characters`);
  if (wrong.length > 0) return { refused: wrong.join(', ') };
  if (Object.keys(packed).length > 0) parts.push(`z=${toBase64Url(await squeeze.deflate(text))}`);
  const fragment = `#${parts.join('&')}`;
  return fragment.length > LIMITS.fragmentCharacters ? { refused: `it would be ${fragment.length} characters long, of at most ${LIMITS.fragmentCharacters}` }
    : { fragment };
}

function decodeComponent(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // a lone % or a cut UTF-8 sequence
  }
}

function readSwitches(text: string, problems: string[]): Record<string, string> {
  const switches: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const colon = pair.indexOf(':');
    const key = pair.slice(0, colon);
    const value = pair.slice(colon + 1);
    if (colon > 0 && v.is(SwitchKey, key) && isName(value)) switches[key] = value;
    else problems.push(`The link's switch "${pair.slice(0, 60)}" is not of the form NAME:value.`);
  }
  return switches;
}

async function readPacked(text: string, squeeze: Squeeze, problems: string[]): Promise<v.InferOutput<typeof Packed> | null> {
  const bytes = fromBase64Url(text);
  let parsed: unknown;
  try {
    if (!bytes) throw new Error('alphabet');
    parsed = JSON.parse(await squeeze.inflate(bytes, LIMITS.packedCharacters));
  } catch {
    problems.push('The packed part of the link (moment, edits, input) is damaged: it may have been cut when it was copied.');
    return null;
  }
  const checked = v.safeParse(Packed, parsed);
  if (checked.success) return checked.output;
  for (const issue of checked.issues.slice(0, 3)) problems.push(`The link's ${v.getDotPath(issue) ?? 'packed part'} makes no sense: ${issue.message}.`);
  return null;
}

/** What a link says, as far as it can be read, and the first of what is wrong with it. */
export async function decodeLink(fragment: string, squeeze: Squeeze): Promise<Decoded> {
  const { state, problems } = await decodeAll(fragment, squeeze), more = problems.length - LIMITS.problems;
  return { state, problems: more > 0 ? [...problems.slice(0, LIMITS.problems), `And ${more} more mistakes.`] : problems };
}

async function decodeAll(fragment: string, squeeze: Squeeze): Promise<Decoded> {
  const text = fragment.replace(/^#/, '');
  if (text === '') return { state: null, problems: [] };
  if (text.length > LIMITS.fragmentCharacters) return { state: null,
    problems: [`The link is too long (${text.length} characters, at most ${LIMITS.fragmentCharacters}).`] };
  const problems: string[] = [];
  const fields = new Map<string, string>();
  for (const part of text.split('&')) {
    const equals = part.indexOf('=');
    const value = decodeComponent(part.slice(equals + 1));
    if (equals > 0 && value !== null) fields.set(part.slice(0, equals), value);
    else if (part !== '') problems.push(`The link's part "${part.slice(0, 60)}" cannot be read.`);
  }
  const version = fields.get('v');
  if (version !== VERSION) {
    return { state: null, problems: [version === undefined ? 'The link has no version (v=1): it is damaged, or not a Ringside link.'
      : `The link is of version ${version.slice(0, 20)}; this page reads version ${VERSION}.`] };
  }
  const scenario = fields.get('scenario') ?? '';
  if (!isName(scenario)) return { state: null, problems: [...problems,
    scenario ? `"${scenario.slice(0, 60)}" cannot be the name of a scenario.` : 'The link names no scenario.'] };

  const state: LinkState = { scenario };
  for (const key of ['config', 'app'] as const) {
    const value = fields.get(key);
    if (value === undefined) continue;
    if (isName(value)) state[key] = value;
    else problems.push(`The link's ${key} "${value.slice(0, 60)}" is not a name.`);
  }
  const by = fields.get('by');
  if (by === 'app') state.byApp = true;
  else if (by !== undefined) problems.push(`The link is by "${by.slice(0, 60)}"; that can only be "app".`);
  const switches = fields.get('set');
  if (switches) state.set = readSwitches(switches, problems);
  const tick = fields.get('t');
  if (tick !== undefined) {
    if (/^\d{1,15}$/.test(tick)) state.tick = Number(tick);
    else problems.push(`The link's tick "${tick.slice(0, 60)}" is not a number.`);
  }
  const focus = fields.get('focus');
  if (focus !== undefined) {
    const [, kind, number] = /^(pid|cpu):(\d{1,9})$/.exec(focus) ?? [];
    if (kind) state.focus = kind === 'pid' ? { pid: Number(number) } : { cpu: Number(number) };
    else problems.push(`The link's focus "${focus.slice(0, 60)}" is not of the form pid:5 or cpu:0.`);
  }
  const panels = fields.get('panels');
  if (panels) state.panels = panels.split(',').filter(isName).slice(0, LIMITS.panels);
  const lesson = fields.get('lesson');
  if (lesson !== undefined) {
    if (isStep(lesson)) state.lesson = lesson;
    else problems.push(`The link's lesson "${lesson.slice(0, 60)}" is not a name.`);
  }
  const selection = fields.get('sel');
  if (selection) {
    const read = readSelection(selection.slice(0, LIMITS.fragmentCharacters), problems);
    if (Object.keys(read).length > 0) state.selection = read;
  }
  const packed = fields.get('z');
  const rest = packed === undefined ? null : await readPacked(packed, squeeze, problems);
  if (rest) {
    const { image, ...others } = rest;
    if (image !== undefined) state.imageHash = image;
    if (others.anchor) state.anchor = others.anchor;
    if (others.edits) state.edits = others.edits;
    if (others.inputs) state.inputs = others.inputs;
    if (others.pending) state.pending = others.pending;
    if (others.panels) state.panels = others.panels;
    if (others.own) state.own = others.own;
    if (others.breakpoints) {
      state.breakpoints = others.breakpoints.map((spec) => (spec.kind === 'event'
        ? { kind: 'event', event: spec.event, ...(spec.match ? { match: spec.match } : {}) } : spec));
    }
  }
  return { state, problems };
}
