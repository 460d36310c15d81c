/** What scrolls and has rows of several heights shows whole ones only: what an edge would cut of a row stays empty. */

function cut(box: HTMLElement, rows: string, hasHead: boolean): void {
  const { top: above, bottom: below } = box.getBoundingClientRect();
  let first = 0, last = 0;
  const range = document.createRange();
  for (const row of box.querySelectorAll<HTMLElement>(rows)) {
    if ('lines' in row.dataset) range.selectNodeContents(row);
    for (const { top, bottom: end } of 'lines' in row.dataset ? range.getClientRects() : [row.getBoundingClientRect()]) {
      // Half a pixel is how far rounding may go.
      if (top < below - 0.5 && end > below + 0.5) last = Math.max(last, below - top);
      if (!hasHead && top < above - 0.5 && end > above + 0.5) first = Math.max(first, end - above);
    }
  }
  box.style.clipPath = first > 0 || last > 0 ? `inset(${first}px 0 ${last}px 0)` : '';
}

/**
 * For an element's `ref`.
 * @param rows selects them in it; one with `data-lines` has lines of its own.
 * @param hasHead what stands at its upper edge stays there, and rows go under it.
 */
export const wholeRowsIn = (rows: string, hasHead = false) => (box: HTMLElement | null): (() => void) | undefined => {
  if (!box) return undefined;
  const look = (): void => cut(box, rows, hasHead), observer = new ResizeObserver(look);
  observer.observe(box);
  for (const child of box.children) observer.observe(child);
  box.addEventListener('scroll', look);
  return () => {
    observer.disconnect();
    box.removeEventListener('scroll', look);
  };
};
