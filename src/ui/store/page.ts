/** What belongs to the page and not to a machine in it: preferences, what stands open, what is said. */
import { createStore } from 'zustand/vanilla';
import { createProgressSlice, type ProgressSlice } from './progress.ts';
import { createSettingsSlice, type SettingsSlice } from './settings.ts';
import { createShellSlice, type ShellSlice } from './shell.ts';

export type PageState = SettingsSlice & ShellSlice & ProgressSlice;

export const page = createStore<PageState>()((...a) => ({ ...createSettingsSlice(...a), ...createShellSlice(...a), ...createProgressSlice(...a) }));
