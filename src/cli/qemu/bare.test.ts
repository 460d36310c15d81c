/** The bare-metal tests on our machine alone; `npm run test:qemu` runs the same images under QEMU as well. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareCases, buildTest } from './bare.ts';
import { runOurs } from './ours.ts';

const folder = join(import.meta.dirname, '../../guest/tests');

describe('bare-metal tests', () => {
  it.each(bareCases(folder))('$title', ({ name, cpus }) => {
    const image = buildTest(folder, name);
    if (Array.isArray(image)) throw new Error(image.join('\n'));
    const { console, stop } = runOurs({ ...image, cpus }, []);
    expect(console).toMatch(/(?:^|\n)ok\n$/);
    expect(stop).toEqual({ kind: 'exit', code: 0 });
  });
});
