/** The head of a scenario's file: YAML that has to fit the table of keys, and name things that are there. */
import * as v from 'valibot';
import { LineCounter, parseDocument } from 'yaml';
import { unknown } from '../base/unknown.ts';
import { CLIENT_PORT } from '../base/input.ts';
import { SERVERS, serverOf } from '../guest/configs/servers.ts';
import { appNames, resolveConfig, switchesOfApp } from '../toolchain/kconfig.ts';
import { headMistake } from './head-mistakes.ts';
import { FRONT_MATTER, type FrontMatter } from './scenario-format.ts';
import { guestSources } from './sources.ts';

/** A part of a line, and the column where it begins, from 1. */
export interface Part {
  value: string;
  column: number;
}

/** Where mistakes are told. */
export type Tell = (line: number, message: string, part?: Part) => void;

/** Where a key of the front matter stands, in lines of the file: its first line is the one of dashes. */
function keyIn(source: string, name: string | undefined): { line: number; key?: Part } {
  const lines = source.split('\n'), at = lines.findIndex((line) => name !== undefined && line.trimStart().startsWith(`${name}:`));
  return at < 0 || name === undefined ? { line: 1 } : { line: at + 2, key: { value: name, column: lines[at].indexOf(name) + 1 } };
}

/** What it is to be built of has to be there. */
function buildable(source: string, front: FrontMatter, tell: Tell): FrontMatter | undefined {
  const sources = guestSources(), apps = appNames(sources);
  const config = resolveConfig(sources, front.config), switches = resolveConfig(sources, front.config, { ...switchesOfApp(front.app), ...front.set });
  const hasNoCard = typeof switches !== 'string' && switches['NET'] !== 'on';
  const wrong: [string, string][] = [
    ...(apps.includes(front.app) ? [] : [['app', unknown('application', front.app, apps)] as [string, string]]),
    ...(typeof config === 'string' ? [['config', config] as [string, string]] : typeof switches === 'string' ? [['set', switches] as [string, string]] : []),
    ...(hasNoCard && front.port === CLIENT_PORT
      ? [['port', `the client is at the other end of a wire: ${front.app} has none without NET=on`] as [string, string]] : []),
    ...(front.load && (hasNoCard || !serverOf(front.app))
      ? [['load', `it asks ${Object.values(SERVERS).map(({ app }) => app).join(' or ')}, with NET=on`] as [string, string]] : []),
  ];
  for (const [name, sentence] of wrong) {
    const { line, key } = keyIn(source, name);
    tell(line, `head: ${sentence}`, key);
  }
  return wrong.length ? undefined : front;
}

/** @returns undefined where it told a mistake. */
export function readFrontMatter(source: string, tell: Tell): FrontMatter | undefined {
  const lines = new LineCounter();
  const read = parseDocument(source, { lineCounter: lines });
  const mistakes = [...read.errors, ...read.warnings].map(({ code, message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    return headMistake(source, { code, message, line, column: col });
  });
  // What else is told of a line follows from the first.
  for (const [n, { line, part, message }] of mistakes.entries())
    if (mistakes.findIndex((one) => one.line === line) === n) tell(line + 1, `head: ${message}`, part);
  if (mistakes.length > 0) return undefined;
  let value: unknown;
  try {
    value = read.toJS({ maxAliasCount: 10 });
  } catch {
    // To YAML a star begins the name of something that stands elsewhere.
    const at = source.split('\n').findIndex((one) => /:\s+\*/.test(one)), text = source.split('\n')[at] ?? '', column = text.indexOf('*') + 1;
    const { part, message } = headMistake(source, { code: 'BAD_ALIAS', message: '', line: at + 1, column });
    tell(at + 2, `head: ${message}`, part);
    return undefined;
  }
  const checked = v.safeParse(FRONT_MATTER, value);
  if (checked.success) return buildable(source, checked.output, tell);
  for (const issue of checked.issues) {
    const path = issue.path?.map((part) => String(part.key)) ?? [];
    const { line, key } = keyIn(source, path[0]);
    const isUnknown = path.length === 1 && !(path[0] in FRONT_MATTER.entries);
    const what = isUnknown ? unknown('key', path[0], Object.keys(FRONT_MATTER.entries))
      : path.length === 1 && !key ? `'${path[0]}' is missing` : `${path.length ? `'${path.join('.')}'` : 'it'} ${issue.message}`;
    tell(line, `head: ${what}`, key);
  }
  return undefined;
}
