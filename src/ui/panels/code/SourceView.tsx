import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Breakpoint } from '../../../link/reports.ts';
import { useApp } from '../../store/app.ts';
import { isAssembly, SourceText } from './highlight.tsx';
import { BreakMark, Mark } from './ListingView.tsx';

/** A whole file of the guest. Lines that made code have a bar; a click on one runs there. */
export function SourceView({ file }: { file: string }) {
  const source = useApp((s) => s.sources[file]);
  const draft = useApp((s) => s.drafts[file]);
  const code = useApp((s) => s.views.code);
  const breakpoints = useApp((s) => s.breakpoints);
  const reveal = useApp((s) => s.revealLine);
  const selectCode = useApp((s) => s.selectCode);
  const toggleBreakpoint = useApp((s) => s.toggleBreakpoint);
  const run = useApp((s) => s.run);
  const box = useRef<HTMLDivElement>(null);
  const text = draft ?? source?.text ?? '';
  const lines = useMemo(() => text.split('\n'), [text]);
  const withCode = useMemo(() => new Set(source?.lines.map((line) => line.line) ?? []), [source]);
  const wanted = reveal?.file === file ? reveal.line : code?.next.file === file ? code.next.line : 0;
  const [selected, setSelected] = useState(0);

  useEffect(() => {
    if (wanted > 0) box.current?.querySelector(`[data-line="${wanted}"]`)?.scrollIntoView({ block: 'center' });
  }, [wanted, file]);

  const spec = (line: number): Breakpoint['spec'] => ({ kind: 'line', file, line });
  const select = (line: number) => {
    setSelected(line);
    selectCode(spec(line));
    box.current?.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      select(Math.min(lines.length, Math.max(1, (selected || wanted || 1) + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter' && selected > 0 && !event.ctrlKey && !event.metaKey) {
      void run(event.shiftKey ? 'back' : 'forward', { kind: 'line', file, line: selected });
    }
  };

  return (
    <div className="area"><div
      ref={box} className="lines source" role="listbox" tabIndex={0} aria-label={`Source of ${file}`} data-panel-focus
        aria-activedescendant={selected ? `line-${selected}` : undefined}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const line = Number((event.target as Element).closest('[data-line]')?.getAttribute('data-line') ?? 0);
        if (line === 0) return;
        select(line);
        if ((event.target as Element).closest('[data-gutter]')) void toggleBreakpoint(spec(line));
        else if (withCode.has(line)) void run('forward', { kind: 'line', file, line });
      }}
    >
      {lines.map((content, index) => {
        const line = index + 1;
        const state = code?.next.file === file && code.next.line === line ? 'next' : code?.ran?.file === file && code.ran.line === line ? 'ran' : undefined;
        return (
          <div key={line} id={`line-${line}`} role="option" aria-selected={line === selected} data-line={line}
            className={`ln c ${state ?? ''} ${withCode.has(line) ? 'has' : ''} ${line === selected ? 'sel' : ''}`}>
            <i className="body-bg" />
            <span className="gut" data-gutter><BreakMark breakpoint={breakpoints.find((b) =>
              b.spec.kind === 'line' && b.spec.file === file && b.spec.line === line)} /></span>
            <span className="mk"><Mark state={state} /></span><span className="bar" /><span className="no">{line}</span>
            <span className="tx"><SourceText text={content} assembly={isAssembly(file)} /></span><span className="an" />
          </div>
        );
      })}
    </div></div>
  );
}
