import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../toolchain/kconfig.ts';
import { KernelLines } from '../toolchain/kernel-lines.ts';
import { buildParts } from './build-parts.ts';
import { guestSources } from './sources.ts';
import { openGuest } from './testing.ts';

const TLS = 'static __thread int mine = 7;\nstatic __thread char room[40];\nint main(void) { room[1] = mine; return room[1] - 7; }';

describe('what a build is made of', () => {
  const sources = guestSources(), switchesOf = (config: string) => {
    const switches = resolveConfig(sources, config);
    if (typeof switches === 'string') throw new Error(switches);
    return switches;
  };

  it('every section of an image stands where symbols say, and a thread\'s own are what its segment says', () => {
    const { symbols: { images, kernel } } = openGuest({ source: TLS });
    const parts = buildParts(images, sources, {}, switchesOf('linux')), program = parts.images.find(({ name }) => name === '/program')!;
    expect(parts.images.map(({ name }) => name)).toEqual(images.map(({ name }) => name));
    expect(program.tls).toMatchObject({ fileBytes: 4, bytes: 48 });
    const own = program.rows.filter(({ tls }) => tls);
    expect(own.map(({ section }) => section)).toEqual(expect.arrayContaining(['.tdata', '.tbss']));
    expect(own.flatMap(({ largest }) => largest.map(({ name }) => name))).toEqual(expect.arrayContaining(['mine', 'room']));
    const text = program.rows.filter(({ section, domain }) => section === '.text' && domain === 'app');
    expect(text).toMatchObject([{ may: 'r-x', low: images.find(({ name }) => name === '/program')!.find('app:main')!.low }]);
    expect(program.rows.find(({ section }) => section === '.bss')).toMatchObject({ zeros: true, may: 'rw-' });
    const kernelMap = parts.images.find(({ name }) => name === kernel.name)!;
    expect(kernelMap.loadedBytes).toBeGreaterThan(kernelMap.fileBytes);
    expect(parts).toMatchObject({ flavour: { lines: 0, files: [] }, edits: [] });
  });

  it('a unikernel is one image, with the application in it; its lines are those that are counted, with their text; an edit is told by its lines', () => {
    const { symbols: { images } } = openGuest({ source: TLS, config: 'ukl' }), switches = switchesOf('ukl'), path = 'linux/init/main.c';
    const text = sources.get(path)!, first = text.split('\n').findIndex((line) => line.startsWith('#include')) + 1;
    const edits = { [path]: text.replace('#include', '/* mine */\n#include') };
    const parts = buildParts(images, sources, edits, switches);
    expect(new Set(parts.images[0].rows.map(({ domain }) => domain))).toEqual(new Set(['kernel', 'app', 'libc']));
    expect(parts.flavour.lines).toBe(new KernelLines().count(new Map([...sources, ...Object.entries(edits)]), switches));
    const [most] = parts.flavour.files;
    expect(most.lines[0].text).toBe(sources.get(most.file)!.split('\n')[most.lines[0].line - 1]);
    expect(parts.edits).toEqual([{ file: path, added: 1, removed: 0, hunks: [{ line: first, removed: [], added: ['/* mine */'] }] }]);
  });
});
