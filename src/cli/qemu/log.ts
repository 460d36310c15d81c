/** What QEMU writes with `-d int`: one record for each exception and interrupt, with the registers before it is delivered. */

/** One attempt to deliver something. Registers as hexadecimal text without leading zeros, so that a difference can be read. */
export interface Attempt {
  vector: number;
  /** 0 when there is none: QEMU's log does not tell the two apart. */
  error: number;
  registers: Record<string, string>;
}

/** Names in the log -> ours. What is not listed is not compared: hidden parts of segments, and QEMU's own bookkeeping. */
const PLAIN = ['RAX', 'RBX', 'RCX', 'RDX', 'RSI', 'RDI', 'RBP', 'RSP', 'R8', 'R9', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15', 'RIP', 'CR0', 'CR2', 'CR3', 'CR4',
  'EFER'];
const hex = (digits: string): string => digits.replace(/^0+(?=.)/, '');

/** Exceptions of the log in order; hardware and software interrupts are left out. */
export function readLog(text: string): Attempt[] {
  const attempts: Attempt[] = [];
  for (const record of text.split(/^(?= *\d+: v=)/m).slice(1)) {
    const [, vector, error, software] = /v=([0-9a-f]+) e=([0-9a-f]+) i=([01])/.exec(record) ?? [];
    if (vector === undefined || parseInt(vector, 16) >= 32 || software === '1') continue;
    const registers: Record<string, string> = {};
    for (const [, name, value] of record.matchAll(/\b([A-Z][A-Z0-9]*) *= *([0-9a-f]+)\b/g)) if (PLAIN.includes(name)) registers[name] = hex(value);
    registers['RFLAGS'] = hex(/RFL=([0-9a-f]+)/.exec(record)?.[1] ?? '');
    for (const segment of ['CS', 'SS']) registers[segment] = hex(new RegExp(`^${segment} =([0-9a-f]{4}) `, 'm').exec(record)?.[1] ?? '');
    for (const segment of ['FS', 'GS', 'TR']) registers[`${segment} base`] =
      hex(new RegExp(`^${segment} ?=[0-9a-f]{4} ([0-9a-f]+)`, 'm').exec(record)?.[1] ?? '');
    attempts.push({ vector: parseInt(vector, 16), error: parseInt(error, 16), registers });
  }
  return attempts;
}
