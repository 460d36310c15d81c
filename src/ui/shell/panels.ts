/** Every panel there is, found by its folder, in the order of their numbers. Its id is its folder's name, as links and scenarios say it. */
import { assert } from '../../base/assert.ts';
import type { PanelDefinition } from './panel.ts';

const found = import.meta.glob<PanelDefinition>('../panels/*/panel.tsx', { eager: true, import: 'default' });

export const PANELS: readonly PanelDefinition[] = Object.values(found).sort((a, b) => a.number - b.number);

for (const [path, { id }] of Object.entries(found)) assert(path.endsWith(`/${id}/panel.tsx`), `the panel in ${path} calls itself ${id}`);
PANELS.forEach(({ id, number }, index) => assert(number === index + 1, `panels have the numbers 1, 2, 3, each once: ${id} is number ${number}`));

/** Where one types to a port of the machine. */
export const typingAt = (port: string): PanelDefinition | undefined => PANELS.find(({ types }) => types === port);

export function panelById(id: string): PanelDefinition | undefined {
  return PANELS.find((panel) => panel.id === id);
}
