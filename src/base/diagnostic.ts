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

/** `file:line:column: error: message`, the source line and a caret below it, as compilers print it. */
export function formatDiagnostic(d: Diagnostic, sourceLine?: string): string {
  const place = d.line ? `${d.file}:${d.line}:${d.column || 1}` : d.file;
  const head = `${place}: ${d.severity}: ${d.message}`;
  if (sourceLine === undefined || !d.column) return head;
  // Tabs stay tabs, so that the caret stands below the marked text at any tab width.
  const indent = sourceLine.slice(0, d.column - 1).replace(/[^\t]/g, ' ');
  return `${head}\n${sourceLine}\n${indent}^${'~'.repeat(Math.max(0, d.length - 1))}`;
}
