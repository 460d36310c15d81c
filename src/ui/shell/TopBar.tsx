import { memo } from 'react';
import type { Catalogue } from '../../link/protocol.ts';
import { useApp } from '../store/app.ts';
import type { Setup } from '../store/machine.ts';
import { scenarioOfApp } from '../store/scenarios.ts';
import { THEMES } from '../store/settings.ts';
import { Icon } from '../widgets/Icon.tsx';
import { Menu, type MenuEntry, type Trigger } from '../widgets/Menu.tsx';
import { RingGlyph } from '../widgets/RingGlyph.tsx';
import { Segmented } from '../widgets/Segmented.tsx';
import { Tip } from '../widgets/Tip.tsx';

export function configGlyph(catalogue: Catalogue, name: string) {
  const switches = catalogue.configs.find((config) => config.name === name)?.switches;
  return <RingGlyph ring={switches?.['PRIVILEGE'] === 'ukl' ? 0 : 3} domain="app" />;
}

function Described({ name, about }: { name: string; about: string }) {
  return <span><span className="mono">{name}</span><br /><span className="about">{about}</span></span>;
}

function ScenarioMenu({ catalogue, setup }: { catalogue: Catalogue; setup: Setup | null }) {
  const open = useApp((s) => s.open);
  const openSheet = useApp((s) => s.openSheet);
  const isTaken = useApp((s) => s.lesson !== null);
  const current = setup?.byApp && !isTaken ? undefined : catalogue.scenarios.find((scenario) => scenario.id === setup?.scenario);
  return (
    <Menu
      trigger={<button type="button" className="field scenario" aria-label={`Scenario: ${current?.title ?? 'none'}`}><Icon name="bulb" />
        <span className="k not-proj">Scenario</span><span className="clip">{current?.title ?? 'none'}</span><Icon name="chevron" small /></button>}
      entries={() => [
        ...catalogue.scenarios.map(({ id, title, question, config, app }): MenuEntry => ({
          kind: 'item', key: id, content: <span><span>{title}</span><br /><span className="about">{question}</span></span>,
          onSelect: () => void open({ scenario: id, config, app, set: {} }, { edits: {} }),
        })),
        { kind: 'rule' },
        { kind: 'item', key: 'all scenarios', content: 'All scenarios', onSelect: () => openSheet('gallery') },
      ]}
    />
  );
}

function AppMenu({ catalogue, setup }: { catalogue: Catalogue; setup: Setup | null }) {
  const open = useApp((s) => s.open);
  const choose = (app: string) => {
    if (!setup || app === setup.app) return;
    // With its own question, panels and somebody who types where it reads, if it has any.
    void open({ ...setup, app, byApp: true, scenario: scenarioOfApp(catalogue.scenarios, app, setup.scenario) });
  };
  const entriesOf = (areTools: boolean): MenuEntry[] => catalogue.apps.filter(({ isTool }) => isTool === areTools).map(({ name, about }) => ({
    kind: 'item', key: name, content: areTools ? name : <Described name={name} about={about} />, chosen: name === setup?.app, onSelect: () => choose(name),
  }));
  return (
    <Menu
      trigger={<button type="button" className="field" aria-label={`App: ${setup?.app ?? 'none'}`}><span className="k not-proj">App</span>
        <span className="mono">{setup?.app ?? '...'}</span><Icon name="chevron" small /></button>}
      entries={() => [...entriesOf(false), { kind: 'label', text: 'As in a shell' }, ...entriesOf(true)]}
    />
  );
}

/** Switches that differ from the configuration, and a build that failed: the state of the build beside its control. */
function BuildState({ setup }: { setup: Setup | null }) {
  const failed = useApp((s) => s.failed);
  const building = useApp((s) => s.building);
  const openSheet = useApp((s) => s.openSheet);
  const showFile = useApp((s) => s.showFile);
  const changed = Object.entries(setup?.set ?? {});
  const errors = failed?.diagnostics.filter((diagnostic) => diagnostic.severity === 'error') ?? [];
  const first = errors[0];
  return (
    <>
      {changed.length > 0 ? (
        <button type="button" className="chip changed" onClick={() => openSheet('switches')}
          title={changed.map(([key, value]) => `${key}=${value}`).join('\n')}>
          Δ {changed.length === 1 ? changed.map(([key, value]) => `${key.toLowerCase().replaceAll('_', ' ')} ${value}`) : `${changed.length} switches`}
        </button>
      ) : null}
      {failed ? (
        <button type="button" className="chip fault" title={first?.message}
          onClick={() => { if (first?.line) void showFile(first.file, first.line); else openSheet('switches'); }}>
          ✕ build failed, {errors.length === 1 ? '1 error' : `${errors.length} errors`}
        </button>
      ) : null}
      {building ? <output className="chip">{building.done ? `building, ${building.done} of ${building.total} files` : 'building'}</output> : null}
    </>
  );
}

/** So many configurations stand beside one another; the rest, with what each is, are in a menu. */
const IN_SIGHT = 4;

interface ConfigProps {
  catalogue: Catalogue;
  setup: Setup | null;
}

function useConfigChoice({ setup }: ConfigProps): (config: string) => void {
  const open = useApp((s) => s.open);
  return (config) => setup && config !== setup.config && void open({ ...setup, config }, { keepInput: true });
}

function ConfigMenu({ from, trigger, ...props }: ConfigProps & { /** The first configuration of the menu. */ from: number; trigger: Trigger }) {
  const openSheet = useApp((s) => s.openSheet);
  const choose = useConfigChoice(props);
  return (
    <Menu
      trigger={trigger}
      entries={() => [
        ...props.catalogue.configs.slice(from).map(({ name, about }): MenuEntry => ({
          kind: 'item', key: name, content: <Described name={name} about={about} />,
          chosen: name === props.setup?.config, onSelect: () => choose(name),
        })),
        { kind: 'rule' },
        { kind: 'item', key: 'compare', content: 'Compare this run with another configuration', onSelect: () => openSheet('compare') },
        { kind: 'item', key: 'flavours', content: 'Compare the flavours: switches, kernel lines', onSelect: () => openSheet('flavours') },
        { kind: 'item', key: 'switches', content: 'Switches of the build', onSelect: () => openSheet('switches') },
      ]}
    />
  );
}

/** Which build runs: in a narrow window a menu, else the first ones side by side and a menu of the rest. */
function ConfigChoice({ compact, ...props }: ConfigProps & { compact: boolean }) {
  const { catalogue, setup } = props;
  const choose = useConfigChoice(props);
  const label = `Configuration: ${setup?.config ?? 'none'}`;
  if (compact) {
    return <ConfigMenu {...props} from={0} trigger={<button type="button" className="field" aria-label={label}>
      {setup ? configGlyph(catalogue, setup.config) : null}<span className="mono">{setup?.config ?? '...'}</span><Icon name="chevron" small /></button>} />;
  }
  const rest = catalogue.configs.slice(IN_SIGHT);
  const other = rest.find(({ name }) => name === setup?.config)?.name;
  return (
    <Segmented
      label="Configuration"
      items={catalogue.configs.slice(0, IN_SIGHT).map(({ name }) => ({ value: name, label: name, mono: true, icon: configGlyph(catalogue, name) }))}
      value={setup?.config ?? null}
      onChange={choose}
      after={<ConfigMenu {...props} from={IN_SIGHT} trigger={
        <button type="button" className={other ? 'chosen mono' : ''} aria-label={other ? label : `${rest.length} more configurations, and the switches`}>
          {other ? configGlyph(catalogue, other) : null}<span>{other ?? `${rest.length} more`}</span><Icon name="chevron" small /></button>} />}
    />
  );
}

export const TopBar = memo(function TopBar({ compact }: { compact: boolean }) {
  const catalogue = useApp((s) => s.catalogue);
  const setup = useApp((s) => s.setup);
  const theme = useApp((s) => s.theme);
  const setTheme = useApp((s) => s.setTheme);
  const openSheet = useApp((s) => s.openSheet);
  const lessonOpen = useApp((s) => s.lessonOpen);
  const showLesson = useApp((s) => s.showLesson);
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'dark';

  return (
    <header className="top">
      <span className="brand">
        <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.5" fill="none" stroke="var(--ring3)" strokeWidth="2.6" />
          <path d="M12 6.6 17.4 12 12 17.4 6.6 12Z" fill="var(--ring0)" /></svg>
        <h1>Ringside</h1>
      </span>
      {catalogue ? (
        <>
          <ScenarioMenu catalogue={catalogue} setup={setup} />
          <AppMenu catalogue={catalogue} setup={setup} />
          <ConfigChoice compact={compact} catalogue={catalogue} setup={setup} />
          <BuildState setup={setup} />
        </>
      ) : null}
      <span className="grow" />
      <button type="button" className="field search not-proj" aria-label="Search or run" onClick={() => openSheet('palette')}><Icon name="search" />
        <span className="muted clip">Search or run</span><span className="grow" /><kbd>Ctrl K</kbd></button>
      <button type="button" className="btn" aria-label="Lesson" aria-pressed={lessonOpen} onClick={() => showLesson(!lessonOpen)}><Icon name="bulb" />
        <span className="cap not-proj">Lesson</span></button>
      <button type="button" className="btn" aria-label="Share" onClick={() => openSheet('share')}><Icon name="share" /><span className="cap">Share</span>
        </button>
      <span className="sep" />
      <Tip text={`Theme: ${theme}. Next: ${nextTheme}`}>
        <button type="button" className="btn icon" aria-label={`Theme: ${theme}. Change to ${nextTheme}`} onClick={() => setTheme(nextTheme)}>
          <Icon name="theme" /></button>
      </Tip>
      <Tip text="Keys and help" keys="?">
        <button type="button" className="btn icon" aria-label="Keys and help" onClick={() => openSheet('help')}><Icon name="help" /></button>
      </Tip>
    </header>
  );
});
