/**
 * What is wrong with a user's text (C, assembly, a scenario, a link), and where. User mistakes are returned as
 * `Diagnostic[]`, all of them, never thrown.
 */
export interface Diagnostic {
  severity: 'error' | 'warning' | 'note';
  /** Path of the source file, as in the source map ("linux/kernel/fork.c"), or a pseudo file such as "<link>". */
  file: string;
  /** 1-based; 0 when the whole file is meant. */
  line: number;
  /** 1-based; 0 when the whole line is meant. */
  column: number;
  /** Length of the marked text in characters, at least 1. */
  length: number;
  /** One sentence: what was wrong and, where it can be said, what would be right. */
  message: string;
}

/**
 * Of a line with a mistake, as much as there is room for, and the mark to stand below it.
 * @param room in characters
 */
export function excerptOf({ column, length }: Pick<Diagnostic, 'column' | 'length'>, sourceLine: string, room = Infinity): { text: string; mark: string } {
  const at = Math.min(Math.max(0, column - 1), sourceLine.length), marked = Math.max(1, Math.min(length, sourceLine.length - at));
  // What is marked stands in the middle, or begins at the left where it is longer than that.
  const spare = Math.max(2, room - marked), from = Math.max(0, Math.min(at - Math.floor(spare / 2), sourceLine.length - room));
  const to = Math.min(sourceLine.length, from + room), [left, right] = [from > 0 ? '…' : '', to < sourceLine.length ? '…' : ''];
  // Tabs stay tabs, so that the caret stands below the marked text at any tab width.
  const indent = sourceLine.slice(from, at).replace(/[^\t]/g, ' ');
  return { text: `${left}${sourceLine.slice(from + left.length, to - right.length)}${right}`,
    mark: `${indent}^${'~'.repeat(Math.max(0, Math.min(marked, to - at) - 1))}` };
}

/** `file:line:column: error: message`, the source line and a caret below it, as compilers print it. */
export function formatDiagnostic(d: Diagnostic, sourceLine?: string): string {
  const place = d.line ? `${d.file}:${d.line}:${d.column || 1}` : d.file;
  const head = `${place}: ${d.severity}: ${d.message}`;
  if (sourceLine === undefined || !d.column) return head;
  const { text, mark } = excerptOf(d, sourceLine);
  return `${head}\n${text}\n${mark}`;
}
