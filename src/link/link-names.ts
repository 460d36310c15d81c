/** What the names of a link mean among those that there are. */
import type { Catalogue } from './protocol.ts';
import type { LinkState } from './share.ts';

/** A build that a link asks for. */
export interface LinkSetup {
  scenario: string;
  config: string;
  app: string;
  /** It was chosen by its application: nobody has asked for the scenario behind it. */
  byApp?: true;
  /** Switches that differ from the configuration's. */
  set: Record<string, string>;
}

/** @returns null without its scenario; a sentence goes to `problems` for each name that the catalogue does not have. */
export function setupOfLink(state: LinkState, catalogue: Catalogue, problems: string[]): LinkSetup | null {
  const scenario = catalogue.scenarios.find((known) => known.id === state.scenario);
  if (!scenario) {
    problems.push(`There is no scenario "${state.scenario}". There are: ${catalogue.scenarios.map(({ id }) => id).join(', ')}.`);
    return null;
  }
  const setup: LinkSetup = { scenario: scenario.id, config: scenario.config, app: scenario.app, set: {}, ...(state.byApp ? { byApp: true } : {}) };
  const configs = catalogue.configs.map((config) => config.name);
  if (state.config !== undefined && !configs.includes(state.config))
    problems.push(`There is no configuration "${state.config}". There are: ${configs.join(', ')}.`);
  else if (state.config !== undefined) setup.config = state.config;
  const apps = catalogue.apps.map(({ name }) => name);
  if (state.app !== undefined && !apps.includes(state.app)) problems.push(`There is no application "${state.app}". There are: ${apps.join(', ')}.`);
  else if (state.app !== undefined) setup.app = state.app;
  for (const [key, value] of Object.entries(state.set ?? {})) {
    const known = catalogue.switches.find((one) => one.key === key);
    if (!known) problems.push(`There is no switch "${key}". There are: ${catalogue.switches.map((one) => one.key).join(', ')}.`);
    else if (known.values === 'number' ? !/^[1-9]\d{0,8}$/.test(value) : !known.values.includes(value))
      problems.push(`${key} cannot be "${value}": it can be ${known.values === 'number' ? 'a whole number above 0' : known.values.join(', ')}.`);
    else setup.set[key] = value;
  }
  return setup;
}
