/** The scenarios with their courses, which the page's build leaves out of the first load (vite.config.ts puts them here); elsewhere none are. */
import type { Scenario } from '../lab/scenario.ts';

export const COURSES: readonly Scenario[] = [];
