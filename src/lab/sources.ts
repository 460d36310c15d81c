/** Guest sources and scenarios as the build and the lab take them. */
import { GUEST_SOURCES, SCENARIO_SOURCES } from '../guest/sources.gen.ts';

export const guestSources = (): Map<string, string> => new Map(Object.entries(GUEST_SOURCES));
export const scenarioSources = (): Map<string, string> => new Map(Object.entries(SCENARIO_SOURCES));
