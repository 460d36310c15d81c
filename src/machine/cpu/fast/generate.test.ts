import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generateInterpreter } from './generate.ts';

it('the specialised interpreter is as its templates make it', () => {
  for (const [name, text] of Object.entries(generateInterpreter())) {
    expect(readFileSync(new URL(name, import.meta.url), 'utf8') === text, `${name}: run node scripts/generate-interpreter.mjs`).toBe(true);
  }
});
