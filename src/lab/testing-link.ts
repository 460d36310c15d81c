/** A lab behind a link without a worker, for tests of the page's store. */
import { createBuilder } from './builder.ts';
import { stock } from './objects.ts';
import { createSession } from './session.ts';
import { createUnitCompiler } from '../toolchain/compiler.ts';
import { guestSources } from './sources.ts';
import type { Method, Notice, Params, Result } from '../link/protocol.ts';

export interface OwnLab {
  link: { call: <M extends Method>(method: M, params: Params<M>) => Promise<Result<M>>; onNotice: (listener: (notice: Notice) => void) => void;
    onDeath: () => void; close: () => void };
  session: ReturnType<typeof createSession>;
  /** What it was asked, in order. */
  asked: Method[];
  /** What it tells unasked. */
  tell: (notice: Notice) => void;
}

export function labOfItsOwn(): OwnLab {
  const asked: Method[] = [];
  let tell: (notice: Notice) => void = () => undefined;
  const session = createSession({ build: createBuilder({ originals: guestSources(), clock: () => 0, objects: stock.objects,
    compiler: async () => createUnitCompiler() }), pump: () => Promise.resolve() });
  const call = async <M extends Method>(method: M, params: Params<M>): Promise<Result<M>> => {
    asked.push(method);
    return session.handlers[method](params);
  };
  const link: OwnLab['link'] = { call, onNotice: (listener) => void (tell = listener), onDeath: () => undefined, close: () => undefined };
  return { session, asked, link, tell: (notice) => tell(notice) };
}
