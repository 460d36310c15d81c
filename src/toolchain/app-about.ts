import { programPath } from './kconfig.ts';

/** What an application's source says of itself: the first sentence of the comment that it begins with. */
export function appAbout(sources: ReadonlyMap<string, string>, name: string): string {
  const [, comment = ''] = /^\/\*([\s\S]*?)\*\//.exec(sources.get(programPath(sources, name) ?? '') ?? '') ?? [];
  const said = comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim();
  return /^.*?[^\s.]\.(?=\s|$)/.exec(said)?.[0] ?? said;
}
