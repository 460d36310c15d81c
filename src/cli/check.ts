/** `ringside check`: what is wrong with scenario files, all of it, with line and column. */
import { existsSync, readdirSync, readFileSync, statSync, unwatchFile, watchFile, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatDiagnostic } from '../base/diagnostic.ts';
import { Refusal } from '../base/refusal.ts';
import { parseScenario } from '../lab/scenario.ts';
import { checkLink } from './check-link.ts';
import { languagePage, scenarioSchema } from './scenario-schema.ts';

export interface CheckOptions {
  watch?: boolean;
  schema?: boolean;
  language?: boolean;
  /** A file to begin with. */
  new?: string;
  link?: string;
}

const WATCH_EVERY_MS = 200;

const EXAMPLE = /```markdown\n([\s\S]*?)```/;

/** The files that a path means: itself, or all scenarios of a directory. */
function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path).filter((name) => name.endsWith('.md') && name !== 'README.md').sort().map((name) => join(path, name));
  } catch {
    throw new Refusal(`cannot read ${path}`);
  }
}

/** @returns whether a file is right; what is wrong is on standard error. `ids` are those of the files before it. */
function checkFile(file: string, ids: Map<string, string>): boolean {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch {
    throw new Refusal(`cannot read ${file}`);
  }
  const { scenario, diagnostics } = parseScenario(file, source), lines = source.split('\n');
  const other = scenario && ids.get(scenario.id);
  if (scenario && other !== undefined)
    diagnostics.push({ severity: 'error', file, line: 2, column: 0, length: 1, message: `${other} has the id '${scenario.id}' already` });
  for (const one of diagnostics) console.error(formatDiagnostic(one, lines[one.line - 1]));
  if (diagnostics.length > 0 || !scenario) return false;
  ids.set(scenario.id, file);
  const parts = [...scenario.course.map(({ kind }) => (kind === 'predict' ? 'prediction' : kind)), ...scenario.checks.map(() => 'check')];
  const counts = [...new Set(parts)].map((part) => [part, parts.filter((one) => one === part).length] as const);
  console.log(`${file}: ${scenario.id}: ${counts.map(([part, n]) => `${n} ${part}${n === 1 ? '' : 's'}`).join(', ')}`);
  return true;
}

function checkAll(path: string): number {
  const files = filesOf(path), ids = new Map<string, string>();
  if (files.length === 0) throw new Refusal(`there is no scenario in ${path}`);
  return files.map((file) => checkFile(file, ids)).every(Boolean) ? 0 : 2;
}

/** Checks again whenever a file changes, until Ctrl-C. */
async function watchAll(path: string): Promise<number> {
  let status = checkAll(path);
  const files = filesOf(path);
  for (const file of files) watchFile(file, { interval: WATCH_EVERY_MS }, () => {
    console.log('');
    status = checkAll(path);
  });
  await new Promise<void>((resolve) => void process.once('SIGINT', () => resolve()));
  for (const file of files) unwatchFile(file);
  return status;
}

/** A lesson to begin with, under the name of its file: the one of scenarios/README.md. What is there already stays. */
function writeNew(file: string): void {
  const readme = readFileSync(new URL('../../scenarios/README.md', import.meta.url), 'utf8'), [, example = ''] = EXAMPLE.exec(readme) ?? [];
  const id = basename(file, '.md');
  if (!file.endsWith('.md') || !/^[a-z][a-z0-9-]*$/.test(id))
    throw new Refusal(`${file}: a lesson is a file NAME.md, its name made of lower-case words with dashes`);
  try {
    writeFileSync(file, example.replace(/^id: .*$/m, `id: ${id}`), { flag: 'wx' });
  } catch (error) {
    throw new Refusal(existsSync(file) ? `${file} is there already` : `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  console.log(`${file}: play it with: npx ringside run ${file}`);
}

/** @returns 0, or 2: something is wrong. */
export async function check(path: string | undefined, options: CheckOptions): Promise<number> {
  if (options.schema) console.log(JSON.stringify(scenarioSchema(), null, 2));
  if (options.language) process.stdout.write(languagePage());
  if (options.new !== undefined) writeNew(options.new);
  const link = options.link === undefined ? 0 : await checkLink(options.link);
  if (path === undefined) {
    if (options.schema || options.language || options.new !== undefined || options.link !== undefined) return link;
    throw new Refusal('which file or directory is to be checked? ringside check FILE|DIR');
  }
  return Math.max(link, options.watch ? await watchAll(path) : checkAll(path));
}
