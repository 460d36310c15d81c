import type { StepUnit } from '../../link/protocol.ts';
import type { Status } from '../../link/reports.ts';
import { command, keyCaps, keyOf, perform } from '../commands/registry.ts';
import { useApp, useNow } from '../store/app.ts';
import { isCovered } from '../store/lesson.ts';
import type { Phase } from '../store/machine.ts';
import { SPEEDS } from '../store/settings.ts';
import { count, duration, plural } from '../widgets/format.ts';
import { Icon, type IconName } from '../widgets/Icon.tsx';
import { Menu } from '../widgets/Menu.tsx';
import { RingGlyph } from '../widgets/RingGlyph.tsx';
import { Segmented } from '../widgets/Segmented.tsx';
import { Tip } from '../widgets/Tip.tsx';
import { Whose } from './Whose.tsx';

const UNITS: readonly { value: StepUnit; label: string }[] = [
  { value: 'instruction', label: 'Instruction' }, { value: 'line', label: 'Line' }, { value: 'over', label: 'Over' },
  { value: 'out', label: 'Out' }, { value: 'boundary', label: 'Boundary' }, { value: 'event', label: 'Event' },
];

interface ButtonProps {
  id: string;
  icon: IconName;
  label?: string;
  look?: string;
  iconLast?: boolean;
}

/** A button of the command registry: its key in the tooltip, its reason when it cannot run. */
export function CommandButton({ id, icon, label, look = '', iconLast = false }: ButtonProps) {
  const own = useApp((s) => s.keys);
  const now = useNow();
  const reason = useApp((s) => command(id).blocked?.(s) ?? null);
  const { title } = command(id);
  const keys = keyCaps(keyOf(id, own));
  return (
    <Tip text={reason ?? title} keys={keys}>
      <button type="button" className={`btn ${label ? '' : 'icon'} ${look}`} aria-label={label ? undefined : title} aria-disabled={reason !== null}
        onClick={(event) => {
        // Pressed with the mouse: Space goes back to being a command. With the keyboard the button keeps it.
        if (event.detail > 0) event.currentTarget.blur();
        perform(id, now());
      }}>
        {iconLast ? null : <Icon name={icon} />}
        {label ? <span>{label}</span> : null}
        {iconLast ? <Icon name={icon} /> : null}
      </button>
    </Tip>
  );
}

export function RingBadge({ status }: { status: Status | null }) {
  const covered = useApp((s) => s.lessonOpen && isCovered(s));
  if (covered) return <span className="badge-ring unknown">Ring ?<small>answer first</small></span>;
  if (!status) return <span className="badge-ring unknown">Ring ?<small>not started</small></span>;
  const { ring, ringWas, place, halted } = status;
  const app = place.domain === 'app' || place.domain === 'libc';
  const small = ringWas !== undefined && ringWas !== ring ? `was ${ringWas}` : halted ? 'halted' : ring === 0 && app ? 'application' : null;
  return (
    <span className={`badge-ring r${ring}`} data-testid="ring">
      <RingGlyph ring={ring} domain={place.domain} />
      <span>Ring {ring}</span>
      {small ? <small>{small}</small> : null}
    </span>
  );
}

/** What has gone wrong for good, up to this moment: its kind in a word or two, and the way to where it did. */
export function Trouble({ status: { trouble } }: { status: Status }) {
  const seek = useApp((s) => s.seek);
  const covered = useApp((s) => s.lessonOpen && isCovered(s));
  if (!trouble || covered) return null;
  const { word, tick, text } = trouble, said = `${text}, at tick ${count(tick)}`;
  return (
    <Tip text={`${said}: go there`}>
      <button type="button" className="chip fault trouble" aria-label={said} data-testid="trouble" onClick={() => void seek(tick)}>
        <Icon name="close" small /><span className="clip">{word}</span></button>
    </Tip>
  );
}

function Speed() {
  const speed = useApp((s) => s.speed);
  const setSpeed = useApp((s) => s.setSpeed);
  const perSecond = SPEEDS[speed] ?? Infinity;
  const text = perSecond === Infinity ? 'full speed' : `${perSecond} / s`;
  return (
    <label className="speed not-proj">
      <span className="sr">Speed of running</span>
      <input type="range" min={0} max={SPEEDS.length - 1} step={1} value={speed} aria-valuetext={text}
        onChange={(event) => setSpeed(Number(event.target.value))} />
      <span className="muted">{text}</span>
    </label>
  );
}

function Clock({ status }: { status: Status }) {
  const time = duration(status.ns);
  const past = status.tick < status.live;
  return (
    <>
      <span className="clock"><span className="k">tick</span><b data-testid="tick">{count(status.tick)}</b>
        {past ? <span className="k of">of {count(status.live)}</span> : null}</span>
      <span className="sep" />
      <span className="clock"><b>{time.value}</b><span className="k">{time.unit} modelled</span></span>
    </>
  );
}

function Where({ status }: { status: Status }) {
  const seek = useApp((s) => s.seek);
  const branch = status.branches > 1 ? `Branch ${status.branch + 1} of ${status.branches}` : null;
  if (status.tick < status.live) {
    return (
      <span className="where" data-testid="where">
        <Icon name="clock" />
        <span className="past-words">Past<span className="not-proj">: {plural(status.live - status.tick, 'tick')}<span className="long"> before live</span>
          </span></span>
        {branch ? <span className="branch">{branch}</span> : null}
        <button type="button" className="btn" onClick={() => void seek(status.live)}>Live<kbd>End</kbd></button>
      </span>
    );
  }
  return <span className="where" data-testid="where">{status.over === undefined ? <><i className="live-dot" />Live</>
    : status.over === 'shut down' ? 'Shut down' : 'Off'}{branch ? <span className="branch">{branch}</span> : null}</span>;
}

const WORK: Partial<Record<Phase, string>> = { connecting: 'starting the machine', building: 'building', busy: 'going there', running: 'running' };

/** A line that moves while the machine works, and says at what. */
function Working({ phase }: { phase: Phase }) {
  const what = WORK[phase];
  return what ? <i key={phase} className="working" role="progressbar" aria-label={what} /> : null;
}

/** In a narrow window the units are a menu. */
function UnitMenu({ unit, onChange }: { unit: StepUnit; onChange: (unit: StepUnit) => void }) {
  const label = UNITS.find(({ value }) => value === unit)?.label ?? unit;
  return (
    <Menu
      trigger={<button type="button" className="field" aria-label={`Unit of a step: ${label}`}><span>{label}</span><Icon name="chevron" small /></button>}
      entries={() => UNITS.map(({ value, label: words }) => ({ kind: 'item', key: value, content: words, chosen: value === unit,
        onSelect: () => onChange(value) }))}
    />
  );
}

export function Transport({ compact }: { compact: boolean }) {
  const status = useApp((s) => s.status);
  const phase = useApp((s) => s.phase);
  const building = useApp((s) => s.building !== null);
  const unit = useApp((s) => s.unit);
  const setUnit = useApp((s) => s.setUnit);
  const running = phase === 'running' || phase === 'busy';
  return (
    <section className="landmark" aria-label="Moment">
      <div className="trans" role="toolbar" aria-label="Time">
        <CommandButton id="start" icon="start" />
        <CommandButton id="back" icon="back" label="Back" look="boxed" />
        <CommandButton id="step" icon="forward" label="Step" look="primary" iconLast />
        {compact ? <UnitMenu unit={unit} onChange={setUnit} /> : <Segmented label="Unit of a step" items={UNITS} value={unit} onChange={setUnit} />}
        <CommandButton id="run" icon={running ? 'pause' : 'run'} label={running ? 'Pause' : 'Run'} look="boxed run" />
        <Speed />
        {status ? <Trouble status={status} /> : null}
        <span className="grow" />
        {status ? <Clock status={status} /> : null}
        {status ? <Whose status={status} /> : null}
        <RingBadge status={status} />
        {status ? <Where status={status} /> : null}
      <Working phase={building ? 'building' : phase} />
      </div>
    </section>
  );
}
