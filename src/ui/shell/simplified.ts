/** What the model leaves out, panel by panel: each "Simplified:" of the sources stands under every panel that shows something of it. */
import type { PanelDefinition } from './panel.ts';

export type Simplification = (typeof import('../simplified.gen.ts'))['SIMPLIFIED'][number];

export interface Group {
  title: string;
  marks: readonly Simplification[];
}

export const marksOf = ({ sources }: Pick<PanelDefinition, 'sources'>, marks: readonly Simplification[]): readonly Simplification[] =>
  marks.filter(({ file }) => sources.some((prefix) => file.startsWith(prefix)));

/** No mark is left out: those that no panel names come last. */
export function byPanel(panels: readonly Pick<PanelDefinition, 'title' | 'sources'>[], marks: readonly Simplification[]): Group[] {
  const groups = panels.map((panel): Group => ({ title: panel.title, marks: marksOf(panel, marks) }));
  const shown = new Set(groups.flatMap((group) => group.marks));
  return [...groups, { title: 'Behind no panel', marks: marks.filter((mark) => !shown.has(mark)) }].filter((group) => group.marks.length > 0);
}
