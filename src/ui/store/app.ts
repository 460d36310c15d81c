/**
 * The page's one store. `status.tick` is the key to everything shown: after each stop all views of that tick arrive
 * together and are set together, so no panel ever shows another moment than its neighbour.
 */
import { create } from 'zustand';
import { type BreakpointSlice, createBreakpointSlice } from './breakpoints.ts';
import { type CodeSlice, createCodeSlice } from './code.ts';
import { type CompareSlice, createCompareSlice } from './compare.ts';
import { createMachineSlice, type MachineSlice } from './machine.ts';
import { createSelectionSlice, type SelectionSlice } from './selection.ts';
import { createSettingsSlice, type SettingsSlice } from './settings.ts';
import { createShellSlice, type ShellSlice } from './shell.ts';
import { createTimelineSlice, type TimelineSlice } from './timeline.ts';

export type AppState = MachineSlice & CodeSlice & BreakpointSlice & TimelineSlice & CompareSlice & SelectionSlice & SettingsSlice & ShellSlice;

export const useApp = create<AppState>()((...a) => ({
  ...createMachineSlice(...a),
  ...createCodeSlice(...a),
  ...createBreakpointSlice(...a),
  ...createTimelineSlice(...a),
  ...createCompareSlice(...a),
  ...createSelectionSlice(...a),
  ...createSettingsSlice(...a),
  ...createShellSlice(...a),
}));
