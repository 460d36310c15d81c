/** The gap between two parts of a strip: drawn, or moved by arrows, it gives one of them what the other loses. */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';

/** In CSS pixels: narrower, or lower, no part gets. */
const LEAST = { row: 120, column: 60 } as const;
const ARROW_STEP = 10;

interface Props {
  direction: 'row' | 'column';
  label: string;
  /** What the part before it has of both, in percent. */
  share: number;
  /** Told what the part before it has of both from now on, from 0 to 1. */
  onMove: (share: number) => void;
}

export function Splitter({ direction, label, share, onMove }: Props) {
  const self = useRef<HTMLDivElement>(null);
  const dragged = useRef<{ from: number; first: number; both: number } | null>(null);

  const sizes = (): { first: number; both: number } => {
    const size = (element: Element | null | undefined): number => {
      const box = element?.getBoundingClientRect();
      return (direction === 'row' ? box?.width : box?.height) ?? 0;
    };
    const first = size(self.current?.previousElementSibling);
    return { first, both: first + size(self.current?.nextElementSibling) };
  };
  const move = (first: number, both: number): void => {
    const least = Math.min(LEAST[direction], both / 2);
    if (both > 0) onMove(Math.min(Math.max(first, least), both - least) / both);
  };
  const at = (event: PointerEvent): number => (direction === 'row' ? event.clientX : event.clientY);

  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { row: { ArrowLeft: -1, ArrowRight: 1 }, column: { ArrowUp: -1, ArrowDown: 1 } }[direction] as Partial<Record<string, number>>;
    const steps = by[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    const { first, both } = sizes();
    move(first + steps * ARROW_STEP, both);
  };

  return (
    <div
      ref={self}
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={direction === 'row' ? 'vertical' : 'horizontal'}
      aria-valuenow={share}
      aria-valuemin={0}
      aria-valuemax={100}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = { from: at(event), ...sizes() };
      }}
      onPointerMove={(event) => {
        const drag = dragged.current;
        if (drag) move(drag.first + at(event) - drag.from, drag.both);
      }}
      onLostPointerCapture={() => { dragged.current = null; }}
    />
  );
}
