import { Command } from 'cmdk';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { EVENT_KINDS, EVENTS, toldOf } from '../../link/events.ts';
import type { EventReport, SyscallReport } from '../../link/reports.ts';
import { COMMANDS, type Command as PageCommand, type CommandGroup, keyCaps, keyOf, perform } from '../commands/registry.ts';
import { useApp, useNow } from '../store/app.ts';
import { count } from '../widgets/format.ts';
import { found, functionIn, namesIn, type Group, type Item, type Kind } from './palette-order.ts';

const GROUPS: readonly CommandGroup[] = ['Go to', 'Time', 'Machine', 'Panels', 'Page'];
const MAX_EVENTS = 200;
/** So many system calls of which a name has the words are offered to run to. */
const MAX_NAMES = 4;
/** Kinds that the table of commands has by itself. */
const COMMANDED: ReadonlySet<string> = new Set(COMMANDS.flatMap(({ aheadTo }) => aheadTo ?? []));

/** The focus, before the dialog gives it: that would mark all that was typed till now, for the next letter to replace. */
function goOnTyping(input: HTMLInputElement | null): void {
  input?.focus();
  input?.setSelectionRange(input.value.length, input.value.length);
}

/** Everything by name: commands, configurations, scenarios, files, the run's system calls and events. */
export function Palette() {
  const openSheet = useApp((s) => s.openSheet);
  const own = useApp((s) => s.keys);
  const text = useApp((s) => s.paletteText);
  const catalogue = useApp((s) => s.catalogue);
  const setup = useApp((s) => s.setup);
  const files = useApp((s) => s.files);
  const link = useApp((s) => s.link);
  const live = useApp((s) => s.status?.live ?? 0);
  const [calls, setCalls] = useState<readonly SyscallReport[]>([]);
  const [events, setEvents] = useState<readonly EventReport[]>([]);

  useEffect(() => {
    let shown = true;
    void (async () => {
      if (!link || live === 0) return;
      const [allCalls, someEvents] = await Promise.all([
        link.call('syscalls', {}),
        link.call('events', { from: 0, to: live, kinds: ['exception', 'interrupt', 'panic', 'red-zone-write', 'context-switch'], limit: MAX_EVENTS }),
      ]);
      if (!shown) return;
      setCalls(allCalls);
      setEvents(someEvents);
    })();
    return () => {
      shown = false;
    };
  }, [link, live]);

  const go = (run: () => void) => () => {
    openSheet(null);
    run();
  };
  const app = useNow();
  const list = useRef<HTMLDivElement>(null);
  // What is chosen first is the first: there it is seen, also when more is found meanwhile.
  useLayoutEffect(() => {
    list.current?.scrollTo(0, 0);
  }, [text, calls, events]);
  const name = functionIn(text), isAsked = text.length > 0;
  const item = (kind: Kind, key: Item['key'], value: string, run: () => void, body: ReactNode): Item => ({ kind, key, value, onSelect: go(run), body });
  const commandItem = ({ id, title, about, arms, aheadTo }: PageCommand): Item => {
    const keys = keyOf(id, own);
    return { also: about ?? '', ...item(arms ? 'trap' : aheadTo ? 'ahead' : 'command', id, `${title} ${id}`, () => perform(id, app()), <>
      <span className="clip">{title}</span>{about ? <span className="about clip">{about}</span> : null}<span className="grow" />
      {keys ? <kbd>{keyCaps(keys)}</kbd> : null}</>) };
  };
  const ahead = (name: string, nth: number): Item[] => [
    item('call', `to ${name}`, `run to the next ${name}, system call syscall`,
      () => void app().run('forward', { kind: 'event', event: 'syscall-entry', match: { name } }),
      <span className="clip">Run to the next <span className="mono">{name}</span></span>),
    // Of the others that have it within a name this would be too much.
    ...(nth > 0 ? [] : [{ also: 'end of system call syscall', ...item('call', `until ${name}`, `run until ${name} returns`,
      () => void app().runUntilReturn(name), <span className="clip">Run until <span className="mono">{name}</span> returns</span>) }])];
  const groups: Group[] = [
    { heading: 'System calls ahead', items: namesIn(text, (catalogue?.syscalls ?? []).map((call) => call.name), MAX_NAMES).flatMap(ahead) },
    { heading: 'Events ahead', items: !isAsked ? [] : EVENT_KINDS.filter((kind) => !COMMANDED.has(kind)).map((kind) =>
      item('ahead', kind, `run to the next ${kind.replaceAll('-', ' ')} ${kind}`, () => void app().run('forward', { kind: 'event', event: kind }), <>
        <span className="clip">Run to the next {kind.replaceAll('-', ' ')}</span><span className="about clip">{EVENTS[kind].about}</span></>)) },
    { heading: 'System calls of this run', items: !isAsked ? [] : calls.map((call) =>
      item('place', call.index, `syscall ${call.index} ${call.text} system call`, () => void app().seek(call.tick), <>
        <span className="mono clip">{call.text}</span><span className="grow" /><span className="about">tick {count(call.tick)}</span></>)) },
    { heading: 'Events of this run', items: !isAsked ? [] : events.map((event) =>
      item('moment', event.index, `event ${event.index} ${event.kind} ${toldOf(event)}`, () => void app().seek(event.tick), <>
        <span className="clip">{toldOf(event)}</span><span className="grow" /><span className="about">tick {count(event.tick)}</span></>)) },
    { heading: 'Source files', items: !isAsked ? [] : files.map((file) =>
      item('file', file, `file ${file}`, () => void app().showFile(file), <span className="mono clip">{file}</span>)) },
    ...GROUPS.map((group): Group => ({ heading: group, items: COMMANDS.filter((one) => one.group === group && !one.arms && one.id !== 'palette' &&
      one.id !== 'search').map(commandItem) })),
    { heading: 'Configuration', items: !setup ? [] : (catalogue?.configs ?? []).map(({ name, about }) =>
      item('command', name, `configuration ${name}`, () => void app().open({ ...setup, config: name }, { keepInput: true }), <>
        <span className="mono">{name}</span><span className="about clip">{about}</span></>)) },
    { heading: 'Scenario', items: !setup ? [] : (catalogue?.scenarios ?? []).map(({ id, title, question, config, app: program }) =>
      item('command', id, `scenario ${title} ${id}`, () => void app().open({ scenario: id, config, app: program, set: {} }, { edits: {} }), <>
        <span className="clip">{title}</span><span className="about clip">{question}</span></>)) },
    // Whether there is a function of that name is not known here: it comes after what is.
    { heading: 'Functions', items: name === undefined ? [] : [item('function', 'function', `run to the function ${name}`,
      () => void app().run('forward', { kind: 'function', name }),
      <span className="clip">Run to the function <span className="mono">{name}</span></span>)] },
    { heading: 'Stops to set', items: [...COMMANDS.filter((one) => one.arms).map(commandItem), ...(name === undefined ? [] : [item('trap', 'breakpoint',
      `stop at the function ${name} breakpoint`, () => void app().addBreakpoint({ kind: 'symbol', symbol: name }),
      <span className="clip">Stop at the function <span className="mono">{name}</span></span>)])] },
  ];

  return (
    <Command.Dialog open label="Search or run" shouldFilter={false} onOpenChange={(open) => { if (!open) openSheet(null); }} overlayClassName="veil"
      contentClassName="sheet palette" loop>
      <Command.Input
        ref={goOnTyping}
        className="palette-input" value={text} onValueChange={(typed) => openSheet('palette', typed)} placeholder="Search commands, files, system calls, events"
        aria-label="Search commands, files, system calls, events"
      />
      <Command.List className="palette-list" label="Found" ref={list}>
        <Command.Empty className="muted palette-empty">Nothing has that name.</Command.Empty>
        {found(groups, text).map(({ heading, items }) => (
          <Command.Group key={heading} heading={heading}>
            {items.map(({ key, value, onSelect, body }) => (
              <Command.Item key={key} className="menu-item" value={value} onSelect={onSelect}>{body}</Command.Item>))}
          </Command.Group>
        ))}
      </Command.List>
    </Command.Dialog>
  );
}
