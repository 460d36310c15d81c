/** Machines in one page: each has a store of its own, and the same panels show whichever they stand beside. */
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { CONSOLE_PORT } from '../../base/input.ts';
import { labOfItsOwn, type OwnLab } from '../../lab/testing-link.ts';
import { count } from '../widgets/format.ts';
import { createMachineStore, type Host, type MachineStore } from './machine-store.ts';
import { scenarioOfApp, scenarioOfImage } from './scenarios.ts';

vi.stubGlobal('window', { matchMedia: () => ({ matches: false }) });
vi.stubGlobal('localStorage', { getItem: () => null });

const quietHost: Omit<Host, 'connect'> = { preferences: () => ({ unit: 'instruction', speed: 6, runOnTyping: true }), say: () => undefined,
  progressOf: () => undefined, keepProgress: () => undefined, forgetProgress: () => undefined };

interface Open {
  lab: OwnLab;
  store: MachineStore;
}

async function open(scenario: string, config: string): Promise<Open> {
  const lab = labOfItsOwn();
  const store = createMachineStore({ ...quietHost, connect: () => lab.link });
  await store.getState().connect();
  const info = store.getState().catalogue?.scenarios.find(({ id }) => id === scenario);
  await store.getState().open({ scenario, config, app: info?.app ?? '', set: {} });
  return { lab, store };
}

describe('two machines in one page', () => {
  let one: Open, other: Open;
  beforeAll(async () => {
    one = await open('hello', 'linux');
    other = await open('hello', 'ukl');
  }, 60_000);

  it('move one without the other', async () => {
    const { status } = other.store.getState(), tick = one.store.getState().status?.tick ?? 0;
    await one.store.getState().step('forward');
    expect(one.store.getState().status?.tick).toBe(tick + 1);
    expect(other.store.getState().status).toBe(status);
    expect(other.lab.session.lab()?.tick).toBe(status?.tick);
  });

  it('know of each scenario what is in its image and who asks', () => {
    const { catalogue } = one.store.getState(), { scenarios = [], apps = [] } = catalogue ?? {}, asked = scenarios.filter(({ load }) => load);
    expect(asked.length).toBeGreaterThan(0);
    for (const { id } of asked) {
      expect(scenarioOfImage(scenarios, id)).toMatchObject({ port: CONSOLE_PORT, set: {}, args: [] });
      for (const { name } of apps) expect(asked.map((scenario) => scenario.id), name).not.toContain(scenarioOfApp(scenarios, name, id));
    }
  });

  it('are shown by the same panels, each in its place', async () => {
    const { MachineContext } = await import('./app.ts');
    const { PANELS } = await import('../shell/panels.ts');
    for (const { store } of [one, other]) {
      for (const { needs } of PANELS) store.getState().show(needs);
      await store.getState().step('forward');
    }
    const draw = (id: string, { store }: Open): string => {
      const Table = PANELS.find((panel) => panel.id === id)?.Table;
      return Table ? renderToStaticMarkup(createElement(MachineContext, { value: store }, createElement(Table))) : '';
    };
    for (const { id } of PANELS) {
      // A panel may bring its table when it is wanted.
      await vi.waitFor(() => expect(draw(id, one), id).not.toBe(''), 20_000);
      // Where neither has anything to show there is nothing to tell apart.
      const empty = [one, other].every((machine) => draw(id, machine).startsWith('<p class="empty">') ||
        (id === 'locks' && machine.store.getState().views.locks?.locks.length === 0));
      if (empty) expect(['locks', 'network']).toContain(id);
      else expect(draw(id, one), id).not.toBe(draw(id, other));
    }
    for (const machine of [one, other]) {
      const { status } = machine.store.getState();
      expect(draw('code', machine)).toContain(`${status?.place.addr.toString(16)}`);
      expect(draw('timeline', machine)).toContain(count(status?.tick ?? 0).slice(0, 3));
    }
  });
});

describe('a move', () => {
  it('is one request: what is in sight comes with the answer', async () => {
    const { lab, store } = await open('hello', 'linux');
    const hide = store.getState().show(() => ({ cpu: true, stacks: true, path: true, console: true,
      timeline: { from: 0, to: 10, columns: 10, follow: true } }));
    await store.getState().seek(store.getState().status?.tick ?? 0);
    lab.asked.length = 0;
    await store.getState().step('forward');
    await store.getState().step('back');
    expect(lab.asked).toEqual(['step', 'step']);
    expect(Object.keys(store.getState().views).sort()).toEqual(['console', 'cpu', 'path', 'stacks', 'timeline']);
    hide();
    await store.getState().step('forward');
    expect(store.getState().views).toEqual({});
  });

  it('brings what comes into sight meanwhile; without a move that is asked for together, once', async () => {
    const { lab, store } = await open('hello', 'linux');
    lab.asked.length = 0;
    store.getState().show(() => ({ code: true, listings: { have: [...store.getState().listings] } }));
    await store.getState().seek(store.getState().status?.tick ?? 0);
    expect(lab.asked).toEqual(['seek']);
    expect(store.getState().listings).not.toHaveLength(0);
    await store.getState().step('forward');
    for (const name of ['cpu', 'stacks']) store.getState().show(() => ({ [name]: true }));
    await vi.waitFor(() => expect(store.getState().views).toHaveProperty('stacks'));
    expect(lab.asked).toEqual(['seek', 'step', 'views']);
    expect(store.getState().listings, 'a function is told once').toHaveLength(new Set(store.getState().listings.map(({ low }) => low)).size);
  });
});

describe('one\'s own path', () => {
  it('leads back to where a travel began, and forth again; a step is no travel', async () => {
    const { store } = await open('hello', 'linux');
    const tick = () => store.getState().status?.tick ?? 0;
    const begun = tick();
    await store.getState().run('forward', { kind: 'event', event: 'syscall-exit' });
    await store.getState().step('forward');
    const far = tick();
    await store.getState().seek(100);
    await store.getState().retrace('back');
    expect(tick()).toBe(far);
    await store.getState().retrace('back');
    expect(tick()).toBe(begun);
    expect(store.getState().been).toEqual([]);
    await store.getState().retrace('forward');
    await store.getState().retrace('forward');
    expect(tick()).toBe(100);
  });

  it('does not wait for what only a list of files waits for', async () => {
    const lab = labOfItsOwn(), { call } = lab.link;
    const link: OwnLab['link'] = { ...lab.link, call: (method, params) => (method === 'files' ? new Promise(() => undefined) : call(method, params)) };
    const store = createMachineStore({ ...quietHost, connect: () => link });
    await store.getState().connect();
    await store.getState().open({ scenario: 'hello', config: 'linux', app: 'hello', set: {} });
    const tick = store.getState().status?.tick ?? 0;
    await store.getState().step('forward');
    expect(store.getState().status?.tick).toBe(tick + 1);
  });

  it('is not left for a place that never comes', async () => {
    const { store } = await open('hello', 'linux');
    const { status } = store.getState();
    await store.getState().run('forward', { kind: 'address', addr: 0x10n });
    expect(store.getState()).toMatchObject({ stop: { kind: 'unmet' }, been: [] });
    expect(store.getState().status?.tick).toBe(status?.tick);
  });
});

describe('another configuration', () => {
  it('is typed at as the one before was', async () => {
    const { lab, store } = await open('console-echo', 'linux');
    await store.getState().run('forward');
    await store.getState().type('what was typed\n');
    const { setup } = store.getState();
    if (setup) await store.getState().open({ ...setup, config: 'ukl' }, { keepInput: true });
    await store.getState().run('forward');
    expect(store.getState().build?.config).toBe('ukl');
    expect(lab.session.lab()?.consoleText().match(/what was typed/g)).toHaveLength(2);
  });
});

describe('while the machine runs', () => {
  it('what it prints is there before it stops', async () => {
    const { lab, store } = await open('hello', 'linux');
    store.getState().show(() => ({ console: true }));
    await store.getState().step('forward');
    const { status, console: { text } } = store.getState();
    const seen: string[] = [];
    const end = store.subscribe((state, old) => {
      if (state.phase !== 'running') return;
      seen.push(state.console.text);
      if (status && old.phase !== 'running') lab.tell({ kind: 'progress', status, output: { from: text.length, text: 'first part' } });
    });
    await store.getState().run('forward');
    end();
    expect(seen).toContain(`${text}first part`);
    expect(store.getState()).toMatchObject({ phase: 'stopped', console: { text: lab.session.lab()?.consoleText() } });
  });
});
