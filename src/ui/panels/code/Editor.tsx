/** CodeMirror on one guest source. Loaded only when somebody edits. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { cpp } from '@codemirror/lang-cpp';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { useNow } from '../../store/app.ts';
import { editorTheme, toMarks } from '../../widgets/editing.ts';

const tints = HighlightStyle.define([
  { tag: [tags.keyword, tags.typeName, tags.standard(tags.typeName), tags.processingInstruction, tags.modifier], color: 'var(--code-kw)' },
  { tag: [tags.string, tags.character], color: 'var(--code-str)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-num)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--code-comment)', fontStyle: 'italic' },
]);

interface Props {
  file: string;
  text: string;
  diagnostics: readonly Diagnostic[];
  line: number;
}

export function Editor({ file, text, diagnostics, line }: Props) {
  const now = useNow();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);

  useEffect(() => {
    if (!host.current) return undefined;
    const { setDraft, rebuild } = now();
    const build = () => {
      void rebuild();
      return true;
    };
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), cpp(), indentUnit.of('\t'), EditorState.tabSize.of(8),
          syntaxHighlighting(tints), lintGutter(), editorTheme,
          keymap.of([{ key: 'Mod-Enter', run: build }, { key: 'Mod-s', run: build }, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ 'aria-label': `Editor for ${file}. Escape, then Tab, leaves it`, tabindex: '0', 'data-panel-focus': '' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) setDraft(file, update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    if (line > 0 && line <= editor.state.doc.lines) {
      const at = editor.state.doc.line(line).from;
      editor.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
    }
    editor.focus();
    return () => {
      view.current = null;
      editor.destroy();
    };
    // The editor owns its text from here on; only another file makes another editor.
  }, [file]); // eslint-disable-line react-hooks/exhaustive-deps

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    if (editor.state.doc.toString() !== text) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, toMarks(editor.state, diagnostics)));
  }, [diagnostics, file]);

  return <div className="editor" ref={host} />;
}
