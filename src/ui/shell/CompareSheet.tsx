/** The run so far beside the same program and input in another configuration: what each system call costs in both. */
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { byName, type CallPair, type Costs, differs, MEASURE_KEYS, MEASURES, type Measure } from '../../link/comparison.ts';
import { useApp, useNow } from '../store/app.ts';
import type { Compared } from '../store/compare.ts';
import { count, plural } from '../widgets/format.ts';
import { Icon } from '../widgets/Icon.tsx';
import { Sheet } from './Sheet.tsx';
import './compare.css';

/** More calls than that are shown by name. */
const MAX_ROWS = 200;

const signed = (n: number): string => (n === 0 ? 'same' : `${n > 0 ? '+' : ''}${count(n)}`);

/** What is the same, and where they part, in words. */
function Saying({ made }: { made: Compared }) {
  const { first, pairs, parts, outputDiffersAt: at, printed, upTo } = made, pair = first === undefined ? undefined : pairs[first];
  const said = (one: NonNullable<Compared['parts']>['a']): ReactNode => (one ? <><code>{one.name}</code> in ring {one.ring}, by {one.via}</> : 'nothing more');
  const total = made.whole.difference.cycles;
  return (
    <p className="cp-says">
      {at === undefined ? `The same output, ${plural(printed, 'character')}. ` : <b className="bad">The output differs from character {count(at)} on. </b>}
      {!pair ? 'No system call differs in anything that is counted.' : !pair.a || !pair.b
        ? <>First difference: <code>{(pair.a ?? pair.b)?.text}</code>, which only {pair.a ? 'A' : 'B'} has.</>
        : <>First difference: <code>{pair.a.text}</code>{parts ? <>, where A comes to {said(parts.a)}, and B to {said(parts.b)}</> : null}.</>}
      {total === undefined ? null : ` In all ${signed(total)} cycles, modelled.`}
      {upTo === undefined ? null : ` A has run to tick ${count(upTo)} so far: what B does after that is left out.`}
    </p>
  );
}

/** From what to what, by how much, and how long both are beside the greater. */
function Cell({ measure, a, b, difference }: { measure: Measure; a: Costs | undefined; b: Costs | undefined; difference: Costs }) {
  const from = a?.[measure], to = b?.[measure], by = difference[measure];
  if (from === undefined && to === undefined) return <td className="num none">·</td>;
  if (from === undefined || to === undefined) return <td className="num"><span>{count(from ?? to ?? 0)}</span></td>;
  const most = Math.max(from, to, 1);
  return (
    <td className={`num${by ? ' changed' : ''}`}>
      <span>{count(from)} → <b>{count(to)}</b></span><em>{signed(by ?? 0)}</em>
      <i className="cp-bar" aria-hidden="true"><i style={{ width: `${(100 * Math.min(from, to)) / most}%` }} /><i className="diff"
        style={{ width: `${(100 * Math.abs(to - from)) / most}%` }} /></i>
    </td>
  );
}

function Rows({ pairs, selected, onOpen }: { pairs: readonly CallPair[]; selected: number; onOpen: (pair: CallPair) => void }) {
  return pairs.map((pair, n) => {
    const { a, b, difference } = pair, one = a ?? b;
    return (
      <tr key={`${a?.tick} ${b?.tick}`} data-row={n} aria-current={n === selected || undefined} className={!a || !b ? 'lone' : undefined}>
        <th scope="row">
          {a ? <button type="button" className="mono clip" data-tip={`${one?.text}\ntick ${count(a.tick)}: open it in the lab, with B as overlay`}
            onClick={() => onOpen(pair)}>{one?.text}</button> : <span className="mono clip" data-tip={one?.text}>{one?.text}</span>}
          <small>{!a ? 'only in B' : !b ? 'only in A' : `task ${a.pid}${a.pid === b.pid ? '' : `, in B ${b.pid}`}`}</small>
        </th>
        {MEASURE_KEYS.map((key) => <Cell key={key} measure={key} a={a?.costs} b={b?.costs} difference={difference} />)}
      </tr>
    );
  });
}

function Table({ made, selected, onOpen }: { made: Compared; selected: number; onOpen: (pair: CallPair) => void }) {
  const { pairs, whole } = made;
  return (
    <table className="cp-table">
      <caption className="sr">What each system call costs in {made.a} and in {made.b}</caption>
      <thead><tr><th scope="col">A → B</th>{MEASURE_KEYS.map((key) => <th key={key} scope="col" className="num">{MEASURES[key]}</th>)}</tr></thead>
      <tbody>
        {pairs.length <= MAX_ROWS ? <Rows pairs={pairs} selected={selected} onOpen={onOpen} />
          : byName(pairs).map(({ name, count: times, a, b, difference }) => (
          <tr key={name}><th scope="row"><span className="mono">{name}</span><small>× {times.a === times.b ? count(times.a)
            : `${count(times.a)} → ${count(times.b)}`}</small></th>
            {MEASURE_KEYS.map((key) => <Cell key={key} measure={key} a={a} b={b} difference={difference} />)}</tr>
        ))}
      </tbody>
      <tfoot><tr><th scope="row">all that both have</th>{MEASURE_KEYS.map((key) => <Cell key={key} measure={key} {...whole} />)}</tr></tfoot>
    </table>
  );
}

export function CompareSheet() {
  const configs = useApp((s) => s.catalogue?.configs), setup = useApp((s) => s.setup), made = useApp((s) => s.compared);
  const problem = useApp((s) => s.compareProblem), withConfig = useApp((s) => s.comparedWith), compareWith = useApp((s) => s.compareWith);
  const setOverlay = useApp((s) => s.setOverlay), openSheet = useApp((s) => s.openSheet), seek = useApp((s) => s.seek);
  const now = useNow(), [selected, setSelected] = useState(-1);
  const body = useRef<HTMLDivElement>(null);
  // The machine may have gone on since, or be another one.
  useEffect(() => {
    const { comparedWith, setup: run, compareWith: compare } = now();
    if (comparedWith !== null && comparedWith !== run?.config) void compare(comparedWith);
  }, [now]);
  const pairs = made?.pairs ?? [], apart = pairs.flatMap((pair, n) => (differs(pair) ? [n] : []));
  const toDifference = (forward: boolean): void => {
    const to = forward ? apart.find((n) => n > selected) : apart.findLast((n) => n < selected);
    if (to === undefined) return;
    setSelected(to);
    const row = body.current?.querySelector<HTMLElement>(`[data-row="${to}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    row?.querySelector('button')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 'd' || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    toDifference(!event.shiftKey);
  };
  /** The call in the lab, and what B does differently over it. */
  const open = ({ a }: CallPair): void => {
    if (!a) return;
    openSheet(null);
    void seek(a.tick).then(() => setOverlay(withConfig));
  };
  return (
    <Sheet title="Compare" className="compare"
      about="The run so far is A. B is the same program, given the same input, in another configuration: it really runs, in a worker of its own.">
      {/* d and Shift+d are those of its buttons. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div className="cp-body" ref={body} onKeyDown={onKeyDown}>
        <div className="cp-head">
          <span>A <b className="mono">{setup?.config}</b> against B</span>
          <select data-first className="text mono" aria-label="Configuration to compare with" value={withConfig ?? ''}
            onChange={(event) => {
              setSelected(-1);
              void compareWith(event.target.value);
            }}>
            <option value="" disabled>choose one</option>
            {configs?.map(({ name }) => name).filter((name) => name !== setup?.config).map((name) => <option key={name}>{name}</option>)}
          </select>
          <span className="grow" />
          {made ? <>
            <span className="muted" aria-live="polite">{apart.length === 0 ? 'no difference' : selected < 0 ? plural(apart.length, 'difference')
              : `difference ${apart.indexOf(selected) + 1} of ${apart.length}`}</span>
            <button type="button" className="btn boxed" aria-disabled={!apart.some((n) => n < selected)} onClick={() => toDifference(false)}>
              <Icon name="left" small />Difference</button>
            <button type="button" className="btn boxed" aria-disabled={!apart.some((n) => n > selected)} onClick={() => toDifference(true)}>
              Difference<Icon name="right" small /></button>
          </> : null}
        </div>
        {problem ? <p role="alert" className="problems">{problem}</p> : null}
        {made ? <Saying made={made} /> : null}
        {/* What scrolls can be scrolled by keys. */}
        {made ? <section className="cp-scroll" tabIndex={0} aria-label="System calls of both">
          <Table made={made} selected={selected} onOpen={open} /></section> : null}
        {!made && !problem ? <p className="empty">{withConfig === null ? 'Choose a configuration, and it runs what this machine has run.'
          : `Running ${withConfig} on the same input, and counting what each call costs in both.`}</p> : null}
      </div>
    </Sheet>
  );
}
