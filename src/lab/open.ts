/** Build and boot in one, where nothing else waits meanwhile: the command line and the tests. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { BuildCache } from '../toolchain/build.ts';
import { Lab, type LabOptions } from './lab.ts';
import type { LinkOptions } from '../net/link.ts';
import { networkOf } from './network.ts';
import type { ClientLoad } from './scenario-format.ts';
import { stocked } from './stock.ts';
import { buildTold } from './told.ts';

export interface OpenOptions extends LabOptions {
  app: string;
  args?: readonly string[];
  /** More applications in the initramfs. */
  programs?: readonly string[];
  /** Requests that the client makes by itself, and where chance begins. */
  load?: ClientLoad | undefined;
  seed?: number;
  link?: LinkOptions | undefined;
  /** Objects made before; those of the stock configuration without it. */
  cache?: BuildCache;
  /** Host time in milliseconds, for the build's duration only. */
  clock?: () => number;
}

/** The machine at power-on, or why the sources cannot be built. */
export function openLab(options: OpenOptions): Lab | { diagnostics: Diagnostic[]; milliseconds: number } {
  const { sources, app, config, switches, args, programs, clock } = options;
  const start = clock?.() ?? 0;
  const request = { sources, app, switches, ...(args ? { args } : {}), ...(programs ? { programs } : {}) };
  const build = buildTold(request, options.cache ?? stocked(config, switches));
  const milliseconds = (clock?.() ?? 0) - start;
  if (!build.ok) return { diagnostics: build.diagnostics, milliseconds };
  const network = options.network ?? (switches['NET'] === 'on' ? networkOf(app, options) : undefined);
  return new Lab({ ...options, network }, build, milliseconds);
}
