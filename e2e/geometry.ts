/** What must hold of every layout, whatever its size and theme: found on the page as it stands, and named where it does not hold. */
import { expect, type Page } from '@playwright/test';

/** Smaller than this, a panel or a control is of no use. In CSS pixels. */
const LEAST = { panelWidth: 120, panelHeight: 50, control: 16 } as const;

export async function layoutHolds(page: Page, where: string): Promise<void> {
  const breaches = await page.evaluate((least) => {
    const found: string[] = [];
    const words =
      (element: Element): string => `${element.getAttribute('data-panel') ?? element.getAttribute('aria-label') ?? element.textContent ?? ''}`.trim().slice(0,
      40) || element.className;
    const box = (element: Element): DOMRect => element.getBoundingClientRect();
    const seen = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && box(element).width > 1 &&
      box(element).height > 1;
    const overlap = (a: DOMRect, b: DOMRect): boolean => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1.5;
    const within = (inner: DOMRect, outer: { left: number; top: number; right: number; bottom: number }): boolean =>
      inner.left >= outer.left - 1 && inner.top >= outer.top - 1 && inner.right <= outer.right + 1 && inner.bottom <= outer.bottom + 1;
    const window_ = { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight };
    const pairs = (all: Element[], what: string): void => all.forEach((a, index) => {
      for (const b of all.slice(index + 1)) if (!a.contains(b) && !b.contains(a) && overlap(box(a), box(b)))
        found.push(`${what} overlap: ${words(a)} and ${words(b)}`);
    });

    const { scrollWidth, scrollHeight } = document.documentElement;
    if (scrollWidth > window.innerWidth || scrollHeight > window.innerHeight) found.push(`the page scrolls: ${scrollWidth} x ${scrollHeight}`);

    // Cards are swiped: what is beside the screen is one swipe away.
    const swiped = document.querySelector('.cards') !== null;
    const panels = [...document.querySelectorAll('[data-panel]')].filter(seen),
      bars = [...document.querySelectorAll('.top, .trans, .message, .phone-top, .phone-foot, .dock-part > .dock-tabs')].filter(seen);
    if (panels.length === 0) found.push('no panel is in sight');
    pairs([...panels, ...bars], 'panels or bars');
    for (const panel of panels) {
      const { width, height } = box(panel);
      if (width < least.panelWidth || height < least.panelHeight) found.push(`the panel ${words(panel)} has ${Math.round(width)} x ${Math.round(height)}`);
      if (!swiped && !within(box(panel), window_)) found.push(`the panel ${words(panel)} leaves the window`);
    }
    for (const bar of bars) if (!within(box(bar), window_)) found.push(`the bar ${bar.className} leaves the window`);

    const OPERABLE = 'button, input, select, [role=radio], [role=tab]';
    for (const strip of [...bars, ...panels.flatMap((panel) => [...panel.querySelectorAll('.ph')])]) {
      const controls = [...strip.querySelectorAll(OPERABLE)].filter(seen);
      pairs(controls, 'controls');
      for (const control of controls) {
        const { width, height } = box(control);
        if (Math.min(width, height) < least.control && !control.matches('input'))
          found.push(`the control ${words(control)} has ${Math.round(width)} x ${Math.round(height)}`);
        if (!within(box(control), box(strip))) found.push(`the control ${words(control)} leaves its ${strip.className}`);
      }
      // Whatever is said beside them is whole, or ends in an ellipsis by its own doing.
      for (const child of strip.children) if (seen(child) && !within(box(child), box(strip))) found.push(`${words(child)} leaves its ${strip.className}`);
    }
    return found;
  }, LEAST);
  expect(breaches, where).toEqual([]);
}

/**
 * Words of panels that are cut by an edge, or stand on others. What is scrolled to, what wraps out of sight as a whole and what ends in an ellipsis of
 * some length are in order; so is a heading that stays where rows go under it.
 */
export function wordsIn(page: Page, selector: string): Promise<string[]> {
  return page.evaluate((panels) => {
    /** In CSS pixels: rounding; what an edge may take of a line's height; what is left at least before an ellipsis. */
    const ROUNDING = 1.5, HEIGHT = 3, ELLIPSIS = 20;
    const found = new Set<string>(), range = document.createRange();
    interface Shown {
      text: string;
      box: { left: number; right: number; top: number; bottom: number };
      parent: Element;
      stays: boolean;
    }
    const look = (panel: Element, node: Text, at: DOMRect): Shown | null => {
      const text = node.data.trim().slice(0, 40), parent = node.parentElement as Element;
      const box = { left: at.left, right: at.right, top: at.top, bottom: at.bottom };
      const cut = (how: string, by: Element): void => void found.add(`${panel.getAttribute('data-panel')}: "${text}" is cut ${how} by ${by.className}`);
      let stays = false;
      for (let edge = parent; ; edge = edge.parentElement as Element) {
        const { overflowX, overflowY, position, clipPath, textOverflow } = getComputedStyle(edge);
        stays ||= position === 'sticky';
        // Rows that an edge would cut are clipped whole.
        const inset = /^inset\(([\d.]+)px(?: \S+ ([\d.]+)px)?/.exec(clipPath);
        if (overflowX !== 'visible' || overflowY !== 'visible' || inset) {
          const { left, right, top, bottom, width } = edge.getBoundingClientRect();
          const above = top + Number(inset?.[1] ?? 0), below = bottom - Number(inset?.[2] ?? inset?.[1] ?? 0);
          if (box.bottom <= above + 2 || box.top >= below - 2) return null;
          const isGoverned = textOverflow === 'ellipsis' || /auto|scroll/.test(overflowX);
          if (box.left < left - ROUNDING || box.right > right + ROUNDING) {
            if (!isGoverned) cut('in width', edge);
            else if (textOverflow === 'ellipsis' && width < Math.min(at.width, ELLIPSIS)) cut('to nothing', edge);
            box.left = Math.max(box.left, left);
            box.right = Math.min(box.right, right);
            if (box.right <= box.left) return null;
          }
          if (box.top < above - HEIGHT || box.bottom > below + HEIGHT) cut('in height', edge);
          box.top = Math.max(box.top, above);
          box.bottom = Math.min(box.bottom, below);
        }
        if (edge === panel) return { text, box, parent, stays };
      }
    };
    for (const panel of document.querySelectorAll(panels)) {
      const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT), shown: Shown[] = [];
      for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
        const parent = node.parentElement as Element;
        // The terminal draws its own cells; lines that wrap end early by design.
        if (node.data.trim() === '' || parent.closest('.sr, .xterm, [data-lines], title') ||
          !parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        range.selectNodeContents(node);
        for (const at of range.getClientRects()) {
          const one = at.width < 1 ? null : look(panel, node, at);
          if (one) shown.push(one);
        }
      }
      for (const [n, a] of shown.entries()) for (const b of shown.slice(n + 1)) {
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (a.parent !== b.parent && a.stays === b.stays && wide > 2 && high > 0.35 * Math.min(a.box.bottom - a.box.top, b.box.bottom - b.box.top))
          found.add(`${panel.getAttribute('data-panel')}: "${a.text}" and "${b.text}" stand on each other`);
      }
      if (shown.length === 0) found.add(`${panel.getAttribute('data-panel')} says nothing`);
    }
    return [...found];
  }, selector);
}
