/** Every panel there is, found by its folder, in the order of their numbers. */
import type { PanelDefinition } from './panel.ts';

const found = import.meta.glob<PanelDefinition>('../panels/*/panel.tsx', { eager: true, import: 'default' });

export const PANELS: readonly PanelDefinition[] = Object.values(found).sort((a, b) => a.number - b.number);

export function panelById(id: string): PanelDefinition | undefined {
  return PANELS.find((panel) => panel.id === id);
}
