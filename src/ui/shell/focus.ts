/** Brings panels before their neighbours, and the keyboard into them. */

/** Whoever has laid the panels out. */
let front: (id: string) => void = () => undefined;

/** @returns what ends it. */
export function holdPanels(bring: (id: string) => void): () => void {
  front = bring;
  return () => {
    if (front === bring) front = () => undefined;
  };
}

/** Into sight, where it shares its place with others. */
export const bringToFront = (id: string): void => front(id);

/** A panel that was behind others is drawn first, and what answers keys in it may come after that. */
const FRAMES = 120;
/** A menu or a sheet that closes gives the keyboard back to where it was, a moment later. */
const HELD_FRAMES = 10;

/** Brings the keyboard into a panel, to the part of it that answers keys, and holds it there until that is settled or somebody does something else. */
export function focusPanel(id: string, wanted = '[data-panel-focus]'): void {
  bringToFront(id);
  const ended = new AbortController(), end = (): void => ended.abort();
  for (const input of ['keydown', 'pointerdown']) window.addEventListener(input, end, { capture: true, signal: ended.signal });
  const look = (frames: number, held: number): void => {
    if (ended.signal.aborted) return;
    const panel = document.querySelector<HTMLElement>(`[data-panel="${CSS.escape(id)}"]`);
    const part = panel?.querySelector<HTMLElement>(wanted) ?? panel?.querySelector<HTMLElement>('[data-panel-focus]');
    const to = part ?? panel;
    // Into sight it has been brought already; a terminal keeps what has the focus far outside.
    if (to && !to.contains(document.activeElement)) to.focus({ preventScroll: true });
    const isThere = part?.contains(document.activeElement) ?? false;
    if (frames === 0 || (isThere && held === HELD_FRAMES)) end();
    else requestAnimationFrame(() => look(frames - 1, isThere ? held + 1 : 0));
  };
  look(FRAMES, 0);
}
