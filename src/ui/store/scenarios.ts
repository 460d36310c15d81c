/** Which scenario stands behind a machine that was not opened for one. */
import { CLIENT_PORT, CONSOLE_PORT } from '../../base/input.ts';
import type { ScenarioInfo } from '../../link/reports.ts';

/** Of no switches and words of its own: the image is the one of the application and the configuration. */
const isPlain = ({ set, args, load }: ScenarioInfo): boolean => Object.keys(set).length === 0 && args.length === 0 && !load;

/**
 * With whose question, panels and port another application is opened: its own, if somebody can type there. Where all of its own have a
 * client that asks by itself, it reads what comes over the wire: then one with somebody at the client. Else the one that is open.
 */
export function scenarioOfApp(all: readonly ScenarioInfo[], app: string, open: string): string {
  const own = all.filter((one) => one.app === app), current = all.find(({ id }) => id === open);
  const other = own.length > 0 ? all.find((one) => isPlain(one) && one.port === CLIENT_PORT) : current?.load ? scenarioOfImage(all, undefined) : undefined;
  return (own.find(({ load }) => !load) ?? other ?? current)?.id ?? open;
}

/** One that adds nothing to an image, and leaves the client to whoever gives it an order. Best the one that is open: the panels stay where they are. */
export function scenarioOfImage(all: readonly ScenarioInfo[], open: string | undefined): ScenarioInfo | undefined {
  const fits = all.filter((one) => isPlain(one) && one.port === CONSOLE_PORT);
  return fits.find(({ id }) => id === open) ?? fits[0];
}
