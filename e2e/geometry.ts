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
