/** Loaded before the guest tests by `npm run test:lockstep`: each of their runs is told by all engines, and kept for the browser. */
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { ENGINES, tell } from '../lab/lockstep.ts';
import { observer } from '../lab/testing.ts';

const file = process.env['RINGSIDE_LOCKSTEP_TRIALS'];

observer.run = async (trial) => {
  const story = await tell(trial, { engine: 'reference', seed: 0 });
  for (const engine of ENGINES.slice(1)) assert.deepEqual(await tell(trial, { engine, seed: 1 }), story, `${engine} differs from the reference interpreter`);
  if (file) appendFileSync(file, `${JSON.stringify({ trial, story })}\n`);
};
