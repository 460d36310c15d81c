import { useState } from 'react';
import { COMMANDS, keyCaps, keyOf } from '../commands/registry.ts';
import { useApp } from '../store/app.ts';
import { Sheet } from './Sheet.tsx';

const FORBIDDEN = new Set(['F5', 'F11', 'F12', 'Tab', 'Escape', 'Enter', 'Shift', 'Control', 'Alt', 'Meta']);

/** A key press in the notation of the registry, or null while only a modifier is down. */
function pressed(event: React.KeyboardEvent): string | null {
  if (FORBIDDEN.has(event.key)) return null;
  const mod = event.ctrlKey || event.metaKey ? '$mod+' : '';
  const alt = event.altKey ? 'Alt+' : '';
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 && mod ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (event.key.length > 1 || /[A-Z]/.test(event.key)) ? 'Shift+' : '';
  return `${mod}${alt}${shift}${key}`;
}

function KeyButton({ id, title }: { id: string; title: string }) {
  const own = useApp((s) => s.keys);
  const bindKey = useApp((s) => s.bindKey);
  const [listening, setListening] = useState(false);
  const keys = keyCaps(keyOf(id, own));
  return (
    <button
      type="button"
      className="key-button"
      aria-label={`Key for ${title}: ${keys || 'none'}. Press to change`}
      onClick={() => setListening(true)}
      onBlur={() => setListening(false)}
      onKeyDown={(event) => {
        if (!listening) return;
        if (event.key === 'Escape') {
          event.stopPropagation();
          setListening(false);
          return;
        }
        const key = pressed(event);
        if (key === null) return;
        event.preventDefault();
        event.stopPropagation();
        bindKey(id, key);
        setListening(false);
      }}
    >
      {listening ? <span className="chip changed">press a key</span> : keys ? <kbd>{keys}</kbd> : <span className="muted">none</span>}
    </button>
  );
}

export function HelpSheet() {
  const singleKeys = useApp((s) => s.singleKeys);
  const setSingleKeys = useApp((s) => s.setSingleKeys);
  const own = useApp((s) => s.keys);
  const bindKey = useApp((s) => s.bindKey);
  const groups = [...new Set(COMMANDS.map((one) => one.group))];
  return (
    <Sheet title="Keys and help"
      about="A whole x86-64 machine runs in this page. Step it forwards or backwards; every panel shows the same moment.
        Colour means state: blue circle ring 3, orange diamond ring 0, yellow changed, violet not now. Cycles and times are modelled." className="help">
      <div className="help-options">
        <label><input type="checkbox" checked={singleKeys} onChange={(event) => setSingleKeys(event.target.checked)} /> Single keys work without Ctrl</label>
        <span className="grow" />
        {Object.keys(own).length > 0 ? <button type="button" className="btn boxed" onClick={() => Object.keys(own).forEach((id) => bindKey(id, null))}>Give back
          the usual keys</button> : null}
      </div>
      <div className="help-grid">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {COMMANDS.filter((one) => one.group === group).map((one) => (
                <div key={one.id}><dt>{one.title}</dt><dd><KeyButton id={one.id} title={one.title} /></dd></div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>In a panel</h3>
          <dl>
            <div><dt>Code: choose a line, run there, run back there</dt><dd><kbd>↑ ↓</kbd> <kbd>Enter</kbd> <kbd>Shift Enter</kbd></dd></div>
            <div><dt>Stacks: choose a slot, who wrote it</dt><dd><kbd>↑ ↓</kbd> <kbd>Enter</kbd></dd></div>
            <div><dt>Timeline: drag to travel, wheel to step</dt><dd><kbd>Ctrl wheel</kbd> zooms</dd></div>
            <div><dt>Console: leave the terminal</dt><dd><kbd>Esc</kbd> <kbd>Tab</kbd></dd></div>
          </dl>
        </section>
      </div>
    </Sheet>
  );
}
