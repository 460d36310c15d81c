/** What the listing shows, top to bottom, worked out from the code view and the listings of its two functions. */
import type { VirtAddr } from '../../../base/units.ts';
import type { CodeView, Listing, ListingRow } from '../../../link/reports.ts';
import { findListing } from '../../store/code.ts';

export type ViewRow =
  | { kind: 'function'; key: string; listing: Listing }
  | { kind: 'border'; key: string; border: NonNullable<CodeView['border']> }
  | { kind: 'row'; key: string; row: ListingRow; listing: Listing };

/** Rows shown of the function that was left, up to the instruction that left it. */
const TAIL = 9;
/** A function longer than this is shown around the instruction that runs next. */
const MAX_ROWS = 240;

const rowKey = (row: ListingRow, index: number): string => (row.kind === 'insn' ? `i${row.addr}` : `l${row.file}:${row.line}:${index}`);

function around(listing: Listing, addr: VirtAddr): ListingRow[] {
  if (listing.rows.length <= MAX_ROWS) return listing.rows;
  const at = listing.rows.findIndex((row) => row.kind === 'insn' && row.addr === addr);
  const from = Math.max(0, at - MAX_ROWS / 2);
  return listing.rows.slice(from, from + MAX_ROWS);
}

/** The last rows up to and including the instruction at `addr`, beginning with a C line where there is one. */
function tail(listing: Listing, addr: VirtAddr, length: number): ListingRow[] {
  const end = listing.rows.findIndex((row) => row.kind === 'insn' && row.addr === addr) + 1;
  if (end === 0) return [];
  let from = Math.max(0, end - length);
  while (from > 0 && from > end - length - 3 && listing.rows[from]?.kind !== 'line') from--;
  return listing.rows.slice(from, end);
}

export function viewRows(code: CodeView, listings: readonly Listing[], tailLength = TAIL): ViewRow[] {
  const out: ViewRow[] = [];
  const next = findListing(listings, code.next);
  const ran = code.ran ? findListing(listings, code.ran) : undefined;
  const border = code.border;
  const push = (listing: Listing, rows: readonly ListingRow[], part: string) =>
    rows.forEach((row, index) => out.push({ kind: 'row', key: `${part}${rowKey(row, index)}`, row, listing }));

  if (ran && code.ran && ran !== next) {
    out.push({ kind: 'function', key: 'f-ran', listing: ran });
    push(ran, tail(ran, code.ran.addr, tailLength), 'r');
    if (border) out.push({ kind: 'border', key: 'border', border });
  }
  if (!next) return out;
  out.push({ kind: 'function', key: `f${next.low}`, listing: next });
  const whole = around(next, code.next.addr);
  // Where a crossing leads into the middle of a function, the rows before that say nothing and would push it out of sight.
  const into = border && ran && ran !== next ? tail(next, code.next.addr, 3) : [];
  const rows = into[0] ? whole.slice(whole.indexOf(into[0])) : whole;
  if (border && (!ran || ran === next)) {
    const at = rows.findIndex((row) => row.kind === 'insn' && row.addr === (code.ran?.addr ?? code.next.addr));
    const cut = code.ran ? at + 1 : Math.max(at, 0);
    push(next, rows.slice(0, cut), 'n');
    out.push({ kind: 'border', key: 'border', border });
    push(next, rows.slice(cut), 'm');
  } else {
    push(next, rows, 'n');
  }
  return out;
}
