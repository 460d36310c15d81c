/** cpio archives of type newc, as Linux unpacks them into its root file system. cpio(5), "New ASCII Format". */
export interface CpioEntry {
  /** Without a leading slash. */
  path: string;
  /** File type and permissions: 0o100755 for a program, 0o040755 for a directory. */
  mode: number;
  data: Uint8Array;
  /** Seconds; 0 without. */
  mtime?: number;
}

const TRAILER = 'TRAILER!!!';

export function writeCpio(entries: readonly CpioEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const add = (bytes: Uint8Array): void => {
    parts.push(bytes);
    length += bytes.length;
    const padding = (4 - (length & 3)) & 3;
    parts.push(new Uint8Array(padding));
    length += padding;
  };
  [...entries, { path: TRAILER, mode: 0, data: new Uint8Array(0) }].forEach(({ path, mode, data, mtime = 0 }: CpioEntry, n) => {
    const name = new TextEncoder().encode(`${path}\0`);
    // magic, then: inode, mode, uid, gid, links, mtime, size, device, rdev, name length, check
    const fields = [path === TRAILER ? 0 : n + 1, mode, 0, 0, 1, mtime, data.length, 0, 0, 0, 0, name.length, 0];
    const header = new TextEncoder().encode(`070701${fields.map((value) => value.toString(16).toUpperCase().padStart(8, '0')).join('')}`);
    const head = new Uint8Array(header.length + name.length);
    head.set(header);
    head.set(name, header.length);
    add(head);
    add(data);
  });
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
