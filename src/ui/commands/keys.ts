/** Keys to commands. Typing belongs to whoever has the focus: the terminal, the editor, a text field, a menu. */
import { createKeybindingsHandler } from 'tinykeys';
import { machine, stateOf } from '../store/app.ts';
import { COMMANDS, keyOf, perform } from './registry.ts';

const TYPES_INTO = 'input:not([type=range]):not([type=checkbox]), textarea, [contenteditable=true], .xterm, .cm-editor, [role=dialog], [role=menu]';
const USES_ARROWS = '[role=radiogroup], [role=separator], [role=tablist], input[type=range]';

function taken(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return false;
  // The editor and the menus come first: what they have answered is done.
  if (event.defaultPrevented) return true;
  if (event.ctrlKey || event.metaKey) return false;
  if (target.closest(TYPES_INTO)) return true;
  if (event.key === ' ' && target.closest('button, a, [role=option], summary')) return true;
  return event.key.startsWith('Arrow') && target.closest(USES_ARROWS) !== null;
}

const isSingle = (keys: string): boolean => !keys.includes('$mod') && !/^F\d+$/.test(keys) && !keys.startsWith('Arrow') && !keys.includes('+Arrow');

/** Listens until the returned function is called. Rebuilt whenever the visitor changes a key. */
export function listenForKeys(own: Readonly<Record<string, string>>, singleKeys: boolean): () => void {
  const bindings: Record<string, (event: KeyboardEvent) => void> = {};
  for (const { id } of COMMANDS) {
    const keys = keyOf(id, own);
    if (!keys || (!singleKeys && isSingle(keys))) continue;
    const press = (event: KeyboardEvent) => {
      if (taken(event)) return;
      event.preventDefault();
      perform(id, stateOf(machine));
    };
    bindings[keys] = press;
    // Whether a sign such as "?" or "/" needs Shift depends on the layout: the sign counts.
    if (/^[^\w\s]$/.test(keys)) bindings[`Shift+${keys}`] = press;
  }
  const handler = createKeybindingsHandler(bindings);
  window.addEventListener('keydown', handler);
  return () => window.removeEventListener('keydown', handler);
}
