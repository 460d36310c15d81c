/** Measures servers under load, one order after the other; the page has as many of these as it wants runs at a time. */
import { appOf, measure, NoResult, serverImage, writePcap, type LoadOrder, type ServerImage } from '../lab/experiment.ts';
import { guestSources } from '../lab/sources.ts';
import type { FromExperiment, PageOrder } from '../link/experiment.ts';
import { resolveConfig, switchesOfApp } from '../toolchain/kconfig.ts';
import { remoteBuilder, type RemoteBuilder } from './builds.ts';
import { hostCompiler } from './compiler.ts';
import { tellLife } from './life.ts';

type ToExperiment = { builder: MessagePort } | { order: PageOrder };

declare const self: DedicatedWorkerGlobalScope;

const sources = guestSources(), images = new Map<string, ServerImage>();
let builder: RemoteBuilder | undefined;

async function imageOf({ workload, config, cpus }: PageOrder): Promise<ServerImage> {
  const app = appOf(workload), switches = resolveConfig(sources, config, { ...switchesOfApp(app), ...(cpus === 1 ? {} : { NR_CPUS: String(cpus) }) });
  if (typeof switches === 'string') throw new NoResult(switches);
  const key = JSON.stringify([config, app, cpus]), known = images.get(key);
  if (known) return known;
  for (const [file, text] of Object.entries((await import('./rest.ts')).REST)) if (sources.has(file)) sources.set(file, text);
  const { image } = await builder!.build({ config, app, switches, args: [], edits: {} }, () => undefined);
  if (!image.ok) throw new NoResult(`${config}: the guest does not build: ${image.diagnostics[0]?.message ?? ''}`);
  const made = serverImage(image);
  images.set(key, made);
  return made;
}

async function run(order: PageOrder): Promise<void> {
  const say = (message: FromExperiment): void => self.postMessage(message);
  let told = 0;
  try {
    const [image, compiler] = await Promise.all([imageOf(order), hostCompiler()]);
    const whole: LoadOrder = { ...order, switches: {}, cost: 'skx-off', link: {} };
    const { frames, ...result } = measure(whole, image, compiler, (answered, of) => {
      // It runs twice where a request is explained.
      if (answered >= told && answered < told + of / 100) return;
      told = answered;
      say({ answered, of });
    });
    say({ result, ...(frames ? { pcap: writePcap(frames) } : {}) });
  } catch (error) {
    say({ why: error instanceof Error ? error.message : String(error) });
  }
}

/** First where images are built; then orders, each when the one before is answered. */
self.addEventListener('message', ({ data }: MessageEvent<ToExperiment>) => {
  if ('builder' in data) builder = remoteBuilder(data.builder, sources);
  else void run(data.order);
});

tellLife();
