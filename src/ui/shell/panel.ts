/** What a panel is. A folder under panels/ with a panel.tsx whose default export is made here is all it takes. */
import { type ComponentType, memo } from 'react';
import type { AppState } from '../store/app.ts';

export interface PanelProps {
  /** Of the panel's body, in CSS pixels. */
  width: number;
  height: number;
}

export interface PanelDefinition {
  id: string;
  /** Its key, and its place in the order of reading. */
  number: number;
  title: string;
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

/** Drawn again only when what it shows has changed, not whenever its frame is. */
export const definePanel = (panel: PanelDefinition): PanelDefinition => ({
  ...panel,
  Component: memo(panel.Component),
  Table: memo(panel.Table),
  ...(panel.Head ? { Head: memo(panel.Head) } : {}),
  ...(panel.Actions ? { Actions: memo(panel.Actions) } : {}),
});
