/** What the visitor prefers, kept in the browser: theme, step unit, speed, keys. Never part of a link. */
import type { StateCreator } from 'zustand';
import type { StepUnit } from '../../link/protocol.ts';
import type { PageState } from './page.ts';

export type Theme = 'dark' | 'light' | 'projector';
export const THEMES: readonly Theme[] = ['dark', 'light', 'projector'];

/** Steps a second; Infinity is as fast as the machine goes. */
export const SPEEDS: readonly number[] = [1, 2, 4, 8, 20, 60, Infinity];

interface Saved {
  theme: Theme;
  unit: StepUnit;
  speed: number;
  singleKeys: boolean;
  keys: Record<string, string>;
  runOnTyping: boolean;
}

/** Those that a machine has to know when it is moved. */
export type Preferences = Pick<Saved, 'unit' | 'speed' | 'runOnTyping'>;

export interface SettingsSlice extends Saved {
  setTheme: (theme: Theme) => void;
  setUnit: (unit: StepUnit) => void;
  setSpeed: (index: number) => void;
  setSingleKeys: (on: boolean) => void;
  /** A key of one's own for a command; null gives back the usual one. */
  bindKey: (command: string, key: string | null) => void;
  setRunOnTyping: (on: boolean) => void;
}

const STORAGE = 'ringside-settings';
const UNITS: readonly StepUnit[] = ['instruction', 'line', 'over', 'out', 'boundary', 'event'];

function systemTheme(): Theme {
  return window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

/** What is stored may be from another version, or damaged: each field is taken only if it makes sense. */
function load(): Saved {
  let raw: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(STORAGE) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) raw = parsed as Record<string, unknown>;
  } catch {
    raw = {}; // no storage (private window), or not ours: the defaults serve
  }
  const keys: Record<string, string> = {};
  if (typeof raw['keys'] === 'object' && raw['keys'] !== null) {
    for (const [command, key] of Object.entries(raw['keys'])) if (typeof key === 'string') keys[command] = key;
  }
  return {
    theme: THEMES.find((theme) => theme === raw['theme']) ?? systemTheme(),
    unit: UNITS.find((unit) => unit === raw['unit']) ?? 'instruction',
    speed: typeof raw['speed'] === 'number' && raw['speed'] >= 0 && raw['speed'] < SPEEDS.length ? Math.floor(raw['speed']) : SPEEDS.length - 1,
    singleKeys: raw['singleKeys'] !== false,
    keys,
    runOnTyping: raw['runOnTyping'] !== false,
  };
}

export const createSettingsSlice: StateCreator<PageState, [], [], SettingsSlice> = (set, get) => {
  const save = (patch: Partial<Saved>) => {
    set(patch);
    const { theme, unit, speed, singleKeys, keys, runOnTyping } = get();
    try {
      localStorage.setItem(STORAGE, JSON.stringify({ theme, unit, speed, singleKeys, keys, runOnTyping }));
    } catch {
      set({ notice: { severity: 'info', text: 'This browser keeps no settings for this page; they last until it is closed.' } });
    }
  };
  return {
    ...load(),
    setTheme: (theme) => save({ theme }),
    setUnit: (unit) => save({ unit }),
    setSpeed: (speed) => save({ speed }),
    setSingleKeys: (singleKeys) => save({ singleKeys }),
    setRunOnTyping: (runOnTyping) => save({ runOnTyping }),
    bindKey(command, key) {
      const keys = { ...get().keys };
      if (key === null) delete keys[command];
      else keys[command] = key;
      save({ keys });
    },
  };
};
