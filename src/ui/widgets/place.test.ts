import { describe, expect, it } from 'vitest';
import { parseCodePlace } from './place.ts';

describe('a place in the code', () => {
  it.each([
    ['apps/hello.c:6', { kind: 'line', file: 'apps/hello.c', line: 6 }],
    [' linux/arch/x86/entry/entry_64.S:26 ', { kind: 'line', file: 'linux/arch/x86/entry/entry_64.S', line: 26 }],
    ['0x40083c', { kind: 'address', addr: 0x40083cn }],
    ['40083C', { kind: 'address', addr: 0x40083cn }],
    ['ffffffff81000180', { kind: 'address', addr: 0xffffffff81000180n }],
    ['0x10', { kind: 'address', addr: 16n }],
  ])('%s', (text, place) => expect(parseCodePlace(text)).toEqual(place));

  it.each(['vfs_write', 'add', 'facade', 'app:main', 'hello.c', 'hello.c:', '', '0x', '11112222333344445'])('%s is none',
    (text) => expect(parseCodePlace(text)).toBeNull());
});
