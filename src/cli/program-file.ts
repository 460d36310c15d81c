/** What a file is that somebody wants to run: a static x86-64 ELF program, or one sentence that says what instead and what to do. */
const EM_X86_64 = 62, ET_REL = 1, ET_EXEC = 2, ET_DYN = 3, ET_CORE = 4;
const PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3;
const DT_NULL = 0n, DT_NEEDED = 1n, DT_FLAGS_1 = 0x6ffffffbn, DF_1_PIE = 0x08000000n;

const MACHINES: Readonly<Record<number, string>> = { 2: 'SPARC', 3: '32-bit x86', 8: 'MIPS', 20: 'PowerPC', 21: '64-bit PowerPC', 22: 'S/390', 40: '32-bit ARM',
  50: 'Itanium', 183: '64-bit ARM', 243: 'RISC-V', 247: 'BPF', 258: 'LoongArch' };

/** @returns undefined for a program that can be run. */
export function whyNotRunnable(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'is empty; compile a program with gcc -static';
  const text = (from: number, length: number): string => new TextDecoder('latin1').decode(bytes.subarray(from, from + length));
  if (text(0, 2) === '#!') {
    const interpreter = text(2, 200).split('\n')[0].trim();
    return `is a script for ${interpreter || 'an interpreter'}; run that interpreter, statically linked, and give it the script with --file`;
  }
  if (text(0, 2) === 'MZ') return 'is a Windows program; compile it for Linux with gcc -static';
  if (['\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe'].includes(text(0, 4))) return 'is a macOS program; compile it for Linux with gcc -static';
  if (text(0, 4) !== '\x7fELF') return 'is not an ELF program; compile one with gcc -static';
  if (bytes.length < 64) return 'is cut off: an ELF header has 64 bytes';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine = view.getUint16(18, bytes[5] !== 2);
  if (machine !== EM_X86_64) return `is a program for ${MACHINES[machine] ?? `machine ${machine}`}; compile it for x86-64`;
  if (bytes[4] !== 2) return 'is a 32-bit program (x32); compile it with -m64';
  const type = view.getUint16(16, true);
  if (type === ET_REL) return 'is an object file; link it with gcc -static';
  if (type === ET_CORE) return 'is a core dump, not a program';
  if (type !== ET_EXEC && type !== ET_DYN) return `is an ELF file of type ${type}, not a program`;

  const start = Number(view.getBigUint64(32, true)), size = view.getUint16(54, true), count = view.getUint16(56, true);
  if (size !== 56 || !count || start + size * count > bytes.length) return 'is damaged: its program headers lie outside of the file';
  const headers = Array.from({ length: count }, (_, n) => {
    const at = start + n * size;
    return { type: view.getUint32(at, true), offset: Number(view.getBigUint64(at + 8, true)), address: view.getBigUint64(at + 16, true),
      fileSize: Number(view.getBigUint64(at + 32, true)) };
  });
  if (headers.some(({ offset, fileSize }) => offset + fileSize > bytes.length)) return 'is cut off: a segment reaches beyond the end of the file';
  if (headers.some((header) => header.type === PT_LOAD && header.address >> 63n))
    return 'is a kernel, linked to the upper half of the address space; build the program with --config linux';
  const interpreter = headers.find((header) => header.type === PT_INTERP);
  if (interpreter) return `is dynamically linked (by ${text(interpreter.offset, interpreter.fileSize).replace(/\0.*/s, '')}); link it with -static`;
  const dynamic = headers.find((header) => header.type === PT_DYNAMIC);
  if (type === ET_DYN) {
    const tags = new Map<bigint, bigint>();
    for (let at = dynamic?.offset ?? 0; dynamic && at + 16 <= dynamic.offset + dynamic.fileSize &&
      view.getBigInt64(at, true) !== DT_NULL; at += 16) tags.set(view.getBigInt64(at, true), view.getBigUint64(at + 8, true));
    if (tags.has(DT_NEEDED) || !((tags.get(DT_FLAGS_1) ?? 0n) & DF_1_PIE))
      return 'is a shared library, not a program; link a program with -static or -static-pie';
  }
  return undefined;
}
