import { Component, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useApp } from '../store/app.ts';
import { unbuilt } from '../store/code.ts';
import { Icon } from '../widgets/Icon.tsx';
import { Tip } from '../widgets/Tip.tsx';
import { About } from './About.tsx';
import { keyOfPanel, type PanelDefinition } from './panel.ts';

/** A bug in one panel must not take the page with it: the others stay, and this one says what happened. */
class Guard extends Component<{ children: ReactNode; title: string }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <div className="panel-error" role="alert">
        <b>{this.props.title} cannot be drawn here.</b> {this.state.error.message}
        <button type="button" className="btn boxed" onClick={() => this.setState({ error: null })}>Try again</button>
      </div>
    );
  }
}

function useSize(): [(element: HTMLElement | null) => void, { width: number; height: number }] {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const observer = useRef<ResizeObserver | null>(null);
  const attach = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect();
    if (!element) return;
    observer.current = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: Math.round(entry.contentRect.width), height: Math.round(entry.contentRect.height) });
    });
    observer.current.observe(element);
  }, []);
  return [attach, size];
}

interface Props {
  panel: PanelDefinition;
  /** In place of number and title: the tabs of all that share its place; null where these say it above. */
  title?: ReactNode;
}

export function PanelFrame({ panel, title }: Props) {
  const summary = useApp(panel.summary);
  const focused = useApp((s) => s.focused === panel.id);
  const maximised = useApp((s) => s.maximised === panel.id);
  const asTable = useApp((s) => s.tables.includes(panel.id));
  const running = useApp((s) => s.phase === 'running');
  const stale = useApp((s) => unbuilt(s).length > 0);
  const toggleMaximised = useApp((s) => s.toggleMaximised);
  const toggleTable = useApp((s) => s.toggleTable);
  const rebuild = useApp((s) => s.rebuild);
  const show = useApp((s) => s.show);
  useEffect(() => show(panel.needs), [show, panel]);
  const [body, size] = useSize();
  const { Component: Body, Table, Head, Actions } = panel;

  return (
    <section
      className="panel"
      data-panel={panel.id}
      data-focused={focused || undefined}
      data-running={(running && !panel.streams) || undefined}
      aria-label={`${panel.title}: ${summary}`}
      tabIndex={-1}
    >
      <div className={title === null ? 'ph low' : 'ph'}>
        {title === undefined ? <><span className="num" aria-hidden="true">{keyOfPanel(panel)}</span><h2>{panel.title}</h2></> : title}
        {Head ? <Head /> : null}
        {stale && !panel.tellsAge ? (
          <button type="button" className="chip changed" onClick={() => void rebuild()} title="The source has been edited since this machine was built">old
            code, rebuild</button>
        ) : null}
        {running && !panel.streams ? <span className="chip">running</span> : null}
        <span className="grow" />
        {Actions ? <Actions /> : null}
        <Tip text={asTable ? 'Show as a picture' : 'Show as a table'}>
          <button type="button" className="btn icon" aria-pressed={asTable} aria-label={`${panel.title} as a table`} onClick={() => toggleTable(panel.id)}>
            <Icon name="table" small /></button>
        </Tip>
        <About panel={panel} />
        <Tip text={maximised ? 'Restore' : 'Maximise'} keys="F">
          <button type="button" className="btn icon" aria-pressed={maximised} aria-label={maximised ? `Restore ${panel.title}` : `Maximise ${panel.title}`}
            onClick={() => toggleMaximised(panel.id)}>
            <Icon name={maximised ? 'restore' : 'maximise'} small />
          </button>
        </Tip>
      </div>
      <div className="panel-body" ref={body}>
        <Guard title={panel.title}>
          {asTable ? <section className="table-view" tabIndex={0} aria-label={`${panel.title} as a table`}><Table /></section>
            : <Body width={size.width} height={size.height} />}
        </Guard>
      </div>
    </section>
  );
}
