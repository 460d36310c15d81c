/** The browser's own deflate, behind the interface that links ask for. */
import type { Squeeze } from '../../link/share.ts';

async function pump(bytes: Uint8Array<ArrayBuffer>, through: CompressionStream | DecompressionStream, limit: number): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new Error(`more than ${limit} bytes`);
    }
    chunks.push(value);
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

export const squeeze: Squeeze = {
  deflate: (text) => pump(new TextEncoder().encode(text), new CompressionStream('deflate-raw'), Infinity),
  inflate: async (bytes, limit) => new TextDecoder('utf-8', { fatal: true }).decode(await pump(new Uint8Array(bytes), new DecompressionStream('deflate-raw'),
    limit)),
};
