/** What the tables of the scenario format say, for others to read: a JSON Schema for editors, and a page about the language of expressions. */
import * as v from 'valibot';
import { EVENT_KINDS, EVENTS } from '../link/events.ts';
import { ANSWER, BLOCKS, FRONT_MATTER } from '../lab/scenario-format.ts';
import { FUNCTIONS, NAMES, REGISTERS } from '../lab/vocabulary.ts';
import { SWITCHES } from '../guest/configs/switches.ts';

/** As much of a schema of valibot's as the tables use. */
interface Node {
  type: string;
  wrapped?: Node;
  item?: Node;
  value?: Node;
  options?: (Node | string)[];
  entries?: Record<string, Node>;
  default?: unknown;
  requirement?: unknown;
  pipe?: Node[];
}
type Json = Record<string, unknown>;

const TYPES: Readonly<Record<string, string>> = { string: 'string', number: 'number', boolean: 'boolean' };

/** All that was piped into it, of what stands within it too. */
const pipeOf = (node: Node): Node[] => (node.pipe ?? []).flatMap((one, n) => (n === 0 ? pipeOf(one) : [one]));

function shapeOf(node: Node): Json {
  const limits: Json = {}, piped = pipeOf(node);
  for (const { type, requirement } of piped) {
    if (type === 'regex' && requirement instanceof RegExp) limits['pattern'] = requirement.source;
    if (type === 'max_length') limits['maxLength'] = requirement;
    if (type === 'min_value') limits['minimum'] = requirement;
    if (type === 'max_value') limits['maximum'] = requirement;
  }
  switch (node.type) {
    case 'optional': return node.wrapped ? { ...schemaOf(node.wrapped), ...(node.default === undefined ? {} : { default: node.default }) } : {};
    case 'array': return { type: 'array', items: node.item ? schemaOf(node.item) : {} };
    case 'union': return { anyOf: node.options?.flatMap((one) => (typeof one === 'string' ? [] : [schemaOf(one)])) };
    case 'picklist': return { enum: node.options };
    case 'record': return { type: 'object', additionalProperties: node.value ? schemaOf(node.value) : {} };
    case 'strict_object': {
      const entries = Object.entries(node.entries ?? {});
      return { type: 'object', additionalProperties: false, properties: Object.fromEntries(entries.map(([name, entry]) => [name, schemaOf(entry)])),
        required: entries.filter(([, { type }]) => type !== 'optional').map(([name]) => name) };
    }
    default: {
      const type = TYPES[node.type];
      if (type === undefined) throw new Error(`Ringside bug: no JSON Schema for ${node.type}`);
      return { type: type === 'number' && piped.some((one) => one.type === 'safe_integer') ? 'integer' : type, ...limits };
    }
  }
}

function schemaOf(node: Node): Json {
  const description = v.getDescription(node as unknown as v.GenericSchema);
  return { ...shapeOf(node), ...(description === undefined ? {} : { description }) };
}

const of = (schema: unknown): Json => schemaOf(schema as Node);

/** The front matter is the root; the attributes of blocks and answers are its definitions. */
export const scenarioSchema = (): Json => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'The front matter of a Ringside scenario', ...of(FRONT_MATTER),
  $defs: { ...Object.fromEntries(Object.entries(BLOCKS).map(([kind, block]) => [kind, of(block)])), answer: of(ANSWER) },
});

const row = (...cells: string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[][]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

/** Every name that an expression may use, as Markdown. */
export function languagePage(): string {
  const registers = Object.entries(REGISTERS);
  return `# The language of scenarios

Made by \`ringside check --language\` from the tables that the checker and the player read.

An expression knows whole numbers (\`14\`, \`0x10\`), texts (\`'wrong'\`), \`true\`, \`false\`, the names and functions below; \`==\`, \`!=\`, \`<\`, \`<=\`,
\`>\`, \`>=\`, \`contains\`, \`&&\`, \`||\`, \`!\`, \`+\`, \`-\`, \`*\`, \`/\`, \`%\` and brackets. Numbers are exact, without a sign where a register has none.
It is never JavaScript. In prose, \`{{expression}}\` stands for what it is at that moment.

## Names

${table(['name', 'is'], Object.entries(NAMES).map(([name, { about }]) => [`\`${name}\``, about]))}

## Registers

As they are, and with \`before.\` in front as they were one step ago.

${table(['name', 'is'], registers.map(([name, { about }]) => [`\`${name}\`, \`before.${name}\``, about]))}

## Functions

${table(['function', 'is'], Object.entries(FUNCTIONS).map(([name, { args, about }]) => [`\`${name}(${args})\``, about]))}

## Switches

Each switch is a name, and its value a text.

${table(['switch', 'values', 'is'], SWITCHES.map(({ key, values, help }) => [`\`${key}\``, values === 'number' ? 'a number' : values.join(', '), help]))}

## Places

${table(['place', 'is'], [
  ['`event(kind, field=value)`', 'the next event of a kind, perhaps with these fields'],
  ['`syscall(name)`, `syscall(name, 2)`', 'the next call of that name; or the one of that number in the run, from 0'],
  ["`line(apps/hello.c, 'puts')`", 'the one line of a file that contains these letters'],
  ['`function(app:main)`', "a function's first instruction; `app:`, `libc:` or `kernel:` where a name is not unique"],
])}

## Events

${table(['event', 'is', 'fields'], EVENT_KINDS.map((kind) => [`\`${kind}\``, EVENTS[kind].about,
  Object.entries(EVENTS[kind].fields).filter(([, type]) => type !== 'said').map(([name]) => `\`${name}\``).join(', ')]))}
`;
}
