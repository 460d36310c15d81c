/** The bare-metal tests of src/guest/tests: assembled and linked by our own tools to an image that boots as a kernel does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDiagnostic, type Diagnostic } from '../../base/diagnostic.ts';
import { assemble } from '../../toolchain/asm/assemble.ts';
import { parseAssembly } from '../../toolchain/asm/parse.ts';
import { preprocessToText } from '../../toolchain/cc/preprocess/preprocessor.ts';
import { link, type LinkInput } from '../../toolchain/ld/link.ts';
import type { Image } from './qemu.ts';

const COMMON = 'start.S';
/** Tests that are for several CPUs, and how many they are run with. */
const CPUS: Readonly<Record<string, readonly number[]>> = { processors: [1, 2, 4] };

function testNames(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.S') && name !== COMMON).map((name) => name.slice(0, -2)).sort();
}

/** Each test with each number of CPUs that it is for. */
export function bareCases(folder: string): { title: string; name: string; cpus: number }[] {
  return testNames(folder).flatMap((name) => (CPUS[name] ?? [1]).map((cpus) =>
    ({ title: name in CPUS ? `${name}, ${cpus} CPU${cpus > 1 ? 's' : ''}` : name, name, cpus })));
}

/** @returns what is wrong with the source, line by line, when it cannot be built. */
export function buildTest(folder: string, name: string): Image | string[] {
  const diagnostics: Diagnostic[] = [];
  const object = (file: string): LinkInput => {
    const env = { defines: { __ASSEMBLY__: '1' }, includePaths: [''],
      read: (path: string) => (path === 'test.h' ? readFileSync(join(folder, path), 'utf8') : undefined) };
    const expanded = preprocessToText(file, readFileSync(join(folder, file), 'utf8'), env);
    const parsed = parseAssembly(file, expanded.text);
    const made = assemble(parsed.unit);
    diagnostics.push(...expanded.diagnostics, ...parsed.diagnostics, ...made.diagnostics);
    return { object: made.object, domain: 'kernel' };
  };
  const inputs = [object(COMMON), object(`${name}.S`)];
  const linked = diagnostics.length ? undefined : link(inputs, { kind: 'kernel' });
  if (linked) diagnostics.push(...linked.diagnostics);
  return linked?.image && !diagnostics.length ? { kernel: linked.image.elf, initramfs: new Uint8Array(0), commandLine: name }
    : diagnostics.map((one) => formatDiagnostic(one));
}
