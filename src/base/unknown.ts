/** What to say of a word that is none of those known. */

/** Levenshtein's distance, with two neighbours swapped as one mistake. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, n) => n)];
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + same,
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2][j - 2] + 1 : Infinity);
    }
  }
  return rows[a.length][b.length];
}

/** The one of those known that was probably meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  return known.map((one) => ({ one, far: distance(word.toLowerCase(), one.toLowerCase()) })).filter(({ one, far }) =>
    far <= Math.max(1, Math.floor(one.length / 3))).sort((a, b) => a.far - b.far)[0]?.one;
}

/** `unknown event 'painc'; did you mean panic? There are ...`: one line. */
export function unknown(what: string, word: string, known: readonly string[]): string {
  const shown = word.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
  const near = nearest(shown, known);
  return `unknown ${what} '${shown}'; ${near === undefined ? 'there' : `did you mean ${near}? There`} are ${known.join(', ')}`;
}
