import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SIMPLIFIED } from '../simplified.gen.ts';
import { byPanel } from './simplified.ts';

const src = fileURLToPath(new URL('../..', import.meta.url));
/** Where the page's own words for it stand, and a test of them. */
const ABOUT_IT = /^ui\/shell\/(?:sheets|simplified|panel|About)\b/;
const SOURCE = /(?<!\.test)(?<!\.gen)\.(?:tsx?|c|h|S)$/;

/** The prefixes that each panel names, read from its file: the panel itself wants a page. */
const panels = readdirSync(join(src, 'ui/panels')).map((name) => {
  const text = readFileSync(join(src, 'ui/panels', name, 'panel.tsx'), 'utf8');
  const named = /\bsources: \[([\s\S]*?)\]/.exec(text)?.[1] ?? '';
  return { title: name, sources: [...named.matchAll(/'([^']+)'/g)].flatMap(([, prefix]) => prefix ?? []) };
});

describe('what the model leaves out', () => {
  it('is every mark in the sources, wherever it stands', () => {
    const marked = readdirSync(src, { recursive: true }).map((name) => relative(src, join(src, String(name))).split(sep).join('/'))
      .filter((name) => SOURCE.test(name) && !name.startsWith('guest/tests/') && !ABOUT_IT.test(name))
      .flatMap((name) => readFileSync(join(src, name), 'utf8').split('\n')
        .flatMap((line, index) => (/\bSimplified: /.test(line) ? [`${name}:${index + 1}`] : [])));
    expect(SIMPLIFIED.map(({ file, line }) => `${file}:${line}`).toSorted()).toEqual(marked.toSorted());
  });

  it('has words for each', () => {
    for (const { file, line, text } of SIMPLIFIED) expect(text.length, `${file}:${line}`).toBeGreaterThan(10);
  });

  it('stands by panel, each mark under at least one heading', () => {
    const groups = byPanel(panels, SIMPLIFIED);
    expect(new Set(groups.flatMap(({ marks }) => marks))).toEqual(new Set(SIMPLIFIED));
    for (const { title, sources } of panels) expect(sources.length, title).toBeGreaterThan(0);
    for (const { title, marks } of groups) expect(marks.length, title).toBeGreaterThan(0);
  });

  it('has a last heading for what no panel names', () => {
    const marks = [{ file: 'machine/a.ts', line: 1, text: 'a' }, { file: 'net/b.ts', line: 2, text: 'b' }];
    expect(byPanel([{ title: 'One', sources: ['machine/'] }, { title: 'None', sources: ['isa/'] }], marks)).toEqual([
      { title: 'One', marks: [marks[0]] }, { title: 'Behind no panel', marks: [marks[1]] }]);
  });
});
