/**
 * The store of one machine, as many as the page has. `status.tick` is the key to everything shown: a move is answered with
 * all that is to be seen of the moment it came to, and that is set at once, so no panel ever shows another moment than its
 * neighbour. It knows the page by what a `Host` does for it, and nothing of React or the DOM.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { type BreakpointSlice, createBreakpointSlice } from './breakpoints.ts';
import { type CodeSlice, createCodeSlice } from './code.ts';
import { type CompareSlice, createCompareSlice } from './compare.ts';
import { createLessonSlice, type LessonSlice } from './lesson.ts';
import { createFocusSlice, type FocusSlice } from './focus.ts';
import type { Link } from './link.ts';
import { createMachineSlice, type MachineSlice } from './machine.ts';
import { createSelectionSlice, type SelectionSlice } from './selection.ts';
import type { Progress } from './progress.ts';
import type { Preferences } from './settings.ts';
import type { Message } from './shell.ts';
import { createTimelineSlice, type TimelineSlice } from './timeline.ts';
import { createTraceSlice, type TraceSlice } from './trace.ts';

/** What a machine in the page needs from around it. */
export interface Host {
  /** A lab of its own: asked again when the one before is gone, and for the other configuration of an overlay. */
  connect: () => Link;
  preferences: () => Preferences;
  say: (message: Message | null) => void;
  /** How far the visitor has come in a lesson. */
  progressOf: (scenario: string) => Progress | undefined;
  keepProgress: (scenario: string, progress: Progress) => void;
  forgetProgress: (scenario: string) => void;
}

/** The part of the state that is the host's. */
export interface HostSlice {
  host: Host;
}

export type MachineState = HostSlice & MachineSlice & CodeSlice & BreakpointSlice & TimelineSlice & CompareSlice & SelectionSlice & TraceSlice & LessonSlice
  & FocusSlice;
export type MachineStore = StoreApi<MachineState>;

export function createMachineStore(host: Host): MachineStore {
  return createStore<MachineState>()((...a) => ({
    host,
    ...createMachineSlice(...a),
    ...createCodeSlice(...a),
    ...createBreakpointSlice(...a),
    ...createTimelineSlice(...a),
    ...createCompareSlice(...a),
    ...createSelectionSlice(...a),
    ...createTraceSlice(...a),
    ...createLessonSlice(...a),
    ...createFocusSlice(...a),
  }));
}
