/** System V AMD64 ABI, "The va_list Type". */
import { arrayOf, Type, UINT, VOID } from '../types.ts';

function vaListType(): Type {
  const tag = new Type('struct', 0, 1);
  tag.name = '__va_list_tag';
  const field = (name: string, type: Type, offset: number): { name: string; type: Type; offset: number; bitOffset: number; bitWidth: number; unit: number } =>
    ({ name, type, offset, bitOffset: 0, bitWidth: -1, unit: 0 });
  tag.finish([
    field('gp_offset', UINT, 0), field('fp_offset', UINT, 4), field('overflow_arg_area', VOID.pointerTo(), 8), field('reg_save_area', VOID.pointerTo(), 16),
  ], 24, 8);
  return arrayOf(tag, 1);
}

export const VA_LIST = vaListType();

/** An operand of the va_ macros, after arrays have become pointers. */
export const isVaList = (type: Type): boolean => type.kind === 'pointer' && type.to.base === VA_LIST.to.base;
