/** What an ordinary run takes of a long list. RINGSIDE_SWEEP=1 takes all. */
import { createHash } from 'node:crypto';
import { guestSources, scenarioSources } from '../src/lab/sources.ts';

const digest = createHash('sha256').update(JSON.stringify([...guestSources(), ...scenarioSources()])).digest().readUInt32BE(0);

export const isSweep = Boolean(process.env['RINGSIDE_SWEEP']);

/** Of those that an ordinary run of Firefox takes, too. */
export const IN_FIREFOX = '@firefox';

/** One of so many. Which one turns with each change of guest or lessons, so that none is left out for long. */
export const turnOf = (count: number): number => digest % count;
