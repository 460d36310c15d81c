/** What an image is made of, and how its sources differ from those of the stock kernel. Static for a build: it is asked for once. */
import type { VirtAddr } from '../base/units.ts';
import type { Domain } from '../formats/debug-info.ts';

/** A stretch of a section that belongs to the application, its library or the kernel. */
export interface MapRow {
  section: string;
  domain: Domain;
  low: VirtAddr;
  bytes: number;
  /** It is zeros that the file does not hold. */
  zeros?: true;
  /** Each thread has a copy of its own, and this is what it begins with. */
  tls?: true;
  /** `r-x` of the segment that it is loaded with. */
  may: string;
  symbols: number;
  /** The largest of them. */
  largest: { name: string; bytes: number }[];
}

export interface ImageMap {
  name: string;
  /** Of the file, its symbols left out as far as they are not loaded. */
  fileBytes: number;
  /** What it takes when it is loaded. */
  loadedBytes: number;
  rows: MapRow[];
  /** Of the segment that threads copy. */
  tls?: { at: VirtAddr; fileBytes: number; bytes: number; align: number };
}

export interface ChangedLines {
  file: string;
  /** So many; the first of them follow. */
  count: number;
  lines: { line: number; text: string }[];
}

export interface EditHunk {
  /** The first line that differs, counted from 1, and what stood there and stands there now. */
  line: number;
  removed: string[];
  added: string[];
}

export interface BuildParts {
  images: ImageMap[];
  /** Lines of the kernel that this flavour adds, changes or leaves out, in the sources that the machine was built from. */
  flavour: { lines: number; files: ChangedLines[] };
  /** What was edited by hand. */
  edits: { file: string; added: number; removed: number; hunks: EditHunk[] }[];
}
