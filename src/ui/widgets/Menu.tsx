/**
 * Menus and popovers. Until one is first opened it is its button alone: what draws and places it (floating.tsx, by Radix) is
 * not part of what the page needs to be seen.
 */
import { type ButtonHTMLAttributes, cloneElement, lazy, type ReactElement, type ReactNode, Suspense, useState } from 'react';

export const loadFloating = () => import('./floating.tsx');
const MenuBody = lazy(() => loadFloating().then((module) => ({ default: module.MenuBody })));
const PopoverBody = lazy(() => loadFloating().then((module) => ({ default: module.PopoverBody })));
const MenuAtBody = lazy(() => loadFloating().then((module) => ({ default: module.MenuAtBody })));

export type Trigger = ReactElement<ButtonHTMLAttributes<HTMLButtonElement>>;

export type MenuEntry =
  | { kind: 'item'; key: string; content: ReactNode; onSelect: () => void; disabled?: boolean; /** Set: one of several, of which one is chosen. */
    chosen?: boolean; look?: string }
  | { kind: 'label'; text: ReactNode }
  | { kind: 'rule' };

export interface Placed {
  align?: 'start' | 'end';
}

/** The button as it stands before; the first press asks for the rest. */
const asking = (trigger: Trigger, popup: 'menu' | 'dialog', ask: () => void): Trigger => cloneElement(trigger, {
  'aria-haspopup': popup,
  'aria-expanded': false,
  onClick: ask,
  ...(popup === 'menu' ? {
    onKeyDown: (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      ask();
    },
  } : {}),
});

export function Menu({ trigger, entries, ...placed }: { trigger: Trigger; entries: () => MenuEntry[] } & Placed) {
  const [wanted, setWanted] = useState(false);
  const button = asking(trigger, 'menu', () => setWanted(true));
  return wanted ? <Suspense fallback={button}><MenuBody trigger={trigger} entries={entries} {...placed} /></Suspense> : button;
}

export function Popover({ trigger, label, look, children, ...placed }: { trigger: Trigger; label: string; look: string;
  children: (close: () => void) => ReactNode } & Placed) {
  const [wanted, setWanted] = useState(false);
  const button = asking(trigger, 'dialog', () => setWanted(true));
  return wanted ? <Suspense fallback={button}><PopoverBody trigger={trigger} label={label} look={look} {...placed}>{children}</PopoverBody></Suspense> : button;
}

/** A menu at a place of the page, for what was pressed there. `onClose` is told when it is gone. */
export function MenuAt(props: { x: number; y: number; entries: () => MenuEntry[]; onClose: () => void }) {
  return <Suspense fallback={null}><MenuAtBody key={`${props.x} ${props.y}`} {...props} /></Suspense>;
}
