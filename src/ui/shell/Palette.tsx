import { Command, defaultFilter } from 'cmdk';
import { useEffect, useState } from 'react';
import type { EventReport, SyscallReport } from '../../link/reports.ts';
import { COMMANDS, type Command as PageCommand, type CommandGroup, keyCaps, keyOf, perform } from '../commands/registry.ts';
import { useApp, useNow } from '../store/app.ts';
import { count } from '../widgets/format.ts';

const GROUPS: readonly CommandGroup[] = ['Go to', 'Time', 'Machine', 'Panels', 'Page'];
const MAX_EVENTS = 200;

/** What an item is, for the order of what was found: first where one can go, then what one can do, last what only sets a trap. */
type Kind = 'place' | 'command' | 'trap';
const RANK: Readonly<Record<Kind, number>> = { place: 3, command: 2, trap: 1 };
const isKind = (word: string | undefined): word is Kind => word !== undefined && word in RANK;

/** Items that have the very words come before those that only have the letters. */
function rank(value: string, search: string, keywords: string[] = []): number {
  const [kind] = keywords, has = value.toLowerCase().includes(search.trim().toLowerCase());
  return has && isKind(kind) ? RANK[kind] + defaultFilter(value, search) : defaultFilter(value, search);
}

const PLACE: [Kind] = ['place'];
/** Whether there is a function of that name is not known here: it comes after what is. */
const COMMAND: [Kind] = ['command'];

function CommandItem({ command, onSelect }: { command: PageCommand; onSelect: () => void }) {
  const own = useApp((s) => s.keys);
  const keys = keyOf(command.id, own);
  return (
    <Command.Item className="menu-item" value={`${command.title} ${command.id}`} keywords={[command.arms ? 'trap' : 'command'] satisfies [Kind]}
      onSelect={onSelect}>
      <span className="clip">{command.title}</span>{command.about ? <span className="about clip">{command.about}</span> : null}<span className="grow" />
      {keys ? <kbd>{keyCaps(keys)}</kbd> : null}
    </Command.Item>
  );
}

/** Everything by name: commands, configurations, scenarios, files, the run's system calls and events. */
export function Palette() {
  const openSheet = useApp((s) => s.openSheet);
  const initial = useApp((s) => s.paletteText);
  const catalogue = useApp((s) => s.catalogue);
  const setup = useApp((s) => s.setup);
  const files = useApp((s) => s.files);
  const link = useApp((s) => s.link);
  const live = useApp((s) => s.status?.live ?? 0);
  const [text, setText] = useState(initial);
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
  const isName = /^[\w:.]{2,}$/.test(text);

  return (
    <Command.Dialog open label="Search or run" filter={rank} onOpenChange={(open) => { if (!open) openSheet(null); }} overlayClassName="veil"
      contentClassName="sheet palette" loop>
      <Command.Input
        className="palette-input" value={text} onValueChange={setText} placeholder="Search commands, files, system calls, events"
          aria-label="Search commands, files, system calls, events"
      />
      <Command.List className="palette-list" label="Found">
        <Command.Empty className="muted palette-empty">Nothing has that name.</Command.Empty>
        {text.length > 0 ? (
          <>
            <Command.Group heading="System calls of this run">
              {calls.map((call) => (
                <Command.Item key={call.index} className="menu-item" value={`syscall ${call.index} ${call.text}`} keywords={PLACE}
                  onSelect={go(() => void app().seek(call.tick))}>
                  <span className="mono clip">{call.text}</span><span className="grow" /><span className="about">tick {count(call.tick)}</span>
                </Command.Item>
              ))}
            </Command.Group>
            <Command.Group heading="Events of this run">
              {events.map((event) => (
                <Command.Item key={event.index} className="menu-item" value={`event ${event.index} ${event.kind} ${event.text}`} keywords={PLACE}
                  onSelect={go(() => void app().seek(event.tick))}>
                  <span className="clip">{event.text}</span><span className="grow" /><span className="about">tick {count(event.tick)}</span>
                </Command.Item>
              ))}
            </Command.Group>
            <Command.Group heading="Source files">
              {files.map((file) => (
                <Command.Item key={file} className="menu-item" value={`file ${file}`} keywords={PLACE} onSelect={go(() => void app().showFile(file))}>
                  <span className="mono clip">{file}</span></Command.Item>
              ))}
            </Command.Group>
          </>
        ) : null}
        {GROUPS.map((group) => (
          <Command.Group key={group} heading={group}>
            {COMMANDS.filter((one) => one.group === group && !one.arms && one.id !== 'palette' && one.id !== 'search').map((one) =>
              <CommandItem key={one.id} command={one} onSelect={go(() => perform(one.id, app()))} />)}
          </Command.Group>
        ))}
        {catalogue && setup ? (
          <>
            <Command.Group heading="Configuration">
              {catalogue.configs.map((config) => (
                <Command.Item
                  key={config.name} className="menu-item" value={`configuration ${config.name}`} keywords={COMMAND}
                  onSelect={go(() => void app().open({ ...setup, config: config.name }, { keepInput: true }))}
                >
                  <span className="mono">{config.name}</span><span className="about clip">{config.about}</span>
                </Command.Item>
              ))}
            </Command.Group>
            <Command.Group heading="Scenario">
              {catalogue.scenarios.map((one) => (
                <Command.Item
                  key={one.id} className="menu-item" value={`scenario ${one.title} ${one.id}`} keywords={COMMAND}
                  onSelect={go(() => void app().open({ scenario: one.id, config: one.config, app: one.app, set: {} }, { edits: {} }))}
                >
                  <span className="clip">{one.title}</span><span className="about clip">{one.question}</span>
                </Command.Item>
              ))}
            </Command.Group>
          </>
        ) : null}
        {isName ? (
          <Command.Group heading="Functions">
            <Command.Item className="menu-item" value={`function ${text}`} keywords={COMMAND}
              onSelect={go(() => void app().run('forward', { kind: 'function', name: text }))}>
              <span className="clip">Run to the function <span className="mono">{text}</span></span>
            </Command.Item>
          </Command.Group>
        ) : null}
        <Command.Group heading="Stops to set">
          {COMMANDS.filter((one) => one.arms).map((one) => <CommandItem key={one.id} command={one} onSelect={go(() => perform(one.id, app()))} />)}
          {isName ? (
            <Command.Item className="menu-item" value={`breakpoint ${text}`} keywords={['trap'] satisfies [Kind]}
              onSelect={go(() => void app().addBreakpoint({ kind: 'symbol', symbol: text }))}>
              <span className="clip">Stop at the function <span className="mono">{text}</span></span>
            </Command.Item>
          ) : null}
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  );
}
