/** For tests: text in, hex out. */
import { formatDiagnostic } from '../../base/diagnostic.ts';
import type { ObjectFile } from '../object.ts';
import { assemble } from './assemble.ts';
import { parseAssembly } from './parse.ts';

/** The object of a text that has no mistakes. */
export function objectOf(text: string): ObjectFile {
  const { unit, diagnostics } = parseAssembly('test.S', text);
  const { object, diagnostics: more } = assemble(unit);
  const all = [...diagnostics, ...more].map((d) => formatDiagnostic(d));
  if (all.length) throw new Error(all.join('\n'));
  return object;
}

/** Bytes of a section in hex, `01 02 03`. */
export function hexOf(text: string, section = '.text'): string {
  const found = objectOf(text).sections.find(({ name }) => name === section);
  return Array.from(found?.bytes ?? [], (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** What is wrong with a text: `line:column message`. */
export function mistakesOf(text: string): string[] {
  const { unit, diagnostics } = parseAssembly('test.S', text);
  return [...diagnostics, ...assemble(unit).diagnostics].map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** The bytes of code that needs no linking. */
export function assembled(text: string): Uint8Array {
  const { unit, diagnostics } = parseAssembly('test.S', `.text\n${text}\n`);
  const { object, diagnostics: more } = assemble(unit);
  if (diagnostics.length || more.length) throw new Error([...diagnostics, ...more].map(({ line, message }) => `${line}: ${message}`).join('\n'));
  const code = object.sections.find(({ name }) => name === '.text');
  if (!code || code.relocations.length) throw new Error('code without relocations is wanted');
  return code.bytes;
}
