/** What a lesson of one's own begins with: the machine that is here, the lesson that is open, or the example of scenarios/README.md. */
import type { AppState } from '../store/app.ts';

const TEXTS = import.meta.glob<string>('../../../scenarios/*.md', { query: '?raw', import: 'default' });
const textOf = async (name: string): Promise<string | undefined> => TEXTS[`../../../scenarios/${name}.md`]?.();

/** What a lesson is named that nobody has named. */
export const EXAMPLE_NAME = 'my-lesson';

type Here = Pick<AppState, 'setup' | 'scenario' | 'build' | 'catalogue'>;

/** Switches of the build that are not its configuration's own. */
function setOf({ build, catalogue }: Here): Record<string, string> {
  const usual = catalogue?.configs.find(({ name }) => name === build?.config)?.switches ?? {};
  return Object.fromEntries(Object.entries(build?.switches ?? {}).filter(([key, value]) => usual[key] !== value));
}

/** To YAML some words are none. */
const plain = (word: string): string => (/^(?:true|false|null|~)$/.test(word) ? JSON.stringify(word) : word);

/** A head that builds and feeds the machine that is here; JSON is YAML too. */
export function headOf(here: Here): string {
  const { setup, scenario } = here, set = setOf(here), { panels = [] } = scenario ?? {};
  // What is typed, and at which end, is for the scenario's own program.
  const { input: given = '', sample = '', port = 'uart', load, args = [] } = scenario?.app === setup?.app ? scenario ?? {} : {};
  // A lesson's places are those of its own run: what only somebody at the console would type, it types itself.
  const input = given || sample;
  const some = (key: string, value: unknown, isSome: boolean): string => (isSome ? `${key}: ${JSON.stringify(value)}\n` : '');
  const typed = input === '' ? '' : `# Typed for the reader, a line whenever the program waits for one.\ninput: ${JSON.stringify(input)}\n`;
  return `---
id: ${EXAMPLE_NAME}
title: My lesson
question: What should the reader find out?
app: ${plain(setup?.app ?? 'hello')}
config: ${setup?.config ?? 'linux'}
${some('set', set, Object.keys(set).length > 0)}${some('args', args, args.length > 0)}${typed}${
    port === 'uart' ? '' : `port: ${port}\n`}${some('load', load, load !== undefined)}panels: [${panels.join(', ')}]
---
What it is about.
`;
}

/** The text of a lesson that is open, under a name of one's own; undefined where it has none. */
export async function copyOf({ scenario, ownLessons }: Pick<AppState, 'scenario' | 'ownLessons'>): Promise<string | undefined> {
  if (!scenario) return undefined;
  const own = ownLessons[scenario.id];
  return own ? own.text : (await textOf(scenario.id))?.replace(/^id: (.*)$/m, 'id: my-$1').replace(/^order: .*\n/m, '');
}

/** The lesson that scenarios/README.md begins with. */
export const exampleLesson = async (): Promise<string | undefined> => /```markdown\n([\s\S]*?)```/.exec((await textOf('README')) ?? '')?.[1];
