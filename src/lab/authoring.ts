/** Scenarios from files of one's own. The page loads this, with a parser of YAML, when somebody brings one. */
import { LineCounter, parseDocument } from 'yaml';
import type { Diagnostic } from '../base/diagnostic.ts';
import { parseScenario, type Scenario } from './scenario.ts';

export const readScenario = (file: string, text: string): { scenario?: Scenario; diagnostics: Diagnostic[] } =>
  parseScenario(file, text, { LineCounter, parseDocument });
