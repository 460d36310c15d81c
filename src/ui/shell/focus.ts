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

/** Brings the keyboard into a panel, to the part of it that answers keys. */
export function focusPanel(id: string): void {
  bringToFront(id);
  const begun = document.activeElement;
  const look = (frames: number): void => {
    const panel = document.querySelector<HTMLElement>(`[data-panel="${CSS.escape(id)}"]`), part = panel?.querySelector<HTMLElement>('[data-panel-focus]');
    const { activeElement } = document;
    // Somebody has gone elsewhere meanwhile.
    if (activeElement !== begun && activeElement !== document.body && activeElement !== panel) return;
    // Into sight it has been brought already; a terminal keeps what has the focus far outside.
    (part ?? panel)?.focus({ preventScroll: true });
    if ((!part || document.activeElement !== part) && frames > 0) requestAnimationFrame(() => look(frames - 1));
  };
  look(FRAMES);
}
