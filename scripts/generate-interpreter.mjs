/**
 * Makes the specialised interpreter, src/machine/cpu/fast/*.gen.ts, from the templates beside it. `--check` only says whether it is fresh. The
 * generator is TypeScript, so it is bundled first.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { root } from './run.mjs';

const into = join(root, 'src/machine/cpu/fast');
const folder = mkdtempSync(join(tmpdir(), 'ringside-'));
try {
  const bundle = await rolldown({ input: join(root, 'src/machine/cpu/fast/generate.ts'), platform: 'node' });
  const file = join(folder, 'generate.mjs');
  await bundle.write({ file, format: 'esm' });
  const { generateInterpreter } = await import(pathToFileURL(file).href);
  for (const [name, text] of Object.entries(generateInterpreter())) {
    const target = join(into, name), fresh = existsSync(target) && readFileSync(target, 'utf8') === text;
    if (fresh) continue;
    if (process.argv.includes('--check')) {
      console.error(`${target} is out of date: run node scripts/generate-interpreter.mjs`);
      process.exitCode = 1;
    } else writeFileSync(target, text);
  }
} finally {
  rmSync(folder, { recursive: true });
}
