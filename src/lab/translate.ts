/** What makes running code fast, apart, so that a page can show its first moment before it has it. */
export { canCompile, compiler, compilerOf } from '../machine/cpu/translate/compiler.ts';
