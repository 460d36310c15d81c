/**
 * The switches of the build as a set: several are changed, what does not go together is told with its reason and one change that
 * mends it, and all of it is built at once. The machine that runs stays until then.
 */
import { useEffect, useId, useState } from 'react';
import type { Catalogue, SwitchSet } from '../../link/protocol.ts';
import { useApp } from '../store/app.ts';
import { plural } from './format.ts';
import { Icon } from './Icon.tsx';

type Values = Readonly<Record<string, string>>;
type SwitchRow = Catalogue['switches'][number];

/** What the worker says of a set; the last answer stays until the next one comes. */
function useSwitchSet(set: Values, chosen: readonly string[]): SwitchSet | null {
  const link = useApp((s) => s.link);
  const setup = useApp((s) => s.setup);
  const [answer, setAnswer] = useState<SwitchSet | null>(null);
  const key = JSON.stringify([set, chosen]);
  useEffect(() => {
    let wanted = true;
    if (link && setup) void link.call('switches', { scenario: setup.scenario, config: setup.config, set: { ...set }, chosen: [...chosen] })
      .then((made) => { if (wanted) setAnswer(made); }, () => undefined);
    return () => {
      wanted = false;
    };
  }, [link, setup, key]); // eslint-disable-line react-hooks/exhaustive-deps
  return answer;
}

const words = (set: Values): string => Object.entries(set).map(([key, value]) => `${key}=${value}`).join(', ');

interface RowProps {
  /** Of this editor among others in the page. */
  prefix: string;
  row: SwitchRow;
  value: string;
  /** What the machine that runs was built with. */
  runs: string;
  reason: string | undefined;
  onChange: (value: string) => void;
}

function Row({ prefix, row: { key, values, help }, value, runs, reason, onChange }: RowProps) {
  const id = `${prefix}${key}`, changed = value !== runs;
  const shared = { id, className: 'text mono', value, 'aria-invalid': reason !== undefined, 'aria-describedby': `${id}-about` };
  return (
    <li data-changed={changed || undefined} data-conflict={reason === undefined ? undefined : true}>
      <label htmlFor={id} className="mono">{key}</label>
      {values === 'number' ? <input {...shared} type="number" min={1} onChange={(event) => onChange(event.target.value)} /> : (
        <select {...shared} onChange={(event) => onChange(event.target.value)}>{values.map((one) => <option key={one} value={one}>{one}</option>)}</select>
      )}
      <p id={`${id}-about`}>{reason === undefined ? help : <b className="reason">{reason}</b>}</p>
      {changed ? <button type="button" className="btn icon" aria-label={`Undo ${key}: back to ${runs}`} title={`Back to ${runs}`}
        onClick={() => onChange(runs)}><Icon name="undo" small /></button> : <span />}
    </li>
  );
}

export function SwitchEditor() {
  const prefix = useId();
  const catalogue = useApp((s) => s.catalogue);
  const setup = useApp((s) => s.setup);
  const build = useApp((s) => s.build);
  const failed = useApp((s) => s.failed);
  const building = useApp((s) => s.building !== null);
  const open = useApp((s) => s.open);
  const notice = useApp((s) => s.notice);
  const openSheet = useApp((s) => s.openSheet);
  /** Changes that are not built yet, in the order in which they were made. */
  const [pending, setPending] = useState<Values>({});
  const [before, setBefore] = useState<Values | null>(null);
  const set = { ...setup?.set, ...pending }, chosen = Object.keys(pending);
  const state = useSwitchSet(set, chosen);
  const runs = build?.switches ?? {};
  if (!catalogue || !setup || !state) return null;
  // What was just chosen shows at once; the rest comes with the answer.
  const values: Values = { ...state.values, ...pending };
  const changed = catalogue.switches.filter(({ key }) => values[key] !== runs[key]);
  const reasons = new Map(state.conflicts.map(({ key, reason }) => [key, reason]));
  const change = (key: string, value: string) => {
    const { [key]: _old, ...rest } = pending;
    setPending(value === runs[key] ? rest : { ...rest, [key]: value });
  };
  const use = (next: Values) => {
    setBefore(setup.set);
    setPending({});
    // Of what is asked for, only what differs from the configuration is kept: a link says no more than it must.
    const base = catalogue.configs.find(({ name }) => name === setup.config)?.switches ?? {},
      own = catalogue.scenarios.find(({ id }) => id === setup.scenario)?.set ?? {};
    void open({ ...setup, set: Object.fromEntries(Object.entries(next).filter(([key, value]) => value !== (own[key] ?? base[key]))) }, { keepInput: true });
  };
  const ready = changed.length > 0 && reasons.size === 0 && !building;
  return (
    <>
      {notice?.severity === 'error' ? <p className="problems" role="alert">{notice.text}</p> : null}
      {failed ? <ul className="problems" role="alert">{failed.diagnostics.slice(0, 8).map((d) =>
        <li key={`${d.file}${d.line}${d.message}`}>{d.line ? `${d.file}:${d.line}: ` : ''}{d.message}</li>)}</ul> : null}
      <ul className="switches">
        {catalogue.switches.map((row) => <Row key={row.key} prefix={prefix} row={row} value={values[row.key] ?? row.default} runs={runs[row.key] ?? row.default}
          reason={reasons.get(row.key)} onChange={(value) => change(row.key, value)} />)}
      </ul>
      <div className="switches-foot">
        {reasons.size > 0 ? (
          <p role="alert">
            {state.conflicts.map(({ reason }) => `${reason}.`).join(' ')}{' '}
            {state.mend ? <button type="button" className="btn boxed"
              onClick={() => setPending({ ...pending, ...state.mend })}>Set {words(state.mend)} too</button> : null}
          </p>
        ) : <p className="muted">{changed.length > 0 ? `${plural(changed.length, 'switch', 'switches')} changed, not built yet.` : 'As the machine was built.'}
          </p>}
        <span className="grow" />
        {changed.length > 0 ? null
          : <button type="button" className="btn" onClick={() => openSheet('flavours')}>Compare the flavours</button>}
        {changed.length > 0 ? <button type="button" className="btn" onClick={() => setPending({})}><Icon name="undo" small />Undo all</button>
          : before ? <button type="button" className="btn" onClick={() => use(before)}><Icon name="undo" small />Back to the switches before</button> : null}
        <button type="button" className="btn primary" aria-disabled={!ready} onClick={() => { if (ready) use(set); }}>
          {building ? 'Building' : 'Build and start'}</button>
      </div>
    </>
  );
}
