/**
 * The page in a frame of somebody else's page: `?embed=1`. With `&host=https://their.page` that page, and no other, may ask where
 * the machine stands and send it elsewhere (src/link/embed.ts has the messages).
 */
import { type Ask, EMBED_VERSION, type EmbedAnswer, type EmbedMoment, hostOf, readAsk } from '../../link/embed.ts';
import { machine, stateOf } from './app.ts';
import { unbuilt } from './code.ts';
import { currentUrl, openFromUrl, wrongWithLink } from './url.ts';

/** When nothing is on its way any more. @returns false when there is no machine left to wait for */
const standing = (): Promise<boolean> => new Promise((resolve) => {
  const look = (): boolean => {
    const { phase, settled, building, moving } = machine.getState();
    const isOver = phase === 'dead' || (phase === 'stopped' && settled > 0 && building === null && !moving);
    if (isOver) resolve(phase !== 'dead');
    return isOver;
  };
  if (look()) return;
  const end = machine.subscribe(() => {
    if (look()) end();
  });
});

async function momentNow(): Promise<{ moment: EmbedMoment } | { refused: string }> {
  if (!(await standing())) return { refused: 'The worker that runs the machine is gone.' };
  const made = await currentUrl(), { status, setup } = stateOf(machine);
  if (!made || !status || !setup) return { refused: 'There is no machine yet.' };
  if (made.url === undefined) return { refused: made.refused };
  return { moment: { tick: status.tick, scenario: setup.scenario, config: setup.config, link: made.url } };
}

async function answer(ask: Ask | string): Promise<{ moment: EmbedMoment } | { refused: string }> {
  if (typeof ask === 'string') return { refused: ask };
  if (ask.ask === 'go') {
    await standing();
    if ('link' in ask) {
      const wrong = await wrongWithLink(ask.link);
      if (wrong.length > 0) return { refused: wrong.join(' ') };
      await openFromUrl(ask.link);
    } else {
      const live = machine.getState().status?.live ?? 0;
      if (ask.tick > live) return { refused: `Nobody has been there yet: this run is known up to tick ${live}.` };
      await machine.getState().seek(ask.tick);
    }
  }
  return momentNow();
}

/** From now on the page around is answered, if it is the one that the address names. @param early what came before this did */
export function answerHost(early: readonly MessageEvent<unknown>[]): void {
  const host = hostOf(new URLSearchParams(window.location.search).get('host'));
  if (host === null || window.parent === window) return;
  // One after the other: each is answered with the moment that it led to, not with that of the next.
  let before: Promise<void> = Promise.resolve();
  const heed = ({ data, origin, source }: MessageEvent<unknown>): void => {
    if (source !== window.parent || origin !== host) return;
    const read = readAsk(data);
    if (!read) return;
    before = before.then(() => answer(read.ask)).catch((error: unknown) => ({ refused: error instanceof Error ? error.message : String(error) })).then((said) =>
      window.parent.postMessage({ ringside: EMBED_VERSION, id: read.id, ...said } satisfies EmbedAnswer, host));
  };
  window.addEventListener('message', heed);
  early.forEach(heed);
}

/** The whole lab at this moment, in a window of its own. */
export async function openWhole(): Promise<void> {
  const state = stateOf(machine), drafts = unbuilt(state).length;
  if (drafts > 0) {
    state.say({ severity: 'info', text: 'There are edits that are not built yet, and a link holds what runs: rebuild first (Ctrl Enter).' });
    return;
  }
  const made = await currentUrl({ panels: [] });
  if (made?.url === undefined) state.say({ severity: 'error', text: made?.refused ?? 'There is no machine yet.' });
  else window.open(made.url, '_blank', 'noopener');
}
