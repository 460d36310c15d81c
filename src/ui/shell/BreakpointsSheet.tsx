/** All breakpoints of this machine, and every way to make one. */
import { useState } from 'react';
import { EVENT_KINDS } from '../../link/events.ts';
import type { Breakpoint, EventKind } from '../../link/reports.ts';
import { useApp } from '../store/app.ts';
import { sameSpec } from '../store/breakpoints.ts';
import { bareName, hex, plural } from '../widgets/format.ts';
import { Icon } from '../widgets/Icon.tsx';
import { parseCodePlace } from '../widgets/place.ts';
import { Sheet } from './Sheet.tsx';

export const eventWords = (kind: EventKind): string => kind.replaceAll('-', ' ');

function specWords(spec: Breakpoint['spec']) {
  switch (spec.kind) {
    case 'line': return <span className="mono">{spec.file}:{spec.line}</span>;
    case 'symbol': return <span className="mono">{bareName(spec.symbol)}</span>;
    case 'address': return <span className="mono">{hex(spec.addr)}</span>;
    case 'event': return <span>every {eventWords(spec.event)}
      {spec.match ? `, ${Object.entries(spec.match).map(([key, value]) => `${key} ${value}`).join(', ')}` : ''}</span>;
  }
}

function Row({ breakpoint: { id, spec, enabled, hits, addresses } }: { breakpoint: Breakpoint }) {
  const enable = useApp((s) => s.enableBreakpoint);
  const remove = useApp((s) => s.removeBreakpoint);
  const nowhere = spec.kind !== 'event' && addresses.length === 0;
  return (
    <li>
      <label><input type="checkbox" checked={enabled} onChange={(event) => void enable(id, event.target.checked)} /> {specWords(spec)}</label>
      <span className="grow" />
      <span className="muted">{nowhere ? 'made no code in this build' : plural(hits, 'hit')}</span>
      <button type="button" className="btn icon" aria-label={`Remove breakpoint ${id}`} onClick={() => void remove(id)}><Icon name="close" small /></button>
    </li>
  );
}

export function BreakpointsSheet() {
  const breakpoints = useApp((s) => s.breakpoints);
  const add = useApp((s) => s.addBreakpoint);
  const toggle = useApp((s) => s.toggleBreakpoint);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <Sheet title="Breakpoints"
      about="A run stops at the next of these, in both directions. They stay when the configuration changes, as far as they make sense there.">
      {breakpoints.length > 0 ? <ul className="breakpoints">{breakpoints.map((one) => <Row key={one.id} breakpoint={one} />)}</ul>
        : <p className="muted">None yet. Click beside a line in Code, or name a place here.</p>}
      <form className="goto" onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === '') return;
        void add(parseCodePlace(text) ?? { kind: 'symbol', symbol: text.trim() }).then((said) => {
          setProblem(said);
          if (said === null) setText('');
        });
      }}>
        <input className="text mono" data-first value={text} onChange={(event) => setText(event.target.value)} aria-label="Function, file:line or address"
          placeholder="vfs_write, apps/hello.c:6 or ffffffff81000180" />
        <button type="submit" className="btn primary" aria-disabled={text.trim() === ''}>Set</button>
      </form>
      {problem ? <p role="alert" className="said">{problem}</p> : null}
      <h3>Stop at every</h3>
      <ul className="event-grid">
        {EVENT_KINDS.map((kind) => {
          const spec = { kind: 'event' as const, event: kind };
          return <li key={kind}><label><input type="checkbox" checked={breakpoints.some((one) => sameSpec(one.spec, spec))}
            onChange={() => void toggle(spec)} /> {eventWords(kind)}</label></li>;
        })}
      </ul>
    </Sheet>
  );
}
