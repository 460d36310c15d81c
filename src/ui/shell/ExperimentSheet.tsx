/** How much load does each configuration carry, and where does a request's time go: servers measured in workers, and every bar and point opens a request. */
import { scaleLinear, scaleLog, type ScaleLogarithmic } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { STAGES, type Bar, type LoadResult } from '../../link/experiment.ts';
import type { Catalogue } from '../../link/protocol.ts';
import { machine, stateOf, useApp } from '../store/app.ts';
import { type Choice, commandOf, experiment, momentOf, percentilePoints, type Plan, problemOf, type Run, wholeOf } from '../store/experiment.ts';
import { scenarioOfImage } from '../store/scenarios.ts';
import { count, plural } from '../widgets/format.ts';
import { Icon } from '../widgets/Icon.tsx';
import { Segmented } from '../widgets/Segmented.tsx';
import { bringToFront } from './focus.ts';
import { Sheet } from './Sheet.tsx';
import { configGlyph } from './TopBar.tsx';
import './experiment.css';

/** p99 that the published experiment held to be good. */
const LIMIT_NS = 500_000;
const COLUMNS = ['mean', 'p50', 'p90', 'p99', 'p999', 'max'] as const;
const us = (ns: number): string => (ns >= 100_000 ? (ns / 1000).toFixed(0) : (ns / 1000).toFixed(2));

type LogScale = ScaleLogarithmic<number, number>;

/** Latencies to pixels; what lies outside is drawn at the edge. */
const logScale = (from: number, to: number, a: number, b: number): LogScale => {
  const low = Math.max(1, from);
  return scaleLog([low, Math.max(to, low * 1.01)], [a, b]).clamp(true);
};

/** 1, 2 and 5 of each decade. */
const roundTicks = (scale: LogScale): number[] => scale.ticks().filter((tick) => /^[125]e/.test(tick.toExponential()));

const isUkl = (catalogue: Catalogue | null, config: string): boolean =>
  catalogue?.configs.find(({ name }) => name === config)?.switches['PRIVILEGE'] === 'ukl';
/** Members of a family differ by dash. */
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '4 2', '1 2'];

interface Measured {
  run: number;
  result: LoadResult;
}

/** Arrows to the next mark, Enter opens. */
function keys(event: KeyboardEvent, move: (by: number) => void, open: () => void): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0 && event.key !== 'Enter') return;
  event.preventDefault();
  event.stopPropagation();
  if (by === 0) open();
  else move(by);
}

// ------------------------------------------------------------------------------------------------ A: p99 against load

const CURVE = { width: 560, height: 214, left: 46, right: 88, top: 12, bottom: 32 };
/** Pixels from one line of text to the next. */
const LEAD = 12;

/** The names of lines beside their ends, none upon another. */
function Names({ ends }: { ends: readonly { config: string; y: number }[] }) {
  const { width, height, right, bottom } = CURVE, placed = ends.toSorted((a, b) => a.y - b.y);
  placed.forEach((end, n) => {
    if (n > 0) placed[n] = { ...end, y: Math.max(end.y, placed[n - 1].y + LEAD) };
  });
  for (let n = placed.length - 1, most = height - bottom; n >= 0; n--, most -= LEAD) placed[n] = { ...placed[n], y: Math.min(placed[n].y, most) };
  return <>{placed.map(({ config, y }) => <text key={config} className="ex-tick" x={width - right + 8} y={y + 4}>{config}</text>)}</>;
}

function highest(results: readonly LoadResult[]): number | null {
  const own = results.toSorted((a, b) => (a.rate ?? 0) - (b.rate ?? 0)), over = own.findIndex(({ p99 }) => p99 > LIMIT_NS);
  return (over < 0 ? own.at(-1) : own[over - 1])?.rate ?? null;
}

function Curve({ all, configs, catalogue, rate, onPick }: {
  all: readonly Measured[]; configs: readonly string[]; catalogue: Catalogue | null; rate: number | null; onPick: (one: Measured) => void;
}) {
  const rates = [...new Set(all.map(({ result }) => result.rate ?? 0))].sort((a, b) => a - b), p99s = all.map(({ result }) => result.p99);
  const { width, height, left, right, top, bottom } = CURVE;
  const x = scaleLinear([rates[0], rates.at(-1) ?? 1], [left, width - right]);
  const y = logScale(Math.min(...p99s, LIMIT_NS) * 0.8, Math.max(...p99s, LIMIT_NS) * 1.2, height - bottom, top);
  const pathOf = line<Measured>(({ result }) => x(result.rate ?? 0), ({ result }) => y(result.p99));
  const said = configs.map((config) => {
    const best = highest(all.flatMap(({ result }) => (result.config === config ? [result] : [])));
    return `${config} ${best === null ? 'has no rate with its p99 under 500 µs' : `keeps its p99 under 500 µs up to ${count(best)} requests a second`}`;
  }).join('; ');
  const move = (by: number): void => {
    const at = rates[Math.max(0, Math.min(rates.length - 1, rates.indexOf(rate ?? 0) + by))], one = all.find(({ result }) => result.rate === at);
    if (one) onPick(one);
  };
  return (
    <section className="ex-part">
      <h3>p99 against load</h3>
      <p className="ex-says">{said}.</p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`p99 against load. ${said}. Arrows choose the rate that is shown below.`} tabIndex={0}
        onKeyDown={(event) => keys(event, move, () => undefined)}>
        {roundTicks(y).map((tick) => <g key={tick}><line className="ex-grid" x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} />
          <text className="ex-tick end" x={left - 6} y={y(tick) + 4}>{count(tick / 1000)}</text></g>)}
        {rates.map((tick) => <text key={tick} className="ex-tick middle" x={x(tick)} y={height - 15}>{Math.round(tick / 1000)}</text>)}
        <text className="ex-tick" x={left} y={height - 3}>thousand requests a second; p99 in µs</text>
        <line className="ex-limit" x1={left} x2={width - right} y1={y(LIMIT_NS)} y2={y(LIMIT_NS)} />
        <text className="ex-tick ex-limit-word" x={left + 4} y={y(LIMIT_NS) - 4}>limit 500 µs</text>
        {rate === null ? null : <line className="ex-rate" x1={x(rate)} x2={x(rate)} y1={top} y2={height - bottom} />}
        {configs.map((config, n) => {
          const own = all.filter(({ result }) => result.config === config).sort((a, b) => (a.result.rate ?? 0) - (b.result.rate ?? 0));
          const ring = isUkl(catalogue, config) ? 'ring0' : 'ring3';
          return (
            <g key={config} className={`ex-${ring}`}>
              <path className="ex-line" strokeDasharray={DASHES[n % DASHES.length]} d={pathOf(own) ?? ''} />
              {own.map((one) => <circle key={one.run} className="ex-point" r={4} cx={x(one.result.rate ?? 0)} cy={y(one.result.p99)}
                onClick={() => onPick(one)} />)}
            </g>
          );
        })}
        <Names ends={configs.flatMap((config) => {
          const last = all.filter(({ result }) => result.config === config).toSorted((a, b) => (a.result.rate ?? 0) - (b.result.rate ?? 0)).at(-1);
          return last ? [{ config, y: y(last.result.p99) }] : [];
        })} />
      </svg>
    </section>
  );
}

// ------------------------------------------------------------------------------------------------ B: latency against percentile

/** One request in so many is slower: HdrHistogram's scale, on which each further nine of a percentile has the same room. */
const NINES = [{ oneIn: 1, word: 'least' }, { oneIn: 2, word: '50 %' }, { oneIn: 10, word: '90 %' }, { oneIn: 100, word: '99 %' },
  { oneIn: 1000, word: '99.9 %' }, { oneIn: 10_000, word: '99.99 %' }, { oneIn: 100_000, word: '99.999 %' }];

function Percentiles({ shown, catalogue, choice, onPick }: {
  shown: readonly Measured[]; catalogue: Catalogue | null; choice: Choice | null; onPick: (one: Measured, latency: number) => void;
}) {
  const { width, height, left, right, top, bottom } = CURVE;
  const lines = shown.map((one) => ({ one, points: percentilePoints(one.result) })), all = lines.flatMap(({ points }) => points);
  const last = Math.max(...all.map(({ oneIn }) => oneIn), 2);
  const x = logScale(1, last, left, width - right), y = logScale(Math.min(...all.map(({ value }) => value)) * 0.9,
    Math.max(...all.map(({ value }) => value)) * 1.1, height - bottom, top);
  // Within a decade there may be none that is round.
  const values = all.map(({ value }) => value), round = roundTicks(y), marks = round.length > 1 ? round : [Math.min(...values), Math.max(...values)];
  const pathOf = line<{ oneIn: number; value: number }>(({ oneIn }) => x(oneIn), ({ value }) => y(value)).curve(curveStepAfter);
  const said = shown.map(({ result }) => `${result.config}: ${(['p50', 'p90', 'p99', 'p999', 'max'] as const).map((name) =>
    `${name === 'p999' ? 'p99.9' : name} ${us(result[name])}`).join(', ')} µs`).join('; ');
  const chosen = choice && lines.find(({ one }) => one.run === choice.run);
  const at = chosen ? chosen.points.findIndex(({ value }) => value >= barOf(chosen.one, choice)) : -1;
  const move = (by: number): void => {
    const { one, points } = chosen ?? lines[0], n = Math.max(0, Math.min(points.length - 1, at < 0 ? (by > 0 ? 0 : points.length - 1) : at + by));
    onPick(one, points[n].value);
  };
  return (
    <section className="ex-part">
      <h3>Latency by percentile</h3>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <svg viewBox={`0 0 ${width} ${height}`} role="img" tabIndex={0} aria-label={`Latency by percentile. ${said}. Arrows choose a point and its request.`}
        onKeyDown={(event) => keys(event, move, () => undefined)}>
        {marks.map((tick) => <g key={tick}><line className="ex-grid" x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} />
          <text className="ex-tick end" x={left - 6} y={y(tick) + 4}>{us(tick).replace(/\.?0+$/, '')}</text></g>)}
        {NINES.filter(({ oneIn }) => oneIn <= last).map(({ oneIn, word }) => <g key={word}>
          <line className="ex-grid" x1={x(oneIn)} x2={x(oneIn)} y1={top} y2={height - bottom} />
          <text className={oneIn === 1 ? 'ex-tick' : 'ex-tick middle'} x={x(oneIn)} y={height - 15}>{word}</text></g>)}
        <text className="ex-tick" x={left} y={height - 3}>of all requests are as fast or faster; latency in µs</text>
        {lines.map(({ one, points }, n) => <g key={one.run} className={isUkl(catalogue, one.result.config) ? 'ex-ring0' : 'ex-ring3'}>
          <path className="ex-line" strokeDasharray={DASHES[n % DASHES.length]} d={pathOf(points) ?? ''} />
          {points.map(({ oneIn, value }, m) => <circle key={oneIn} className={one === chosen?.one && m === at ? 'ex-point chosen' : 'ex-point'} r={2.5}
            cx={x(oneIn)} cy={y(value)} onClick={() => onPick(one, value)}><title>{`${one.result.config}: 1 in ${count(Math.round(oneIn))} takes more than ${
              us(value)} µs`}</title></circle>)}
        </g>)}
        <Names ends={lines.map(({ one, points }) => ({ config: one.result.config, y: y(points.at(-1)?.value ?? 1) }))} />
      </svg>
    </section>
  );
}

/** Where the bar ends that a choice is from. */
const barOf = ({ result }: Measured, { example }: Choice): number => result.bars.find(({ examples }) => examples.includes(example))?.to ?? 0;

// ------------------------------------------------------------------------------------------------ C: a row for each configuration

const HISTOGRAM = { width: 300, height: 46, bins: 50 }, BAR = { width: 380, height: 26 };

interface Bin {
  count: number;
  from: number;
  to: number;
  examples: Choice['examples'];
}

/** Bars of the histogram as far apart as they can be seen; the slowest requests of each come first. */
function binsOf(bars: readonly Bar[], x: LogScale): Bin[] {
  const bins = new Map<number, Bin>();
  for (const { from, to, count: many, examples } of bars) {
    const at = Math.floor(x(from) / (HISTOGRAM.width / HISTOGRAM.bins)), bin = bins.get(at) ?? { count: 0, from, to, examples: [] };
    bins.set(at, { count: bin.count + many, from: bin.from, to, examples: [...examples, ...bin.examples].slice(0, 8) });
  }
  return [...bins.values()];
}

function Histogram({ one, x, choice, choose, open }: {
  one: Measured; x: LogScale; choice: Choice | null; choose: (choice: Choice) => void; open: () => void;
}) {
  const { result, run } = one, bins = binsOf(result.bars, x), most = Math.max(...bins.map((bin) => Math.sqrt(bin.count)));
  const width = HISTOGRAM.width / HISTOGRAM.bins, chosen = choice?.run === run ? bins.findIndex(({ examples }) => examples.includes(choice.examples[0])) : -1;
  const pick = (n: number): void => {
    const { examples } = bins[Math.max(0, Math.min(bins.length - 1, n))];
    if (examples.length) choose({ run, example: examples[0], examples });
  };
  const said = `${result.config}: half of ${plural(result.requests, 'request')} within ${us(result.p50)} µs, 99 of 100 within ${us(result.p99)}, the slowest ${
    us(result.max)}`;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions
    <svg className="ex-hist" viewBox={`0 0 ${HISTOGRAM.width} ${HISTOGRAM.height}`} role="img" tabIndex={0} data-config={result.config}
      aria-label={`Latencies. ${said}. Arrows choose a bar, Enter opens its slowest request.`}
      onKeyDown={(event) => keys(event, (by) => pick(chosen < 0 ? (by > 0 ? 0 : bins.length - 1) : chosen + by), open)}>
      {bins.map((bin, n) => {
        // Height is the root of the count: a tail of one is visible.
        const height = Math.max(1.5, (HISTOGRAM.height - 6) * (Math.sqrt(bin.count) / most)), at = Math.floor(x(bin.from) / width) * width;
        return <rect key={bin.from} className={n === chosen ? 'ex-bin chosen' : 'ex-bin'} x={at} width={width - 1} y={HISTOGRAM.height - height} height={height}
          onClick={() => pick(n)}><title>{`${us(bin.from)} to ${us(bin.to)} µs: ${plural(bin.count, 'request')}`}</title></rect>;
      })}
      {(['p50', 'p99'] as const).map((name) => <path key={name} className="ex-mark" d={`M${x(result[name])} 5 l-3 -5 h6 Z`} />)}
    </svg>
  );
}

type Around = 'all' | 'p50' | 'p99';
const stagesOf = (result: LoadResult, around: Around): LoadResult['stages'] => (around === 'all' ? result.stages : result.around[around]);
/** Who works in a stage: the cable, the kernel on the packet's or the task's behalf, the application. */
const kindOf = (name: string): string => (/^(wire|NIC)/.test(name) ? 'packet' : name === 'application' ? 'app'
  : /^(client|wake-up|poll)$/.test(name) ? 'wait' : 'kernel');

function StageBar({ result, around, scale }: { result: LoadResult; around: Around; scale: number }) {
  const stages = stagesOf(result, around), before = (n: number): number => stages.slice(0, n).reduce((sum, { ns }) => sum + ns, 0);
  const said = stages.filter(({ ns }) => ns > 0).map(({ name, ns }) => `${name} ${us(ns)}`).join(', ');
  return (
    <svg className="ex-bar" viewBox={`0 0 ${BAR.width} ${BAR.height}`} role="img" aria-label={`Stages of ${result.config} in µs: ${said}`}>
      {stages.map(({ name, ns, instructions }, n) => {
        const from = before(n) * scale, width = ns * scale;
        return <g key={name}><rect className={`ex-stage ${kindOf(name)}`} x={from} width={Math.max(0, width - 0.5)} y={0} height={BAR.height}>
          <title>{`${name}: ${us(ns)} µs, ${count(Math.round(instructions))} instructions`}</title></rect>
          {width > 30 ? <text className="ex-tick middle" x={from + width / 2} y={BAR.height / 2 + 4}>{us(ns)}</text> : null}</g>;
      })}
    </svg>
  );
}

function Rows({ shown, catalogue, around, choice, choose, open }: {
  shown: readonly Measured[]; catalogue: Catalogue | null; around: Around; choice: Choice | null; choose: (choice: Choice) => void; open: () => void;
}) {
  const least = Math.min(...shown.map(({ result }) => result.bars[0]?.from ?? 1)), most = Math.max(...shown.map(({ result }) => result.max));
  const x = logScale(least, most, 0, HISTOGRAM.width - 4);
  const longest = Math.max(...shown.map(({ result }) => stagesOf(result, around).reduce((sum, { ns }) => sum + ns, 0)), 1);
  return (
    <table className="ex-rows">
      <caption className="sr">Latency and stages of each configuration, µs modelled</caption>
      <thead><tr><th scope="col">configuration</th><th scope="col">latency, {us(least)} to {us(most)} µs, logarithmic</th>
        <th scope="col">stages, µs, {around === 'all' ? 'mean' : `around ${around}`}</th>{(['mean', 'p50', 'p99'] as const).map((name) =>
          <th key={name} scope="col" className="num">{name}</th>)}</tr></thead>
      <tbody>{shown.map((one) => (
        <tr key={one.run} className={isUkl(catalogue, one.result.config) ? 'ex-ring0' : 'ex-ring3'}>
          <th scope="row" className="mono">{catalogue ? configGlyph(catalogue, one.result.config) : null}{one.result.config}</th>
          <td><Histogram one={one} x={x} choice={choice} choose={choose} open={open} /></td>
          <td><StageBar result={one.result} around={around} scale={BAR.width / longest} /></td>
          {(['mean', 'p50', 'p99'] as const).map((name) => <td key={name} className="num">{us(one.result[name])}</td>)}
        </tr>
      ))}</tbody>
    </table>
  );
}

function Tables({ shown, around }: { shown: readonly Measured[]; around: Around }) {
  return (
    <div className="ex-tables">
      <table className="ex-rows"><caption>Latency, µs</caption>
        <thead><tr><th scope="col">configuration</th>{[...COLUMNS, 'answers/s', 'instructions', 'cycles'].map((name) =>
          <th key={name} scope="col" className="num">{name}</th>)}</tr></thead>
        <tbody>{shown.map(({ run, result }) => <tr key={run}><th scope="row" className="mono">{result.config}</th>
          {COLUMNS.map((name) => <td key={name} className="num">{us(result[name])}</td>)}
          {(['throughput', 'instructions', 'cycles'] as const).map((name) => <td key={name} className="num">{count(Math.round(result[name]))}</td>)}
        </tr>)}</tbody>
      </table>
      <table className="ex-rows"><caption>Stages, µs and instructions, {around === 'all' ? 'mean of all' : `mean around ${around}`}</caption>
        <thead><tr><th scope="col">stage</th>{shown.map(({ run, result }) => <th key={run} scope="col" className="num mono">{result.config}</th>)}</tr></thead>
        <tbody>{STAGES.map(({ name, about }, n) => <tr key={name}><th scope="row">{name}<small>{about}</small></th>
          {shown.map(({ run, result }) => {
            const { ns, instructions } = stagesOf(result, around)[n];
            return <td key={run} className="num">{us(ns)}<small>{count(Math.round(instructions))}</small></td>;
          })}</tr>)}</tbody>
      </table>
    </div>
  );
}

// ------------------------------------------------------------------------------------------------ exports

function save(name: string, data: string | Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([data], { type })), link = document.createElement('a');
  Object.assign(link, { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

function csvOf(runs: readonly Run[]): string {
  const head = ['config', 'rate', ...COLUMNS, 'throughput', 'instructions', 'cycles'] as const;
  const rows = runs.flatMap(({ result }) => (result ? [[...head.map((name) => result[name] ?? ''), ...result.stages.map(({ ns }) => ns)].join(',')] : []));
  return [[...head, ...STAGES.map(({ name }) => `${name} ns`)].join(','), ...rows, ''].join('\n');
}

/** As Chrome's tracing and Perfetto read it: what had the CPU, below the stage that it was part of. */
function traceOf({ explained }: { explained: NonNullable<LoadResult['explained']> }, config: string): string {
  const rows = STAGES.flatMap(({ name }) => {
    const own = explained.pieces.filter(({ stage }) => stage === name);
    return own.length ? [{ name: name as string, from: own[0].from, to: own[own.length - 1].to, row: 1 }] : [];
  });
  const all = [...rows, ...explained.pieces.map(({ who, from, to }) => ({ name: who, from, to, row: 2 }))];
  return JSON.stringify({ displayTimeUnit: 'ns', traceEvents: all.map(({ name, from, to, row }) =>
    ({ name, ph: 'X', ts: from / 1000, dur: (to - from) / 1000, pid: 1, tid: row, args: { config, request: explained.number } })) }, undefined, 1);
}

const DRAWN = ['fill', 'stroke', 'stroke-width', 'font-size', 'font-family', 'text-anchor'];

/** The picture as it stands, with the colours that it has. */
function svgOf(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement, from = svg.querySelectorAll<SVGElement>('*'), to = copy.querySelectorAll<SVGElement>('*');
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  from.forEach((element, n) => {
    const style = getComputedStyle(element);
    for (const name of DRAWN) to[n].style.setProperty(name, style.getPropertyValue(name));
  });
  return new XMLSerializer().serializeToString(copy);
}

// ------------------------------------------------------------------------------------------------ set-up

function NumberField({ label, value, least, most, onChange }: {
  label: string; value: number; least: number; most: number; onChange: (value: number) => void;
}) {
  // As it is typed: on the way to a number there are texts that are none. What counts is the last that was one.
  const [text, setText] = useState<string | null>(null);
  return (
    <label className="ex-field"><span>{label}</span>
      <input className="text mono" type="number" min={least} max={most} value={text ?? value} onBlur={() => setText(null)}
        aria-invalid={text !== null && wholeOf(text, least, most) === undefined} onChange={(event) => {
          const wanted = wholeOf(event.target.value, least, most);
          setText(event.target.value);
          if (wanted !== undefined) onChange(wanted);
        }} /></label>
  );
}

function SetUp({ catalogue }: { catalogue: Catalogue | null }) {
  const plan = experiment((s) => s.plan), set = experiment((s) => s.set), runs = experiment((s) => s.runs), phase = experiment((s) => s.phase);
  const start = experiment((s) => s.start), cancel = experiment((s) => s.cancel);
  const problem = problemOf(plan), isReady = plan.configs.length > 0 && problem === undefined;
  const cpus = catalogue?.switches.find(({ key }) => key === 'NR_CPUS')?.values;
  const number = (label: string, name: Exclude<keyof Plan, 'workload' | 'configs' | 'loop' | 'cpus'>, least: number, most: number): ReactNode =>
    <NumberField key={name} label={label} value={plan[name]} least={least} most={most} onChange={(value) => set({ [name]: value })} />;
  return (
    <div className="ex-setup">
      <Segmented label="Application" value={plan.workload} onChange={(workload) => set({ workload, size: workload === 'echo' ? 1 : 100 })}
        items={[{ value: 'echo', label: 'echo-server', mono: true }, { value: 'kv', label: 'kv-store', mono: true }]} />
      <fieldset><legend>Configurations</legend>
        {catalogue?.configs.map(({ name }) => {
          const own = runs.filter(({ order }) => order.config === name), done = own.reduce((sum, run) => sum + run.done, 0);
          return (
            <label key={name} className="ex-config"><input type="checkbox" checked={plan.configs.includes(name)} onChange={({ target }) =>
              set({ configs: catalogue.configs.map((one) => one.name).filter((one) => (one === name ? target.checked : plan.configs.includes(one))) })} />
              {configGlyph(catalogue, name)}<span className="mono">{name}</span><span className="grow" />
              {own.length ? <progress max={own.length} value={done} aria-label={`${name}: ${Math.floor((100 * done) / own.length)} %`} /> : null}</label>
          );
        })}
      </fieldset>
      <Segmented label="Load" value={plan.loop} onChange={(loop) => set({ loop })}
        items={[{ value: 'closed', label: 'Closed loop' }, { value: 'open', label: 'Open loop' }]} />
      {plan.loop === 'open' ? [number('from, a second', 'from', 1, 10_000_000), number('to, a second', 'to', 1, 10_000_000)] : null}
      {number('connections', 'connections', 1, 64)}{number('requests a point', 'requests', 1, 100_000)}{number('bytes', 'size', 1, 10_000)}
      <label className="ex-field"><span>CPUs</span>
        <select className="text mono" value={plan.cpus} onChange={({ target }) => set({ cpus: Number(target.value) })}>
          {Array.isArray(cpus) ? cpus.map((one) => <option key={one} value={one}>{one}</option>) : null}</select></label>
      {problem === undefined ? <p className="ex-same"><span>The same from a shell</span><code>{commandOf(plan)}</code></p>
        : <p role="alert" className="problems">{problem}</p>}
      <span className="grow" />
      {phase === 'running' ? <button type="button" className="btn boxed" onClick={cancel}>Cancel</button>
        : <button type="button" className="btn primary" data-first aria-disabled={!isReady} onClick={() => {
          if (isReady) void start();
        }}><Icon name="run" />Run</button>}
    </div>
  );
}

// ------------------------------------------------------------------------------------------------ the sheet

function Strip({ open }: { open: () => void }) {
  const choice = experiment((s) => s.choice), runs = experiment((s) => s.runs), explained = experiment((s) => s.explained);
  const explaining = experiment((s) => s.explaining), unexplained = experiment((s) => s.unexplained);
  const capturing = experiment((s) => s.capturing), capture = experiment((s) => s.capture);
  const explain = experiment((s) => s.explain), choose = experiment((s) => s.choose);
  if (!choice) return <p className="ex-strip muted">Choose a bar: it says which requests it counts, and opens one in the lab.</p>;
  const { order, result } = runs[choice.run], bar = result?.bars.find(({ examples }) => examples.includes(choice.example));
  const at = choice.examples.indexOf(choice.example);
  return (
    <div className="ex-strip" aria-live="polite">
      <span><b className="mono">{order.config}</b> request {count(choice.example.number)}: {bar ? <b>{us(bar.to)} µs</b> : null}{
        order.rate === undefined ? '' : ` at ${count(order.rate)} a second`}</span>
      {explained ? <ul>{explained.causes.filter(({ ns, median }) => ns - median >= 50).slice(0, 3).map(({ stage, who, ns, median }) =>
        <li key={`${stage} ${who}`}>{us(ns - median)} µs more than the one in the middle: {stage}, {who}</li>)}</ul> : null}
      {unexplained === null ? null : <span className="problems">{unexplained}</span>}
      <span className="grow" />
      {choice.examples.length > 1 ? <button type="button" className="btn boxed" onClick={() =>
        choose({ ...choice, example: choice.examples[(at + 1) % choice.examples.length] })}>Next in bar</button> : null}
      {explained ? <button type="button" className="btn boxed" onClick={() =>
        save(`request-${explained.number}.json`, traceOf({ explained }, order.config), 'application/json')}>Perfetto trace</button>
        : <button type="button" className="btn boxed" disabled={explaining} onClick={() => void explain()}>
          {explaining ? 'Runs again' : 'Why so long?'}</button>}
      <button type="button" className="btn boxed" disabled={capturing} data-tip="All frames of its run, for Wireshark and tcpdump: it is run again for them"
        onClick={() => void capture().then((pcap) => {
          if (pcap) save(`${order.config}${order.rate === undefined ? '' : `-${order.rate}`}.pcap`, new Uint8Array(pcap), 'application/vnd.tcpdump.pcap');
        })}>{capturing ? 'Runs again' : 'Frames (pcap)'}</button>
      {result?.image ? <button type="button" className="btn primary" onClick={open}>Open this request<kbd>Enter</kbd></button>
        : <span className="muted">Too large for a machine of the lab.</span>}
    </div>
  );
}

export function ExperimentSheet() {
  const catalogue = useApp((s) => s.catalogue), openSheet = useApp((s) => s.openSheet), keepOpenedFrom = useApp((s) => s.keepOpenedFrom);
  const runs = experiment((s) => s.runs), phase = experiment((s) => s.phase), wasCancelled = experiment((s) => s.wasCancelled);
  const rate = experiment((s) => s.rate), choice = experiment((s) => s.choice), choose = experiment((s) => s.choose), showRate = experiment((s) => s.showRate);
  const [around, setAround] = useState<Around>('all'), [asTable, setAsTable] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const all = runs.flatMap(({ result }, run) => (result ? [{ run, result }] : [])), failed = runs.filter(({ why }) => why !== undefined);
  const shown = all.filter(({ result }) => result.rate === rate), configs = [...new Set(all.map(({ result }) => result.config))];
  const isCurve = new Set(all.map(({ result }) => result.rate)).size > 1;
  const best = shown.toSorted((a, b) => a.result.mean - b.result.mean), [first] = shown;
  const open = (): void => {
    const to = experiment.getState().choice, moment = to && momentOf(to);
    const scenario = catalogue ? scenarioOfImage(catalogue.scenarios, stateOf(machine).setup?.scenario) : undefined;
    if (!moment || !scenario) return;
    const setup = { scenario: scenario.id, ...moment.setup };
    openSheet(null);
    keepOpenedFrom({ sheet: 'experiment', setup });
    void stateOf(machine).open(setup, moment.options).then(() => bringToFront('network'));
  };
  const pick = ({ run, result }: Measured, latency = result.p99): void => {
    showRate(result.rate);
    const bar = result.bars.find(({ to, examples }) => to >= latency && examples.length);
    if (bar) choose({ run, example: bar.examples[0], examples: bar.examples });
  };
  const pictures = (): void => body.current?.querySelectorAll('svg[role=img]').forEach((svg, n) => {
    if (n === 0 || !svg.classList.contains('ex-bar')) save(`experiment-${n}.svg`, svgOf(svg as SVGSVGElement), 'image/svg+xml');
  });
  return (
    <Sheet title="Experiment" className="experiment"
      about="Servers under load from the other end of the wire: each request is really served, in workers of their own. Times are modelled, not measured.">
      <div className="ex-body" ref={body}>
        <SetUp catalogue={catalogue} />
        <div className="ex-results">
          <div className="ex-head">
            <span aria-live="polite">{phase === 'running' ? `${all.length + failed.length} of ${plural(runs.length, 'run')} done`
              : runs.length === 0 ? 'Nothing is measured yet: choose configurations, and run.'
              : wasCancelled && all.length + failed.length < runs.length ? `Cancelled: ${all.length} of ${plural(runs.length, 'run')} are kept`
              : plural(all.length, 'run')}</span>
            <span className="grow" />
            {all.length ? <>
              <Segmented small label="Which requests" value={around} onChange={setAround}
                items={[{ value: 'all', label: 'all' }, { value: 'p50', label: 'around p50' }, { value: 'p99', label: 'around p99' }]} />
              <button type="button" className="btn boxed" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>Table</button>
              <button type="button" className="btn boxed" onClick={() => save('experiment.csv', csvOf(runs), 'text/csv')}>CSV</button>
              <button type="button" className="btn boxed" onClick={pictures}>SVG</button></> : null}
          </div>
          {failed.map(({ order, why }) => <p key={`${order.config} ${order.rate}`} role="alert" className="problems">{order.config}: {why}</p>)}
          {all.length ? <div className="ex-plots">
            {isCurve ? <Curve all={all} configs={configs} catalogue={catalogue} rate={rate} onPick={(one) => pick(one)} /> : null}
            {shown.length ? <Percentiles shown={shown} catalogue={catalogue} choice={choice} onPick={pick} /> : null}</div> : null}
          {shown.length > 1 && best[0] !== first ? <p className="ex-says"><code>{best[0].result.config}</code> answers in{' '}
            {us(best[0].result.mean)} µs on average,{' '}
            {(100 * (1 - best[0].result.mean / first.result.mean)).toFixed(1)} % less than <code>{first.result.config}</code>.</p> : null}
          {shown.length === 0 ? null : asTable ? <Tables shown={shown} around={around} />
            : <Rows shown={shown} catalogue={catalogue} around={around} choice={choice} choose={choose} open={open} />}
          {all.length ? <Strip open={open} /> : null}
        </div>
      </div>
    </Sheet>
  );
}
