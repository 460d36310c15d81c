/** What a panel is. A folder under panels/ with a panel.tsx whose default export is made here is all it takes. */
import { type ComponentType, memo } from 'react';
import type { AppState } from '../store/app.ts';
import type { Needs } from '../store/machine.ts';

export type Slot = 1 | 2 | 3 | 4 | 5 | 6;

export interface PanelProps {
  /** Of the panel's body, in CSS pixels. */
  width: number;
  height: number;
}

export interface PanelDefinition {
  id: string;
  /** Its place in the order of reading, and its key: the tenth has 0. */
  number: number;
  title: string;
  /** Its home in the dock: 1 left, 2 middle, 3 right, 4 the strip below them, 5 and 6 the foot. Panels of one slot are tabs of one strip. */
  slot: Slot;
  /** What it has to see of each moment while it is in sight. */
  needs: Needs;
  /** A phone has room for it: there it is one of the cards that are swiped. */
  card?: true;
  /** It goes on while the machine runs; the others stand until it stops. */
  streams?: boolean;
  /** What is typed into it goes to this port of the machine. */
  types?: string;
  /** It says itself whether it shows the old build after an edit, or shows nothing of a build. */
  tellsAge?: boolean;
  /** One sentence on what it shows. */
  about: string;
  /** How to read it, one sentence each. */
  notes: readonly string[];
  /** Parts of the sources behind it, as path prefixes: what their "Simplified:" comments say is what this panel leaves out. */
  sources: readonly string[];
  /** The picture in one sentence, from the state. */
  summary: (state: AppState) => string;
  Component: ComponentType<PanelProps>;
  /** The same facts as rows and columns. */
  Table: ComponentType;
  /** Chips or tabs beside the title. */
  Head?: ComponentType;
  /** Buttons before the common ones. */
  Actions?: ComponentType;
}

/** The key that leads to it, which stands before its title; panels after the tenth have none. */
export const keyOfPanel = ({ number }: PanelDefinition): string => (number > 10 ? '' : String(number % 10));

/** Drawn again only when what it shows has changed, not whenever its frame is. */
export const definePanel = (panel: PanelDefinition): PanelDefinition => ({
  ...panel,
  Component: memo(panel.Component),
  Table: memo(panel.Table),
  ...(panel.Head ? { Head: memo(panel.Head) } : {}),
  ...(panel.Actions ? { Actions: memo(panel.Actions) } : {}),
});
