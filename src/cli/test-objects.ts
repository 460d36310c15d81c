/** Loaded before each file of unit tests: their builds take the objects of the stock configurations (scripts/test-setup.mjs made them). */
import { takeObjects } from './objects.ts';

const folder = process.env['RINGSIDE_OBJECTS'];
if (folder) takeObjects(folder);
