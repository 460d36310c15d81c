/** Assembly text to statements: line markers, comments, several statements on one line. */

export interface Statement {
  text: string;
  file: string;
  line: number;
  /** 1-based column of the text's first character. */
  column: number;
}

/** `# 12 "file" flags`, as a preprocessor leaves them. */
const LINE_MARKER = /^\s*#\s*(?:line\s+)?(\d+)\s+"((?:[^"\\]|\\.)*)"/;

/** @param text Comments may be #, // or slash-star; `;` separates. */
export function splitStatements(text: string, file: string, firstLine = 1, firstColumn = 1): Statement[] {
  const statements: Statement[] = [];
  let line = firstLine;
  let at = 0;
  while (at <= text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const raw = text.slice(at, end);
    const marker = raw.includes('#') ? LINE_MARKER.exec(raw) : null;
    if (marker) {
      line = Number(marker[1]);
      file = marker[2].replace(/\\(.)/g, '$1');
      at = end + 1;
      continue;
    }
    at = splitLine(text, at, end, file, line, line === firstLine ? firstColumn : 1, statements);
    // A comment over several lines ends further down.
    for (let n = end; n < at - 1 && n < text.length; n++) if (n > end && text[n] === '\n') line++;
    line++;
  }
  return statements;
}

/** @returns where the next line begins. */
function splitLine(text: string, start: number, end: number, file: string, line: number, firstColumn: number, statements: Statement[]): number {
  let from = start;
  let at = start;
  let current = '';
  const push = (): void => {
    const whole = current + text.slice(from, at);
    const trimmed = whole.trimStart();
    if (trimmed) statements.push({ text: trimmed.trimEnd(), file, line,
      column: firstColumn + (from - start) - current.length + (whole.length - trimmed.length) });
    current = '';
  };
  while (at < end) {
    const c = text.charCodeAt(at);
    if (c === 34) {
      at++;
      while (at < end && text.charCodeAt(at) !== 34) at += text.charCodeAt(at) === 92 ? 2 : 1;
    } else if (c === 39) {
      // 'x and '\n are characters, whatever they contain.
      at += text.charCodeAt(at + 1) === 92 ? 2 : 1;
    } else if (c === 59) {
      push();
      from = at + 1;
    } else if (c === 35 || (c === 47 && text.charCodeAt(at + 1) === 47)) {
      push();
      return end + 1;
    } else if (c === 47 && text.charCodeAt(at + 1) === 42) {
      const close = text.indexOf('*/', at + 2);
      const past = close < 0 ? text.length : close + 2;
      current += text.slice(from, at) + ' '.repeat(Math.max(1, Math.min(past, end) - at));
      from = at = past;
      if (past > end) {
        end = text.indexOf('\n', past);
        if (end < 0) end = text.length;
      }
      continue;
    }
    at++;
  }
  at = Math.min(at, end);
  push();
  return end + 1;
}
