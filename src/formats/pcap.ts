/** Captured frames as a file for tcpdump and Wireshark. draft-ietf-opsawg-pcap, "PCAP Capture File Format"; nanosecond resolution. */
const MAGIC_NS = 0xa1b2_3c4d, VERSION_MAJOR = 2, VERSION_MINOR = 4, LINKTYPE_ETHERNET = 1, SNAP_LENGTH = 262_144;
const FILE_HEADER = 24, RECORD_HEADER = 16, BILLION = 1_000_000_000;

export interface Captured {
  /** Nanoseconds. */
  readonly at: number;
  readonly frame: Uint8Array;
}

/** @param startSeconds Seconds since 1970 at time 0. */
export function writePcap(frames: readonly Captured[], startSeconds = 0): Uint8Array {
  const bytes = new Uint8Array(frames.reduce((sum, { frame }) => sum + RECORD_HEADER + frame.length, FILE_HEADER)), view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_NS, true);
  view.setUint16(4, VERSION_MAJOR, true);
  view.setUint16(6, VERSION_MINOR, true);
  view.setUint32(16, SNAP_LENGTH, true);
  view.setUint32(20, LINKTYPE_ETHERNET, true);
  let to = FILE_HEADER;
  for (const { at, frame } of frames) {
    const seconds = Math.floor(at / BILLION);
    [startSeconds + seconds, at - seconds * BILLION, frame.length, frame.length].forEach((word, n) => view.setUint32(to + 4 * n, word, true));
    bytes.set(frame, to + RECORD_HEADER);
    to += RECORD_HEADER + frame.length;
  }
  return bytes;
}

/** Of a file in either byte order, micro- or nanoseconds; a text when it is none. */
export function readPcap(bytes: Uint8Array): { linkType: number; frames: Captured[] } | string {
  if (bytes.length < FILE_HEADER) return 'the file is shorter than its header';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kinds = [[MAGIC_NS, 1], [0xa1b2_c3d4, 1000]] as const;
  const little = kinds.find(([magic]) => view.getUint32(0, true) === magic), kind = little ?? kinds.find(([magic]) => view.getUint32(0) === magic);
  if (!kind) return 'this is no pcap file';
  const word = (at: number): number => view.getUint32(at, little !== undefined);
  const frames: Captured[] = [];
  for (let at = FILE_HEADER; at < bytes.length; ) {
    if (at + RECORD_HEADER > bytes.length || at + RECORD_HEADER + word(at + 8) > bytes.length) return `the record at byte ${at} is cut short`;
    frames.push({ at: word(at) * BILLION + word(at + 4) * kind[1], frame: bytes.slice(at + RECORD_HEADER, at + RECORD_HEADER + word(at + 8)) });
    at += RECORD_HEADER + word(at + 8);
  }
  return { linkType: word(20), frames };
}
