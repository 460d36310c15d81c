import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { ObjectField, ObjectRef, ObjectRoot } from '../../../link/objects.ts';
import { NotYet } from '../../widgets/NotYet.tsx';
import { useApp } from '../../store/app.ts';
import { bytesText, hex, plural } from '../../widgets/format.ts';
import './objects.css';

const GROUPS: readonly (readonly [group: ObjectRoot['group'], title: string])[] = [
  ['here', 'Variables of this function'], ['CPU', 'Words of this CPU'], ['space', 'The address space'], ['locks', 'Locks held or wanted'], ['globals',
    'Global variables'],
];

const shortType = (type: string): string => type.replace(/^(?:struct|union) /, '');
const offsetOf = ({ at }: ObjectField, from: bigint): string => `+${hex(at - from)}`;

function useDoors(): { open: (field: ObjectField) => void; card: ObjectRef | null } {
  const card = useApp((s) => s.views.objects?.card ?? null), openObject = useApp((s) => s.openObject);
  const machine = useApp((s) => s.link), showFile = useApp((s) => s.showFile);
  const from = card && { at: card.at, type: card.type };
  return { card: from, open: ({ link, code }) => {
    if (link) void openObject(link, from);
    else if (code !== undefined) void machine?.call('describe', { addr: code }).then(({ file, line }) => (file ? showFile(file, line) : undefined));
  } };
}

function Row({ field, base, isFirst, onOpen }: { field: ObjectField; base: bigint; isFirst: boolean; onOpen: () => void }) {
  const { depth, name, type, at, bytes, text, was, link, code } = field, isDoor = link !== undefined || code !== undefined;
  const tip = [`${name}: \`${type}\``, `${hex(at)}, ${plural(bytes, 'byte')}`, ...(was === undefined ? [] : [`before: ${was}`, `now: ${text}`]),
    ...(link ? ['Enter: open it'] : code === undefined ? [] : ['Enter: show its code'])].join('\n');
  return (
    <div role="option" aria-selected={was !== undefined} tabIndex={isFirst ? 0 : -1} {...(isFirst ? { 'data-panel-focus': true } : {})} data-tip={tip}
      className={`ob-row ${was === undefined ? '' : 'changed'}`} data-door={isDoor || undefined} data-walk={`=${hex(at)}`}
      aria-label={`${name}, ${type}, ${was === undefined ? text || 'holds what follows' : `was ${was}, is ${text}`}${link ? ', leads to an object'
        : code === undefined
        ? '' : ', leads to code'}`}
      onClick={(event) => {
        // A field of one's own is a door; where it stands is walked by its key.
        event.stopPropagation();
        if (isDoor) onOpen();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !isDoor) return;
        event.preventDefault();
        event.stopPropagation();
        onOpen();
      }}>
      <span className="num off">{offsetOf(field, base)}</span>
      <span className="mono nm clip" style={{ paddingLeft: `calc(${depth * 12} * var(--u))` }}>{name}</span>
      <span className="mono val clip">{was === undefined ? null : <><s>{was}</s> <i>→</i> </>}{was === undefined ? text : <b>{text}</b>}{isDoor
        ? <em> ▸</em> : null}</span>
      <span className="mono ty clip">{type}</span>
    </div>
  );
}

/** Where one may begin: a list that is filtered as one types. */
function Roots() {
  const roots = useApp((s) => s.views.objects?.roots), openObject = useApp((s) => s.openObject);
  const [open, setOpen] = useState(false), [text, setText] = useState('');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) box.current?.querySelector('input')?.focus();
  }, [open]);
  if (!roots) return null;
  const wanted = text.trim().toLowerCase(), found = roots.filter(({ name, type }) => `${name} ${type}`.toLowerCase().includes(wanted));
  const choose = ({ at, type }: ObjectRoot): void => {
    setOpen(false);
    setText('');
    void openObject({ at, type }, null);
  };
  return (
    <>
      <button type="button" className="btn boxed" aria-expanded={open} onClick={() => setOpen(!open)}>Begin at…</button>
      {open ? (
        // The keys are those of its field and its buttons.
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
        <div className="ob-roots" ref={box} onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          setOpen(false);
        }}>
          <input type="text" spellCheck={false} value={text} placeholder="name or type" aria-label="Name or type of an object"
            onChange={(event) => setText(event.target.value)} onKeyDown={(event) => {
              if (event.key === 'Enter' && found[0]) choose(found[0]);
            }} />
          <div className="ob-found">
            {GROUPS.map(([group, title]) => {
              const mine = found.filter((root) => root.group === group);
              return mine.length === 0 ? null : (
                <section key={group} aria-label={title}><h3>{title}</h3>{mine.map((root, n) => (
                  <button type="button" key={`${root.name} ${n}`} onClick={() => choose(root)}><b className="mono">{root.name}</b> <span
                    className="mono">{root.type}</span>
                  </button>
                ))}</section>
              );
            })}
            {found.length === 0 ? <p>Nothing here has that name or type.</p> : null}
          </div>
        </div>
      ) : null}
    </>
  );
}

function Trail() {
  const trail = useApp((s) => s.objectTrail), cutTrail = useApp((s) => s.cutTrail);
  const earlier = trail.slice(0, -1);
  return (
    <nav className="ob-trail" aria-label="How one came here">
      {trail.length > 0 ? <button type="button" className="btn" onClick={() => void cutTrail(trail.length - 1)}
        data-tip={trail.length > 1 ? 'back to the one before' : 'back to what the CPU leads to'}>◂ back</button> : null}
      {earlier.slice(-3).map(({ at, type }, n) => {
        const index = Math.max(0, earlier.length - 3) + n;
        return <button type="button" className="btn mono clip" key={`${index} ${at}`} data-tip={`${type} at ${hex(at)}`}
          onClick={() => void cutTrail(index + 1)}>{shortType(type)} ›</button>;
      })}
    </nav>
  );
}

export function ObjectsPanel() {
  const view = useApp((s) => s.views.objects), cutTrail = useApp((s) => s.cutTrail), length = useApp((s) => s.objectTrail.length);
  const list = useRef<HTMLDivElement>(null), { open } = useDoors();
  const at = view?.card?.at;
  useEffect(() => {
    if (list.current) list.current.scrollTop = 0;
  }, [at]);
  if (!view) return <NotYet />;
  const { card, says } = view;
  const onKeyDown = (event: KeyboardEvent): void => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[role=option]') ?? [])], now = rows.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Backspace' && length > 0 && now >= 0) void cutTrail(length - 1).then(() =>
      list.current?.querySelector<HTMLElement>('[role=option]')?.focus());
    else if (now >= 0 && ['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) {
      const to = event.key === 'ArrowDown' ? now + 1 : event.key === 'ArrowUp' ? now - 1 : event.key === 'Home' ? 0 : rows.length - 1;
      rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // The keys are those of its list.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="ob-body" onKeyDown={onKeyDown}>
      <div className="ob-bar"><Roots /><Trail /></div>
      <p className="ob-says">{says}</p>
      {!card ? null : card.missing === undefined ? (
        <div className="ob-view"><div role="listbox" aria-label={`Fields of ${card.type}`} className="ob-list" ref={list} tabIndex={-1}>
          {card.fields.map((field, n) => <Row key={`${n} ${field.name}`} field={field} base={card.at} isFirst={n === 0} onOpen={() => open(field)} />)}
          {card.more > 0 ? <div className="ob-more">and {plural(card.more, 'more field')}, which a card has no room for</div> : null}
        </div></div>
      ) : <p className="empty">There is no {card.type} to be seen: {card.missing}.</p>}
      {card ? <div className="ob-foot num">{hex(card.at)}, {bytesText(card.bytes)}</div> : null}
    </div>
  );
}

export function ObjectsTable() {
  const view = useApp((s) => s.views.objects), { open } = useDoors();
  if (!view?.card) return <p className="empty">There is no object here.</p>;
  const { card } = view;
  return (
    <table className="data">
      <caption>{card.type} {card.called} at {hex(card.at)}, {bytesText(card.bytes)}{card.missing === undefined ? '' : `: ${card.missing}`}</caption>
      <thead><tr><th className="num">Offset</th><th>Field</th><th>Type</th><th>Value</th><th>Before this step</th></tr></thead>
      <tbody>{card.fields.map((field, n) => (
        <tr key={`${n} ${field.name}`} aria-current={field.was !== undefined}><td className="num">{offsetOf(field, card.at)}</td>
          <td className="mono" style={{ paddingLeft: `calc(${10 + field.depth * 12} * var(--u))` }}>{field.name}</td><td className="mono">{field.type}</td>
          <td className="mono">{field.link || field.code !== undefined ? <button type="button" onClick={() => open(field)}>{field.text}</button>
            : field.text}</td>
          <td className="mono">{field.was ?? ''}</td></tr>
      ))}</tbody>
    </table>
  );
}
