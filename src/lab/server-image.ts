/** Images of servers for the command line and the tests: built here, from objects of the stock configurations where there are any. */
import { SERVERS } from '../guest/configs/servers.ts';
import { buildGuest } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { NoResult, serverImage, type LoadOrder, type ServerImage } from './experiment.ts';
import { guestSources } from './sources.ts';
import { stocked } from './stock.ts';

/** Configurations have most of their objects in common. */
const cache = freshCache();

/** The image for an order; the same for all its rates. */
export function imageFor({ workload, config, switches, args }: Pick<LoadOrder, 'workload' | 'config' | 'switches' | 'args'>): ServerImage {
  const request = { sources: guestSources(), app: SERVERS[workload].app, switches, ...(args ? { args } : {}) };
  const build = buildGuest(request, stocked(config, switches, cache));
  if (!build.ok) throw new NoResult(`${config}: the guest does not build: ${build.diagnostics[0]?.message ?? ''}`);
  return serverImage(build);
}
