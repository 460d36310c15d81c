/** How far the visitor has come in which lesson: kept in this browser, nowhere else. */
import type { StateCreator } from 'zustand';
import type { PageState } from './page.ts';

export interface Progress {
  /** The step that was open last. */
  at: string;
  /** Predictions that are over: answered rightly, or given up. */
  answered: Readonly<Record<string, 'right' | 'shown'>>;
  /** The checks held at the end. */
  done: boolean;
}

export interface ProgressSlice {
  progress: Readonly<Record<string, Progress>>;
  keepProgress: (scenario: string, progress: Progress) => void;
  /** Of one lesson, or of all. */
  clearProgress: (scenario?: string) => void;
}

const STORAGE = 'ringside-lessons';

/** What is stored may be from another version, or damaged: what makes no sense is left out. */
function load(): Record<string, Progress> {
  let raw: unknown;
  try {
    raw = JSON.parse(localStorage.getItem(STORAGE) ?? '{}');
  } catch {
    return {}; // no storage, or not ours
  }
  if (typeof raw !== 'object' || raw === null) return {};
  return Object.fromEntries(Object.entries(raw).flatMap(([scenario, one]: [string, unknown]) => {
    if (typeof one !== 'object' || one === null) return [];
    const { at, answered, done } = one as Record<string, unknown>;
    if (typeof at !== 'string' || typeof answered !== 'object' || answered === null) return [];
    const kept = Object.entries(answered).filter((pair): pair is [string, 'right' | 'shown'] => pair[1] === 'right' || pair[1] === 'shown');
    return [[scenario, { at, answered: Object.fromEntries(kept), done: done === true }]];
  }));
}

export const createProgressSlice: StateCreator<PageState, [], [], ProgressSlice> = (set, get) => {
  const save = (progress: Record<string, Progress>): void => {
    set({ progress });
    try {
      localStorage.setItem(STORAGE, JSON.stringify(progress));
    } catch {
      set({ notice: { severity: 'info', text: 'This browser keeps no progress for this page; it lasts until it is closed.' } });
    }
  };
  return {
    progress: load(),
    keepProgress: (scenario, progress) => save({ ...get().progress, [scenario]: progress }),
    clearProgress: (scenario) => save(scenario === undefined ? {}
      : Object.fromEntries(Object.entries(get().progress).filter(([id]) => id !== scenario))),
  };
};
