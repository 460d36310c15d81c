/**
 * Texts that came with a block and are to be written over, one after the other: Tab goes to the next, Shift Tab to the one before. The last is the place
 * behind the block; there, after Escape, and for who goes elsewhere, Tab leaves the editor as ever.
 */
import { type EditorState, type Extension, StateEffect, StateField, type TransactionSpec } from '@codemirror/state';
import { Decoration, EditorView, keymap } from '@codemirror/view';

interface Field {
  from: number;
  to: number;
  /** Something else stands there now. */
  isDone?: boolean;
}

const begin = StateEffect.define<readonly Field[]>();
const mark = Decoration.mark({ class: 'cm-field' });

const fields = StateField.define<readonly Field[]>({
  create: () => [],
  update(old, { changes, effects, newSelection, docChanged, selection }) {
    for (const effect of effects) if (effect.is(begin)) return effect.value;
    if (old.length === 0 || (!docChanged && !selection)) return old;
    // What is written over it belongs to it.
    const now = docChanged ? old.map(({ from, to, isDone = false }) => ({ from: changes.mapPos(from, -1), to: changes.mapPos(to, 1),
      isDone: isDone || changes.touchesRange(from, to) !== false })) : old;
    const { head } = newSelection.main;
    return head < now[0].from || head > (now.at(-1)?.to ?? 0) ? [] : now;
  },
  provide: (field) => EditorView.decorations.from(field, (now) => Decoration.set(now.filter(({ from, to, isDone }) => to > from && !isDone)
    .map(({ from, to }) => mark.range(from, to)))),
});

const goTo = (all: readonly Field[], { from, to }: Field): TransactionSpec =>
  ({ selection: { anchor: from, head: to }, scrollIntoView: true, effects: begin.of(from === all.at(-1)?.from ? [] : all) });

const to = (next: (all: readonly Field[], state: EditorState) => Field | undefined) => (view: EditorView): boolean => {
  const all = view.state.field(fields), one = next(all, view.state);
  if (one) view.dispatch(goTo(all, one));
  return all.length > 0;
};

/** To begin with them, in the order of the text; the last is where one goes on. */
export const withFields = (all: readonly Field[]): StateEffect<readonly Field[]> => begin.of(all);

/** The editor's part of it. */
export const writtenOver: Extension = [
  fields,
  keymap.of([
    { key: 'Tab', run: to((all, { selection: { main } }) => all.find(({ from }) => from > main.to)),
      shift: to((all, { selection: { main } }) => all.findLast((one) => one.to < main.from)) },
    { key: 'Escape', run: (view) => {
      const isOn = view.state.field(fields).length > 0;
      if (isOn) view.dispatch({ effects: begin.of([]) });
      return isOn;
    } },
  ]),
];
