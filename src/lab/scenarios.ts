/**
 * The scenarios that come with Ringside, in the order of their files. The page's build reads them beforehand (vite.config.ts), so that the page carries
 * neither a parser of YAML nor a checker; it has their heads, and the courses come with what comes later (src/worker/courses.ts).
 */
import { loadScenarios, type Scenario } from './scenario.ts';
import { scenarioSources } from './sources.ts';

export const ownScenarios = (): Scenario[] => [...loadScenarios(scenarioSources()).scenarios.values()];
