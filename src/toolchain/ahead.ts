/**
 * What is wanted at once of texts that come later (base/texts.ts). Where they do, in the built page, they were read beforehand: vite.config.ts puts what
 * that came to in this module's place. Elsewhere every text is there, and nobody asks.
 */
import type { NamedConstant } from './syscall-table.ts';

export interface ReadAhead {
  /** What a program says of itself, by its file. */
  abouts: Readonly<Record<string, string>>;
  /** The constants of a header, by the line of the table that names them. */
  sets: Readonly<Record<string, readonly NamedConstant[]>>;
}

export const AHEAD: ReadAhead = { abouts: {}, sets: {} };
