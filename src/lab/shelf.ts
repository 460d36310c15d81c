/**
 * Where columns of numbers stand. What is written lies in a buffer that is warm and large enough, and a column that came to its end keeps a copy of just
 * what it holds: so no page's memory is cleared, outgrown or cut, which would cost more than to note what happens.
 */

/** Bytes that a column has room for, at first; then twice as many. */
const FIRST_BYTES = 4096;
/**
 * Columns that came to their end stand one behind the other: a page is mostly small, and a buffer for each of its columns would cost more than all that is
 * in them. A shelf goes when the last column on it does.
 */
const SHELF_BYTES = 65_536;
/** What takes more stands by itself. */
const MOST_SHELVED = SHELF_BYTES / 4;

type Column = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Of columns that came to their end, for those that begin. */
const spare: ArrayBuffer[] = [];
let shelf = new ArrayBuffer(SHELF_BYTES), shelved = 0;

/** Room for a column that begins. */
export const begun = (): ArrayBuffer => spare.pop() ?? new ArrayBuffer(FIRST_BYTES);

/** Room for so many bytes with what a column holds, wherever it stands. */
export function grown({ buffer, byteOffset, byteLength }: Column, bytes: number): ArrayBuffer {
  let length = Math.max(FIRST_BYTES, 2 * byteLength);
  while (length < bytes) length *= 2;
  const made = new ArrayBuffer(length);
  new Uint8Array(made).set(new Uint8Array(buffer, byteOffset, byteLength));
  return made;
}

/** Just so many bytes with what stands in a buffer; that one begins another column. @returns where they are. */
function ended(buffer: ArrayBuffer, bytes: number): { buffer: ArrayBuffer; from: number } {
  spare.push(buffer);
  if (bytes > MOST_SHELVED) return { buffer: buffer.slice(0, bytes), from: 0 };
  if (shelved + bytes > SHELF_BYTES) {
    shelf = new ArrayBuffer(SHELF_BYTES);
    shelved = 0;
  }
  const from = shelved;
  new Uint8Array(shelf, from, bytes).set(new Uint8Array(buffer, 0, bytes));
  // Numbers begin at a multiple of eight.
  shelved = (from + bytes + 7) & -8;
  return { buffer: shelf, from };
}

/** A column that begun and comes to its end, once: so many numbers of it are used. */
export function endedInts({ buffer }: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const place = ended(buffer, 4 * length);
  return new Int32Array(place.buffer, place.from, length);
}

/** The same of wider numbers. */
export function endedNumbers({ buffer }: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const place = ended(buffer, 8 * length);
  return new Float64Array(place.buffer, place.from, length);
}
