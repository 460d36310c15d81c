/** What a Web Worker of the page runs: by its name the toolchain, or a machine and its lab. One script, so that both share what they have in common. */
import { tellLife } from './life.ts';

declare const self: DedicatedWorkerGlobalScope;

const role: Promise<{ receive: (message: never) => void }> = self.name === 'build' ? import('./build.ts') : import('./machine.ts');
/** A role that cannot be loaded is an error of the worker, which the page is told. */
self.addEventListener('message', ({ data }: MessageEvent<unknown>) => void role.then(({ receive }) => receive(data as never)));

tellLife();
