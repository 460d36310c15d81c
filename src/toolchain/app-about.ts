import { assert } from '../base/assert.ts';
import { isLater } from '../base/texts.ts';
import { AHEAD } from './ahead.ts';
import { programPath } from './kconfig.ts';

/** What an application's source says of itself: the first sentence of the comment that it begins with. */
export function appAbout(sources: ReadonlyMap<string, string>, name: string): string {
  const path = programPath(sources, name) ?? '', text = sources.get(path) ?? '';
  if (isLater(text)) {
    const ahead = AHEAD.abouts[path];
    assert(ahead !== undefined, `${path} comes later, and what it says of itself was not read beforehand`);
    return ahead;
  }
  const [, comment = ''] = /^\/\*([\s\S]*?)\*\//.exec(text) ?? [];
  const said = comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim();
  return /^.*?[^\s.]\.(?=\s|$)/.exec(said)?.[0] ?? said;
}
