/**
 * Back to the margin. A line below an answer is indented, and so is the one after it; but the next answer, or the end of the block, is not: Enter on a
 * line that has nothing else takes its indentation away, and so does the beginning of what can only stand at the margin.
 */
import { Prec, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';

/** The last block that begins or ends in a text is a question that has begun. */
const isAsking = (text: string): boolean => text.split('\n').findLast((line) => line.startsWith(':::'))?.startsWith(':::predict') === true;

/** The editor's part of it. */
export const toMargin: Extension = [
  Prec.high(keymap.of([{ key: 'Enter', run: (view) => {
    const { doc, selection: { main } } = view.state, line = doc.lineAt(main.head);
    if (!main.empty || !/^\s+$/.test(line.text)) return false;
    view.dispatch({ changes: { from: line.from, to: line.to }, selection: { anchor: line.from }, userEvent: 'delete' });
    return true;
  } }])),
  EditorView.inputHandler.of((view, from, to, text) => {
    const { doc } = view.state, line = doc.lineAt(from), begun = doc.sliceString(line.from, from) + text;
    if (!/^\s+(?:- |:::)$/.test(begun) || !isAsking(doc.sliceString(0, line.from))) return false;
    const insert = begun.trimStart();
    view.dispatch({ changes: { from: line.from, to, insert }, selection: { anchor: line.from + insert.length }, userEvent: 'input.type' });
    return true;
  }),
];
