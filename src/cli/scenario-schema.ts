/** What the tables of the scenario format say, for others to read: a JSON Schema for editors, and a reference of the language. */
import * as v from 'valibot';
import { SWITCHES } from '../guest/configs/switches.ts';
import { PLACES } from '../lab/places.ts';
import { ANSWER, aboutEntry, BLOCKS, FRONT_MATTER } from '../lab/scenario-format.ts';
import { guestSources } from '../lab/sources.ts';
import { FUNCTIONS, NAMES, REGISTERS } from '../lab/vocabulary.ts';
import { EVENT_KINDS, EVENTS, isText } from '../link/events.ts';
import { PANEL_NAMES } from '../link/panels.gen.ts';
import { appAbout } from '../toolchain/app-about.ts';
import { appNames, configAbout, configNames, soleAppNames } from '../toolchain/kconfig.ts';

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

/** How its page begins; the README of the scenarios has the same below its own words. */
export const LANGUAGE = `## Reference

Made by \`npx ringside check --language\` from the tables that the checker and the player read.`;

const row = (...cells: string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[][]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

/** The entries of a table of the format: name, whether it has to be there, what it is. */
const entries = (block: { entries: Readonly<Record<string, unknown>> }): string[][] => Object.entries(block.entries).map(([name, entry]) => {
  const { type, default: usual } = entry as Node, always = type === 'optional' ? '' : ', needed';
  return [`\`${name}\`${always}`, `${aboutEntry(entry)}${
    typeof usual === 'string' && usual !== '' ? ` Without it: \`${usual}\`.` : ''}`];
});

/** All that a scenario may say, as Markdown, from the tables that the checker and the player read. */
export function languagePage(): string {
  const sources = guestSources(), sole = soleAppNames(sources);
  const programs = (names: readonly string[]): string => table(['app', 'is'], names.map((name) => [`\`${name}\``, appAbout(sources, name)]));
  return `${LANGUAGE}

### Front matter

${table(['key', 'is'], entries(FRONT_MATTER))}

### Blocks

${Object.entries(BLOCKS).map(([kind, block]) => `\`:::${kind}\`: ${aboutEntry(block)}\n\n${table(['attribute', 'is'], entries(block))}`).join('\n\n')}

Behind an answer and \`::\`:

${table(['attribute', 'is'], entries(ANSWER))}

### Places

${table(['place', 'is'], Object.values(PLACES).map((cells) => [...cells]))}

### Events

${table(['event', 'is', 'fields'], EVENT_KINDS.map((kind) => [`\`${kind}\``, EVENTS[kind].about,
  Object.entries(EVENTS[kind].fields).filter(([, type]) => type !== 'said').map(([name, type]) => `\`${name}\`${isText(type) ? ' (text)' : ''}`).join(', ')]))}

### Expressions

Whole numbers (\`14\`, \`0x10\`), texts in single quotes (\`'wrong'\`), \`true\`, \`false\`, the names and functions below; \`==\`, \`!=\`, \`<\`, \`<=\`,
\`>\`, \`>=\`, \`contains\`, \`&&\`, \`||\`, \`!\`, \`+\`, \`-\`, \`*\`, \`/\`, \`%\` and brackets. Numbers are exact, without a sign where a register has none.
It is never JavaScript. In prose, \`{{expression}}\` stands for what it is at that moment.

${table(['name', 'is'], Object.entries(NAMES).map(([name, { about, is }]) => [`\`${name}\``, `${is === 'text' ? 'a text: ' : ''}${about}`]))}

Registers, as they are; with \`before.\` in front (\`before.rsp\`) as they were one step ago:

${table(['register', 'is'], Object.entries(REGISTERS).map(([name, { about }]) => [`\`${name}\``, about]))}

${table(['function', 'is'], Object.entries(FUNCTIONS).map(([name, { args, about, is }]) =>
  [`\`${name}(${args})\``, `${is === 'text' ? 'a text: ' : ''}${about}`]))}

### Switches

Each is a name in an expression, and its value a text: \`NR_CPUS == '2'\`.

${table(['switch', 'values', 'is'], SWITCHES.map(({ key, values, help }) => [`\`${key}\``, values === 'number' ? 'a number' : values.join(', '), help]))}

### Configurations

${table(['config', 'is'], configNames(sources).map((name) => [`\`${name}\``, configAbout(sources, name)]))}

### Programs

Their sources are in src/guest/apps.

${programs(sole)}

As in a shell:

${programs(appNames(sources).filter((name) => !sole.includes(name)))}

### Panels

${PANEL_NAMES.map((name) => `\`${name}\``).join(', ')}.
`;
}
