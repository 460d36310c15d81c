/**
 * What a panel sees: the machine it stands beside, by React's context, and the page. The bars, the commands and the address
 * bar speak of the page's own machine.
 */
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { startWorker } from './link.ts';
import { createMachineStore, type MachineState, type MachineStore } from './machine-store.ts';
import { page, type PageState } from './page.ts';

export type AppState = MachineState & PageState;

export const machine: MachineStore = createMachineStore({
  connect: startWorker, preferences: page.getState, say: (notice) => page.setState({ notice }),
  progressOf: (scenario) => page.getState().progress[scenario],
  keepProgress: (scenario, progress) => page.getState().keepProgress(scenario, progress),
  forgetProgress: (scenario) => page.getState().clearProgress(scenario),
});

page.subscribe(({ lessonOpen }, before) => {
  if (before.lessonOpen && !lessonOpen) machine.getState().closeLesson();
});

/** Panels inside show this machine. */
export const MachineContext = createContext(machine);

const joined = new WeakMap<MachineState, { page: PageState; state: AppState }>();

/** Both states as one, the same object as long as neither has changed. */
export function stateOf(store: MachineStore): AppState {
  const own = store.getState(), around = page.getState();
  const known = joined.get(own);
  if (known?.page === around) return known.state;
  const state = { ...around, ...own };
  joined.set(own, { page: around, state });
  return state;
}

/** For what happens outside drawing: the state of the machine that the component shows, when it is called. */
export function useNow(): () => AppState {
  const store = useContext(MachineContext);
  return useCallback(() => stateOf(store), [store]);
}

export function useApp<T>(select: (state: AppState) => T): T {
  const store = useContext(MachineContext);
  const subscribe = useCallback((changed: () => void) => {
    const ends = [store.subscribe(changed), page.subscribe(changed)];
    return () => ends.forEach((end) => end());
  }, [store]);
  const read = () => select(stateOf(store));
  return useSyncExternalStore(subscribe, read, read);
}
