/** The lab behind the link. Runs in slices, so that a pause is answered while the machine runs. */
import { createSession } from '../lab/session.ts';
import { guestSources } from '../lab/sources.ts';
import type { FromWorker, ToWorker } from '../link/protocol.ts';
import { serve } from '../link/server.ts';
import { remoteBuilder } from './builds.ts';
import { hostCompiler } from './compiler.ts';

declare const self: DedicatedWorkerGlobalScope;

/** A message to ourselves comes after those that wait already: cheaper than a timer, and nothing starves. */
const channel = new MessageChannel();
let resume: (() => void) | undefined;
channel.port1.onmessage = () => resume?.();
const pump = (): Promise<void> =>
  new Promise((resolve) => {
    resume = resolve;
    channel.port2.postMessage(null);
  });

const PROGRESS_MS = 50;
let told = 0;
const send = (message: FromWorker): void => self.postMessage(message);

interface Started {
  answer: (message: ToWorker) => void;
  /** Brings what came after the first load. */
  prepare: () => Promise<void>;
}

function start(port: MessagePort): Started {
  const originals = guestSources(), { build, renew } = remoteBuilder(port, originals);
  const session = createSession({
    originals,
    rest: async () => ({ ...(await import('./rest.ts')), ...(await import('./courses.ts')) }),
    build,
    building: (done, total) => send({ notice: { kind: 'building', done, total } }),
    searched: (tick) => send({ notice: { kind: 'searched', tick } }),
    compiler: hostCompiler,
    pump,
    progress: (lab, from) => {
      const now = performance.now();
      if (now - told < PROGRESS_MS) return;
      told = now;
      // Going back it runs through what was printed before: then there is nothing new.
      const text = lab.consoleText().slice(from);
      send({ notice: { kind: 'progress', status: lab.status(), ...(text === '' ? {} : { output: { from, text } }) } });
    },
  });
  return { answer: serve(session.handlers, send, () => session.lab()?.tick ?? 0, session.arrive), prepare: () => session.complete().then(renew) };
}

/** Before the first request the page says where images are built; later, that it is in use. */
let started: Started | undefined;
export function receive(message: ToWorker | { builder: MessagePort } | { inUse: true }): void {
  if ('builder' in message) started = start(message.builder);
  else if ('inUse' in message) void started?.prepare().catch(() => undefined);
  else started?.answer(message);
}
