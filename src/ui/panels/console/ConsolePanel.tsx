import { lazy, Suspense, useLayoutEffect, useRef } from 'react';
import type { ConsoleView } from '../../../link/reports.ts';
import type { PanelProps } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';
import { count } from '../../widgets/format.ts';
import './console.css';

const TerminalView = lazy(() => import('./TerminalView.tsx').then((module) => ({ default: module.TerminalView })));

/** The first line that is still to come, and the tick of its first character. */
function nextLine(future: ConsoleView['future']): { text: string; tick: number } | null {
  let line = '';
  let tick = 0;
  for (const part of future) {
    for (const character of part.text) {
      if (character === '\n' && line.trim() !== '') return { text: line.trim(), tick };
      if (character === '\n' || character === '\r') continue;
      if (line === '') tick = part.tick;
      line += character;
    }
  }
  return line.trim() === '' ? null : { text: line.trim(), tick };
}

/** The program's part fills the panel; what the kernel printed when it booted stands above, one scroll away. */
function Plain() {
  const text = useApp((s) => s.console.text);
  const boot = useApp((s) => s.console.boot);
  const own = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const { current: part } = own;
    if (part?.parentElement) part.parentElement.scrollTop = part.offsetTop;
  }, [boot, text]);
  return <pre className="term plain mono">{text.slice(0, boot)}<span ref={own}>{text.slice(boot)}</span></pre>;
}

export function ConsolePanel({ width, height }: PanelProps) {
  const future = useApp((s) => s.console.future);
  const next = nextLine(future);
  // The terminal is a sixth of all that the page loads: it comes after the first moment, or when somebody turns to it.
  const ready = useApp((s) => s.inUse || s.focused === 'console');
  return (
    <div className="term-wrap">
      {ready ? <Suspense fallback={<Plain />}><TerminalView width={width} height={height} /></Suspense> : <Plain />}
      {next ? <div className="fut" title={`Printed later in this run:\n${future.map((part) => part.text).join('').trim().slice(0, 1000)}`}>
        <span className="mono clip">{next.text}</span><span>at tick {count(next.tick)}</span></div> : null}
    </div>
  );
}

export function ConsoleHead() {
  return <span className="meta mono not-proj clip">ttyS0</span>;
}

export function ConsoleActions() {
  const runs = useApp((s) => s.runOnTyping);
  const set = useApp((s) => s.setRunOnTyping);
  return (
    <button type="button" className="btn" aria-pressed={runs}
      title={runs ? 'The machine runs on until it waits again when you type' : 'What you type waits in the UART until you step or run'}
      onClick={() => set(!runs)}>
      {runs ? 'runs as you type' : 'waits as you type'}
    </button>
  );
}
