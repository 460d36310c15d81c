/** What all editors of the page have in common. Loaded with the first of them. */
import type { Diagnostic as Mark } from '@codemirror/lint';
import type { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { Diagnostic } from '../../base/diagnostic.ts';

/** How an editor looks: the page's own colours and faces. */
export const editorTheme = EditorView.theme({
  '&': { color: 'var(--text-1)', backgroundColor: 'var(--surface-1)', height: '100%', fontSize: 'var(--text-sm)' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', fontWeight: 'var(--weight-code)', lineHeight: 'var(--h-row-code)',
    fontFeatureSettings: '"calt" 0, "zero" 1' },
  '.cm-content': { caretColor: 'var(--text-1)' },
  '.cm-cursor': { borderLeftColor: 'var(--text-1)', borderLeftWidth: '2px' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': { backgroundColor: 'var(--surface-hover) !important' },
  '.cm-gutters': { backgroundColor: 'var(--surface-1)', color: 'var(--text-3)', border: 'none', fontSize: 'var(--text-xs)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--surface-2)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface-2)', color: 'var(--text-1)', border: '1px solid var(--line-2)', borderRadius: 'var(--r-md)' },
  '.cm-diagnostic': { fontFamily: 'var(--font-ui)', fontSize: 'var(--text-sm)', padding: '4px 8px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--fault)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--fault)', textUnderlineOffset: '3px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--changed)', textUnderlineOffset: '3px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
});

/** Mistakes as marks in the text that they are in. */
export function toMarks(state: EditorState, diagnostics: readonly Diagnostic[]): Mark[] {
  return diagnostics.flatMap((diagnostic) => {
    if (diagnostic.line < 1 || diagnostic.line > state.doc.lines) return [];
    const line = state.doc.line(diagnostic.line);
    const from = Math.min(line.to, line.from + Math.max(0, diagnostic.column - 1));
    const to = diagnostic.column === 0 ? line.to : Math.min(line.to, from + Math.max(1, diagnostic.length));
    return [{ from, to: Math.max(from, to), severity: diagnostic.severity === 'note' ? 'info' as const : diagnostic.severity, message: diagnostic.message }];
  });
}
