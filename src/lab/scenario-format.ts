/**
 * The format of a scenario's file, once: the keys of its front matter, its blocks and their attributes. The parser reads these tables,
 * and so do the schema for editors and the documentation.
 */
import * as v from 'valibot';
import { CLIENT_PORT, CONSOLE_PORT } from '../base/input.ts';
import { unknown } from '../base/unknown.ts';
import { PANEL_NAMES } from '../link/panels.gen.ts';

export const isPanel = (name: string): boolean => PANEL_NAMES.includes(name);
const noPanel = (name: string): string => `has an ${unknown('panel', name, PANEL_NAMES)}`;

const text = v.pipe(v.string('is a text'), v.maxLength(4000, 'is too long'));
const scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()], 'is a word or a number'),
  v.transform((value) => (value === true ? 'on' : value === false ? 'off' : String(value))));
const word = v.pipe(v.string('is a word'), v.regex(/^[\w-]+$/, 'is a word of letters, digits and dashes'));
const id = v.pipe(v.string('is a word'), v.regex(/^[a-z][a-z0-9-]*$/, 'is made of lower-case words with dashes'));
const panel = v.pipe(word, v.check(isPanel, ({ input }) => noPanel(String(input))));

const whole = (least: number, most: number, otherwise: number, about: string) =>
  v.pipe(v.optional(v.pipe(v.number('is a number'), v.safeInteger('is a whole number'), v.minValue(least, `is at least ${least}`),
    v.maxValue(most, `is at most ${most}`)), otherwise), v.description(about));

/** Requests that the client makes by itself. */
export const LOAD = v.strictObject({
  connections: whole(1, 64, 1, 'How many connections ask.'),
  rate: whole(0, 1_000_000, 0, 'Requests a second, at times of a Poisson process; 0: each answer is followed by the next request.'),
  requests: whole(1, 1000, 20, 'How many there are.'),
  size: whole(1, 8192, 100, 'Bytes of an echo, or of a value.'),
  keys: whole(1, 1000, 4, 'Of a store: how many keys; each is set once, before the rest.'),
  gets: whole(0, 1000, 900, 'Of a store: of a thousand requests; the rest are sets.'),
}, 'is a list of keys and numbers');
export type ClientLoad = v.InferOutput<typeof LOAD>;

export const FRONT_MATTER = v.strictObject({
  id: v.pipe(id, v.description('Its name: lower-case words with dashes.')),
  title: v.pipe(text, v.description('A few words.')),
  question: v.pipe(text, v.description('What the reader should find out.')),
  learn: v.pipe(v.optional(text, ''), v.description('What the reader can say or do afterwards; in the gallery.')),
  order: v.pipe(v.optional(v.pipe(v.number('is a number'), v.minValue(1, 'is at least 1'))),
    v.description('Its place in the course: the gallery goes from 1 upwards; what has none comes last.')),
  app: v.pipe(word, v.description('A program of src/guest/apps.')),
  config: v.pipe(v.optional(word, 'linux'), v.description('A configuration; `ringside list` names them.')),
  set: v.pipe(v.optional(v.record(v.string(), scalar, 'is a list of switches: { KEY: value }'), {}), v.description('Single switches that differ from it.')),
  seed: v.pipe(v.optional(v.pipe(v.number('is a number'), v.safeInteger('is a whole number')), 1), v.description('Where chance begins.')),
  input: v.pipe(v.optional(text, ''), v.description('Typed at the first idle moment, line by line.')),
  sample: v.pipe(v.optional(text, ''), v.description('Typed only when nobody sits at the console: on the command line, in tests.')),
  port: v.pipe(v.optional(v.picklist([CONSOLE_PORT, CLIENT_PORT], `is ${CONSOLE_PORT} or ${CLIENT_PORT}`), CONSOLE_PORT),
    v.description('Where they are typed: at the console (uart), or at the client at the other end of the wire (client).')),
  load: v.pipe(v.optional(LOAD), v.description('In place of somebody who types, the client makes these requests.')),
  args: v.pipe(v.optional(v.array(scalar, 'is a list of words'), []), v.description('What the program is called with.')),
  panels: v.pipe(v.optional(v.array(panel, 'is a list of panels'), []), v.description('Panels that are in sight when the page opens it.')),
  tags: v.pipe(v.optional(v.array(word, 'is a list of words'), []), v.description('Words that a gallery is sorted by.')),
}, 'is a list of keys and values');
export type FrontMatter = v.InferOutput<typeof FRONT_MATTER>;

/** What the text of an attribute is; the parser reads each in its own way, and marks the very letters that are wrong. */
export type Reading = 'text' | 'place' | 'expression' | 'panels' | 'word' | 'switches';
const attribute = (reading: Reading, about: string) => v.pipe(v.string('is a text'), v.metadata({ reading }), v.description(about));
const when = v.optional(attribute('expression', 'In which builds the block has a meaning; in all of them without it.'));

/** Each block: what it is for, its attributes, and what stands in it. */
export const BLOCKS = {
  stop: v.pipe(v.strictObject({
    at: attribute('place', 'Where the machine stops: the first such place after the stop before.'),
    show: v.optional(attribute('panels', 'Panels to bring into sight, with commas between them.')), when,
  }), v.description('A moment to look at, and what to look at there.')),
  predict: v.pipe(v.strictObject({
    ask: attribute('text', 'The question.'),
    at: v.optional(attribute('place', 'The moment that gives the answer, after the stop before; without it that stop itself.')),
    show: v.optional(attribute('panels', 'Panels to bring into sight with the answer.')), when,
  }), v.description('A question that is asked before its answer is shown; its lines are the answers.')),
  change: v.pipe(v.strictObject({
    config: v.optional(attribute('word', 'Another configuration.')),
    set: v.optional(attribute('switches', 'Switches to flip: KEY=value, with commas between them.')), when,
  }), v.description('A switch to flip with one click: the same run in another build.')),
  check: v.pipe(v.strictObject({ that: attribute('expression', 'What holds at the end of the run.'), when }),
    v.description('What must hold at the end of the run; its text says so in words.')),
} as const;
export type BlockKind = keyof typeof BLOCKS;

/** What may follow an answer, after `::`. */
export const ANSWER = v.pipe(v.strictObject({
  check: v.optional(attribute('expression', 'Holds at the moment asked about for the right answer, and for no other.')),
  misconception: v.optional(attribute('text', 'What somebody who chooses it believes, in a sentence.')),
  goto: v.optional(attribute('place', 'A moment that refutes it; without it the moment asked about.')),
}), v.description('An answer: - [ ] text, or - [x] text for the right one; indented lines below say what there is to say to it.'));

interface Attribute {
  type: string;
  wrapped?: Attribute;
}

/** The attributes of a block or an answer, with what each is read as and whether it has to be there. */
export function attributesOf(block: { entries: Readonly<Record<string, v.GenericSchema>> }): ReadonlyMap<string, { reading: Reading; needed: boolean }> {
  return new Map(Object.entries(block.entries).map(([name, entry]) => {
    const { type, wrapped } = entry as Attribute;
    return [name, { reading: v.getMetadata((wrapped ?? entry) as v.GenericSchema)['reading'] as Reading, needed: type !== 'optional' }];
  }));
}

/** What an entry of a table of the format is, in a sentence. */
export const aboutEntry = (entry: unknown): string => v.getDescription(entry as v.GenericSchema) ??
  v.getDescription((entry as Attribute).wrapped as unknown as v.GenericSchema) ?? '';
