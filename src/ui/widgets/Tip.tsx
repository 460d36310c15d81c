/** Tooltips on hover and focus: one fact, then the keys. Never needed to understand the picture. */
import { cloneElement, Fragment, type HTMLAttributes, type ReactElement, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';

interface Props {
  text: string;
  /** Key caps shown at the end. */
  keys?: string;
  children: ReactElement<HTMLAttributes<HTMLElement>>;
}

/** Marks its child; the one layer below shows the words of whichever is pointed at. */
export function Tip({ text, keys, children }: Props) {
  return cloneElement(children, { 'data-tip': text, ...(keys ? { 'data-tip-keys': keys } : {}) } as HTMLAttributes<HTMLElement>);
}

const DELAY_MS = 300;
/** From one button to its neighbour there is no wait. */
const STILL_WARM_MS = 200;
const GAP = 4, ROOM = 8;

/** Lines as they are; `what the machine says` in its face. */
function Lines({ text }: { text: string }) {
  return <span className="lines-of">{text.split('`').map((part, index) =>
    (index % 2 === 1 ? <span key={index} className="mono">{part}</span> : <Fragment key={index}>{part}</Fragment>))}</span>;
}

export function TipLayer() {
  const [target, setTarget] = useState<HTMLElement | null>(null);
  const [, again] = useReducer((n: number) => n + 1, 0);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer = 0, hidden = -Infinity, shown: HTMLElement | null = null, waiting: HTMLElement | null = null;
    /** Where the pointer was last; what has come under it since is nothing that somebody points at. */
    let at = { x: NaN, y: NaN }, isUnasked = false;
    const hide = () => {
      clearTimeout(timer);
      waiting = null;
      if (shown) hidden = performance.now();
      shown = null;
      setTarget(null);
    };
    const show = (element: HTMLElement) => {
      waiting = null;
      shown = element;
      setTarget(element);
    };
    const rests = (event: Event): boolean => event instanceof PointerEvent && event.clientX === at.x && event.clientY === at.y;
    const over = (event: Event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('.tip')) return;
      const element = target?.closest<HTMLElement>('[data-tip]') ?? null;
      if (element && (element === shown || element === waiting)) return;
      hide();
      isUnasked = element !== null && event.type !== 'focusin' && rests(event);
      if (!element || isUnasked) return;
      if (event.type === 'focusin') {
        if (element.matches(':focus-visible')) show(element);
        return;
      }
      waiting = element;
      timer = window.setTimeout(() => show(element), performance.now() - hidden < STILL_WARM_MS ? 0 : DELAY_MS);
    };
    const move = (event: PointerEvent) => {
      if (isUnasked) over(event);
      at = { x: event.clientX, y: event.clientY };
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    const events = [['pointerover', over], ['pointermove', move],
      ['focusin', over], ['focusout', hide], ['pointerdown', hide], ['scroll', hide], ['keydown', escape]] as const;
    for (const [name, listener] of events) document.addEventListener(name, listener as EventListener, true);
    return () => {
      clearTimeout(timer);
      for (const [name, listener] of events) document.removeEventListener(name, listener as EventListener, true);
    };
  }, []);

  // What is said of it may come, or change, while it is pointed at.
  useEffect(() => {
    if (!target) return undefined;
    const watch = new MutationObserver(again);
    watch.observe(target, { attributes: true, attributeFilter: ['data-tip'] });
    return () => watch.disconnect();
  }, [target]);

  const words = target?.dataset['tip'];
  useLayoutEffect(() => {
    const tip = box.current;
    if (!target || !tip) return undefined;
    const on = target.getBoundingClientRect(), { width, height } = tip.getBoundingClientRect();
    const below = on.bottom + GAP;
    tip.style.left = `${Math.max(ROOM, Math.min(window.innerWidth - ROOM - width, on.left + on.width / 2 - width / 2))}px`;
    tip.style.top = `${below + height + ROOM > window.innerHeight ? on.top - GAP - height : below}px`;
    target.setAttribute('aria-describedby', tip.id);
    return () => target.removeAttribute('aria-describedby');
  }, [target, words]);

  if (!target || !words) return null;
  const { tipKeys } = target.dataset;
  return <div className="tip" role="tooltip" id="tip" ref={box} style={{ position: 'fixed' }}><Lines text={words} />{tipKeys ? <kbd>{tipKeys}</kbd> : null}
    </div>;
}
