/** Scenarios from files of one's own. The page loads this, with a parser of YAML, when somebody brings one. */
import { LineCounter, parseDocument } from 'yaml';
import type { Diagnostic } from '../base/diagnostic.ts';
import { parseScenario, type Scenario } from './scenario.ts';

export const readScenario = (file: string, text: string, sources: ReadonlyMap<string, string>): { scenario?: Scenario; diagnostics: Diagnostic[] } =>
  parseScenario(file, text, { yaml: { LineCounter, parseDocument }, sources });
