import { type KeyboardEvent, type ReactNode, useRef } from 'react';

export interface Segment<T extends string> {
  value: T;
  label: string;
  icon?: ReactNode;
  mono?: boolean;
}

interface Props<T extends string> {
  label: string;
  items: readonly Segment<T>[];
  value: T | null;
  onChange: (value: T) => void;
  small?: boolean;
  /** Stands after the last item, inside the same frame ("more"). */
  after?: ReactNode;
}

/** A radio group in one row: arrows move and select, Tab passes over it, Escape lets go. */
export function Segmented<T extends string>({ label, items, value, onChange, small = false, after }: Props<T>) {
  const root = useRef<HTMLDivElement>(null);
  const selected = items.findIndex((item) => item.value === value);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Lets go of the arrows: they step again.
    if (event.key === 'Escape') event.currentTarget.blur();
    const by = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const index = (Math.max(selected, 0) + by + items.length) % items.length;
    const item = items[index];
    if (!item) return;
    onChange(item.value);
    root.current?.querySelectorAll<HTMLElement>('[role=radio]')[index]?.focus();
  };

  return (
    <div className={small ? 'seg small' : 'seg'}>
      <div ref={root} className="seg-items" role="radiogroup" aria-label={label}>
        {items.map((item, index) => (
          <button
            key={item.value}
            type="button"
            role="radio"
            aria-checked={index === selected}
            tabIndex={index === Math.max(selected, 0) ? 0 : -1}
            className={item.mono ? 'mono' : undefined}
            onClick={(event) => {
              onChange(item.value);
              // Chosen with the mouse: the arrows go back to stepping. With the keyboard the group keeps them.
              if (event.detail > 0) event.currentTarget.blur();
            }}
            onKeyDown={onKeyDown}
          >
            {item.icon}
            <span className="w" data-text={item.label}>{item.label}</span>
          </button>
        ))}
      </div>
      {after}
    </div>
  );
}
