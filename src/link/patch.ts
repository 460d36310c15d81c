/**
 * Edits as patches with context, so that a link stays short and still applies when the file has moved on around them.
 * A patch is a list of hunks; each names the lines it expects and the lines that take their place.
 */
export interface Hunk {
  /** 0-based line where `from` was found when the patch was made. */
  at: number;
  /** Context and old lines. */
  from: string[];
  /** Context and new lines. */
  to: string[];
}

const CONTEXT = 2;
/** Beyond this many cells the middle is taken as one hunk: correct, only longer. */
const MAX_CELLS = 4_000_000;

interface Change {
  aFrom: number;
  aTo: number;
  bFrom: number;
  bTo: number;
}

/** Longest common subsequence over the lines between common head and tail. */
function changes(a: readonly string[], b: readonly string[]): Change[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const rows = a.length - head - tail;
  const columns = b.length - head - tail;
  if (rows === 0 && columns === 0) return [];
  if (rows * columns > MAX_CELLS || rows === 0 || columns === 0) return [{ aFrom: head, aTo: a.length - tail, bFrom: head, bTo: b.length - tail }];

  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      lengths[i * width + j] = a[head + i] === b[head + j]
        ? lengths[(i + 1) * width + j + 1]! + 1
        : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const out: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[head + i] === b[head + j]) {
      i++;
      j++;
      continue;
    }
    const start = { i, j };
    while ((i < rows || j < columns) && !(i < rows && j < columns && a[head + i] === b[head + j])) {
      if (j >= columns || (i < rows && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)) i++;
      else j++;
    }
    out.push({ aFrom: head + start.i, aTo: head + i, bFrom: head + start.j, bTo: head + j });
  }
  return out;
}

export function makePatch(original: string, edited: string): Hunk[] {
  const a = original.split('\n');
  const b = edited.split('\n');
  const merged: Change[] = [];
  for (const change of changes(a, b)) {
    const last = merged.at(-1);
    if (last && change.aFrom - last.aTo <= CONTEXT * 2) {
      last.aTo = change.aTo;
      last.bTo = change.bTo;
    } else {
      merged.push({ ...change });
    }
  }
  return merged.map(({ aFrom, aTo, bFrom, bTo }) => {
    const before = Math.min(CONTEXT, aFrom);
    const after = Math.min(CONTEXT, a.length - aTo);
    return { at: aFrom - before, from: a.slice(aFrom - before, aTo + after), to: b.slice(bFrom - before, bTo + after) };
  });
}

/** The edited text, or null if a hunk's lines are nowhere in the file (it has changed too much). */
export function applyPatch(original: string, hunks: readonly Hunk[]): string | null {
  const lines = original.split('\n');
  let shift = 0;
  let least = 0;
  for (const { at, from, to } of hunks) {
    const fits = (place: number) => place >= least && place + from.length <= lines.length && from.every((line, k) => lines[place + k] === line);
    const wanted = at + shift;
    let found = -1;
    for (let distance = 0; distance <= lines.length && found < 0; distance++) {
      if (fits(wanted + distance)) found = wanted + distance;
      else if (fits(wanted - distance)) found = wanted - distance;
    }
    if (found < 0) return null;
    lines.splice(found, from.length, ...to);
    shift = found - at + to.length - from.length;
    least = found + to.length;
  }
  return lines.join('\n');
}
