/** A third click takes what stands in a line: neither its indentation nor its end, so that what is typed over it stands where it stood. */
import { EditorSelection, type Line } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** The editor's part of it. */
export const thirdClick = EditorView.mouseSelectionStyle.of((view, down) => {
  if (down.button !== 0 || down.detail !== 3) return null;
  const at = (event: MouseEvent): number => view.posAtCoords({ x: event.clientX, y: event.clientY }, false);
  const begin = ({ from, text }: Line): number => from + text.search(/\S|$/);
  let first = at(down);
  return {
    get(event) {
      const lines = [first, at(event)].toSorted((a, b) => a - b).map((one) => view.state.doc.lineAt(one));
      return EditorSelection.single(begin(lines[0]), lines[1].to);
    },
    update({ docChanged, changes }) {
      if (docChanged) first = changes.mapPos(first);
    },
  };
});
