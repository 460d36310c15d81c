/** Vitest over the guest tests with every guest run on all engines: see scripts/test-lockstep.mjs. */
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { root: new URL('..', import.meta.url).pathname, include: ['src/guest/*.test.ts'], globalSetup: 'scripts/test-setup.mjs',
  setupFiles: ['src/cli/test-objects.ts', 'src/cli/lockstep-setup.ts'], testTimeout: 300_000 } });
