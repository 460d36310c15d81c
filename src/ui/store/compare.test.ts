/** The overlay runs the build and the input that are compared: against the real lab, behind a link without a worker. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONSOLE_PORT } from '../../base/input.ts';
import { labOfItsOwn } from '../../lab/testing-link.ts';
import type { Params } from '../../link/protocol.ts';
import { createMachineStore, type Host } from './machine-store.ts';

const quietHost: Omit<Host, 'connect'> = { preferences: () => ({ unit: 'instruction', speed: 6, runOnTyping: true }), say: () => undefined,
  progressOf: () => undefined, keepProgress: () => undefined, forgetProgress: () => undefined };

/** Every lab that the machine has asked for: its own, and the overlay's. */
const opened: ReturnType<typeof labOfItsOwn>[] = [];

/** A scenario that types by itself. */
vi.mock('../../lab/sources.ts', async (original) => {
  const sources = await original<typeof import('../../lab/sources.ts')>();
  const asked = '---\nid: asked\ntitle: A line\nquestion: Where does it go?\napp: console-echo\nconfig: linux\ninput: "its own line\\n"\npanels: [code]\n' +
    '---\nProse.\n';
  return { ...sources, scenarioSources: () => new Map([...sources.scenarioSources(), ['scenarios/asked.md', asked]]) };
});

const connect = () => {
  const fresh = labOfItsOwn();
  opened.push(fresh);
  return fresh.link;
};
const store = createMachineStore({ ...quietHost, connect });

/** The page's machine at its first call of that name that has returned, with the overlay of another configuration. */
async function overlaid(setup: Params<'open'>, typed: string, name: string, config: string): Promise<void> {
  const own = labOfItsOwn();
  const { scenario, build } = await own.link.call('open', setup);
  if (typed) await own.link.call('input', { port: CONSOLE_PORT, bytes: new TextEncoder().encode(typed) });
  await own.link.call('run', { direction: 'forward', until: { kind: 'event', event: 'syscall-exit', match: { name } } });
  const { path } = await own.link.call('views', { show: { path: true } });
  store.setState({
    link: own.link, scenario, build, edits: {}, views: path ? { path } : {}, overlay: null, overlayProblem: null, overlayBusy: false,
    setup: { scenario: setup.scenario, config: build.config, app: build.app, set: setup.set ?? {} },
  });
  await store.getState().setOverlay(config);
}

describe('the overlay', () => {
  afterEach(async () => {
    await store.getState().setOverlay(null);
    opened.length = 0;
  });

  it('is built with the switches that differ from the configuration', async () => {
    await overlaid({ scenario: 'hello', config: 'ukl', set: { VMAP_STACK: 'off' } }, '', 'write', 'ukl-byp');
    expect(store.getState()).toMatchObject({ overlayProblem: null, overlay: { config: 'ukl-byp', name: 'write', nth: 0 } });
    expect(opened[0].session.lab()?.options.switches).toMatchObject({ VMAP_STACK: 'off', UKL_BYPASS: 'on' });
  });

  it('says which switch does not go with the other configuration', async () => {
    await overlaid({ scenario: 'hello', config: 'ukl', set: { UKL_PF: 'ist' } }, '', 'write', 'linux');
    expect(store.getState().overlay).toBeNull();
    expect(store.getState().overlayProblem).toContain('UKL_PF');
  });

  it('is given what was typed, and the input of the scenario, once', async () => {
    await overlaid({ scenario: 'asked' }, '', 'write', 'ukl');
    expect(store.getState().overlay).toMatchObject({ config: 'ukl', name: 'write' });
    // The terminal's echo and the program's.
    expect(opened[0].session.lab()?.consoleText().match(/its own line/g)).toHaveLength(2);
    await overlaid({ scenario: 'console-echo' }, 'one line\n', 'write', 'ukl-nss');
    expect(opened[1].session.lab()?.consoleText().match(/one line/g)).toHaveLength(2);
  });
});
