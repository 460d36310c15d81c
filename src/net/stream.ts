/** Bytes in the order in which they came: put in at the end, looked at anywhere, taken off at the beginning. */
export interface Bytes {
  parts: Uint8Array[];
  /** Bytes of the first part that are gone. */
  skip: number;
  length: number;
}

export const noBytes = (): Bytes => ({ parts: [], skip: 0, length: 0 });

/** The bytes are the stream's from now on. */
export function fillFrom(stream: Bytes, bytes: Uint8Array): void {
  stream.parts.push(bytes);
  stream.length += bytes.length;
}

/** A copy of so many bytes from an offset on, or of what is there. */
export function pieceAt(stream: Bytes, offset: number, length: number): Uint8Array {
  const piece = new Uint8Array(Math.max(0, Math.min(length, stream.length - offset)));
  let at = -stream.skip;
  for (let n = 0, done = 0; done < piece.length; at += stream.parts[n++].length) {
    const part = stream.parts[n], from = offset + done - at;
    if (from >= part.length) continue;
    const some = part.subarray(from, from + piece.length - done);
    piece.set(some, done);
    done += some.length;
  }
  return piece;
}

/** So many bytes from the beginning are done with. */
export function took(stream: Bytes, count: number): void {
  stream.length -= count;
  stream.skip += count;
  let gone = 0;
  while (gone < stream.parts.length && stream.skip >= stream.parts[gone].length) stream.skip -= stream.parts[gone++].length;
  if (gone) stream.parts.splice(0, gone);
}
