/** Keys to commands. Typing belongs to whoever has the focus: the terminal, the editor, a text field, a menu. */
import { createKeybindingsHandler } from 'tinykeys';
import { CONSOLE_PORT } from '../../base/input.ts';
import { machine, stateOf } from '../store/app.ts';
import { COMMANDS, howToType, keyCaps, keyOf, perform, waitsForInput, walkClicked } from './registry.ts';

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

/**
 * Somebody who types while the machine waits for a line may mean the machine. A key that nothing has the focus for does what it
 * does, and that is said; one that does nothing says so.
 */
function tellTyping(event: KeyboardEvent, title: string | null, keys: Readonly<Record<string, string>>): void {
  const state = stateOf(machine), nowhere = !(event.target instanceof Element) || event.target === document.body || event.target === document.documentElement;
  if (!nowhere || event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey || !waitsForInput(state) || state.sheet) return;
  state.say({ severity: 'info',
    text: `${keyCaps(event.key)} ${title === null ? 'is no key of this page' : `is a key of this page: ${title}`}. ${
      howToType(keys, state.scenario?.port ?? CONSOLE_PORT)}` });
}

/** The palette is asked for and on its way: what is typed meanwhile is its text, and means nothing else. */
function holdForPalette(event: KeyboardEvent): void {
  const { sheet, paletteText, openSheet } = stateOf(machine), { key } = event;
  if (sheet !== 'palette' || event.ctrlKey || event.metaKey || event.altKey) return;
  const input = document.querySelector<HTMLElement>('.palette-input');
  if (input) {
    // It is there, and may not have the focus yet: the key goes where that is.
    if (!document.activeElement?.closest('.palette')) input.focus();
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (key === 'Escape') openSheet(null);
  else if (key === 'Backspace') openSheet('palette', paletteText.slice(0, -1));
  else if (key.length === 1) openSheet('palette', paletteText + key);
}

/** To keys, and to clicks on addresses that can be walked. Listens until the returned function is called. Rebuilt whenever the visitor changes a key. */
export function listenForKeys(own: Readonly<Record<string, string>>, singleKeys: boolean): () => void {
  const bindings: Record<string, (event: KeyboardEvent) => void> = {};
  let told: Event | undefined;
  for (const { id, title } of COMMANDS) {
    const keys = keyOf(id, own);
    if (!keys || (!singleKeys && isSingle(keys))) continue;
    const press = (event: KeyboardEvent) => {
      if (taken(event)) return;
      event.preventDefault();
      told = event;
      tellTyping(event, title, own);
      perform(id, stateOf(machine));
    };
    bindings[keys] = press;
    // Whether a sign such as "?" or "/" needs Shift depends on the layout: the sign counts.
    if (/^[^\w\s]$/.test(keys)) bindings[`Shift+${keys}`] = press;
  }
  const handler = createKeybindingsHandler(bindings);
  const other = (event: KeyboardEvent) => {
    if (event !== told && !taken(event)) tellTyping(event, null, own);
  };
  // Before anybody else.
  window.addEventListener('keydown', holdForPalette, true);
  window.addEventListener('keydown', handler);
  const click = (event: MouseEvent) => walkClicked(stateOf(machine), event.target);
  window.addEventListener('keydown', other);
  window.addEventListener('click', click);
  return () => {
    window.removeEventListener('keydown', holdForPalette, true);
    window.removeEventListener('keydown', handler);
    window.removeEventListener('keydown', other);
    window.removeEventListener('click', click);
  };
}
