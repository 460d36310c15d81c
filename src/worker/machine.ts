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

function start(builder: MessagePort): (message: ToWorker) => void {
  const session = createSession({
    build: remoteBuilder(builder, guestSources()),
    building: (done, total) => send({ notice: { kind: 'building', done, total } }),
    compiler: hostCompiler(),
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
  return serve(session.handlers, send, () => session.lab()?.tick ?? 0);
}

/** Before the first request the page says where images are built. */
let answer: ((message: ToWorker) => void) | undefined;
export function receive(message: ToWorker | { builder: MessagePort }): void {
  if ('builder' in message) answer = start(message.builder);
  else answer?.(message);
}
