/** Configurations: the files of guest/configs, the switches they set, and what a user adds. Errors are one line each and name what would be right. */
import { unknown } from '../base/unknown.ts';
import { SWITCHES } from '../guest/configs/switches.ts';

export type Switches = Record<string, string>;

const APP = /^apps\/(bin\/)?([\w-]+)\.c$/;

/** Names of the applications in the sources, those of `apps/bin` among them. */
export function appNames(sources: ReadonlyMap<string, string>): string[] {
  return [...sources.keys()].flatMap((path) => APP.exec(path)?.[2] ?? []).sort();
}

/** Applications that are questions of their own: not those of `apps/bin`, which come together and are many. */
export function soleAppNames(sources: ReadonlyMap<string, string>): string[] {
  return appNames(sources).filter((name) => sources.has(`apps/${name}.c`));
}

/** The file of an application. */
export function programPath(sources: ReadonlyMap<string, string>, name: string): string | undefined {
  return [`apps/${name}.c`, `apps/bin/${name}.c`].find((path) => sources.has(path));
}

/** Names of all configurations in the sources, `linux` first. */
export function configNames(sources: ReadonlyMap<string, string>): string[] {
  const names = [...sources.keys()].flatMap((path) => /^configs\/(.+)\.config$/.exec(path)?.[1] ?? []);
  // From the process to what is furthest from it; earlier versions (ukl-v1) come after the flavours.
  const rank = (name: string): number => (name === 'linux' ? 0 : /-v\d+$/.test(name) ? 2 : 1);
  return names.sort((a, b) => rank(a) - rank(b) || a.length - b.length || (a < b ? -1 : 1));
}

/** The first comment line of a configuration. */
export function configAbout(sources: ReadonlyMap<string, string>, name: string): string {
  return /^#\s*(.*)$/m.exec(sources.get(`configs/${name}.config`) ?? '')?.[1] ?? '';
}

/** All switches of a configuration with `set` on top, defaults filled in; or one sentence that names the mistake. */
export function resolveConfig(sources: ReadonlyMap<string, string>, name: string, set: Readonly<Record<string, string>> = {}): Switches | string {
  const values = mergeConfig(sources, name, set);
  return typeof values === 'string' ? values : (conflictsOf(values)[0]?.reason ?? values);
}

/** As `resolveConfig`, whether its switches go together or not. */
export function mergeConfig(sources: ReadonlyMap<string, string>, name: string, set: Readonly<Record<string, string>> = {}): Switches | string {
  const values: Switches = Object.fromEntries(SWITCHES.map(({ key, default: value }) => [key, value]));
  const read = readConfig(sources, name, values, 0);
  if (typeof read === 'string') return read;
  for (const [key, value] of Object.entries(set)) {
    const wrong = apply(values, key, value);
    if (wrong !== undefined) return wrong;
  }
  return values;
}

/** Which switches do not go with the others, and why. */
export function conflictsOf(values: Switches): { key: string; reason: string }[] {
  return SWITCHES.flatMap(({ key, conflict }) => {
    const reason = conflict?.(values);
    return reason === undefined ? [] : [{ key, reason }];
  });
}

function readConfig(sources: ReadonlyMap<string, string>, name: string, values: Switches, depth: number): string | undefined {
  const text = sources.get(`configs/${name}.config`);
  if (text === undefined || depth > 8) return unknown('configuration', name, configNames(sources));
  for (const line of text.split('\n')) {
    const content = line.replace(/#.*/, '').trim();
    if (!content) continue;
    const [, included] = /^include\s+(\S+)$/.exec(content) ?? [];
    const [, key, value] = /^(\w+)=(\S+)$/.exec(content) ?? [];
    const wrong = included ? readConfig(sources, included, values, depth + 1)
      : key ? apply(values, key, value) : `configs/${name}.config: cannot read '${content}'; write KEY=VALUE or include NAME`;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function apply(values: Switches, key: string, value: string): string | undefined {
  const found = SWITCHES.find((one) => one.key === key);
  if (!found) return unknown('switch', key, SWITCHES.map((one) => one.key));
  if (found.values === 'number' ? !/^[1-9]\d{0,8}$/.test(value) : !found.values.includes(value))
    return `${key} cannot be '${value}'; it is ${found.values === 'number' ? 'a number from 1 on' : found.values.join(', ')}`;
  values[key] = value;
  return undefined;
}

/** Whether a file of the kernel is part of it with these switches. */
export function isCompiled(path: string, switches: Switches): boolean {
  return SWITCHES.every(({ key, default: usual, sources }) => !sources?.test(path) || (switches[key] ?? usual) !== usual);
}

/** The switches that an application does not work without. */
export function switchesOfApp(app: string): Record<string, string> {
  return Object.fromEntries(SWITCHES.flatMap(({ key, apps }) => (apps?.includes(app) ? [[key, 'on']] : [])));
}

/** Switches that some applications do not work without, and that are off elsewhere. */
export const APP_SWITCHES: readonly string[] = SWITCHES.flatMap(({ key, apps }) => (apps ? [key] : []));

/** Shipped objects that serve for a build: those of the configuration, and those of a switch that applications want. */
export function packNames(config: string, switches: Switches): string[] {
  return [config, ...APP_SWITCHES.filter((key) => switches[key] === 'on')];
}

/** The CONFIG_ macros that a set of switches defines. */
export function configMacros(switches: Switches): Record<string, string> {
  return Object.assign({}, ...SWITCHES.map((one) => one.macros(switches[one.key] ?? one.default))) as Record<string, string>;
}
