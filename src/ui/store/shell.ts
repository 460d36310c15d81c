/** What stands open on the page: sheets, the maximised panel, table views. */
import type { StateCreator } from 'zustand';
import type { PageState } from './page.ts';

export type Sheet = 'palette' | 'help' | 'gallery' | 'share' | 'goto' | 'switches' | 'flavours' | 'compare' | 'experiment' | 'simplified' | 'breakpoints';

/** What a lesson is called that is written in the page. */
export const OWN_FILE = 'my-lesson.md';

export interface Message {
  severity: 'info' | 'error';
  text: string;
  /** It only confirms what was done, and goes by itself. */
  passes?: true;
}

/** Line and column from 1; with column 0 the whole line is meant. */
export interface OwnPlace {
  line: number;
  column: number;
  length: number;
}

export interface ShellSlice {
  sheet: Sheet | null;
  /** What is typed in the palette, which may not be there yet. */
  paletteText: string;
  notice: Message | null;
  focused: string | null;
  maximised: string | null;
  /** Panels that show their table instead of their picture. */
  tables: readonly string[];
  /** Panels asked for by a link; empty means all. */
  onlyPanels: readonly string[];
  /** The tick that the address bar holds. */
  linkedTick: number | null;
  /** From which sheet the machine was opened that has this set-up: one goes back to it from there. */
  openedFrom: { sheet: Sheet; setup: object } | null;
  /** The first moment has been drawn: what is not needed for it may come. */
  inUse: boolean;
  /** Takes the new version of the page that waits; null: there is none. */
  newVersion: (() => void) | null;
  /** The scenario whose question was put away. */
  guideClosed: string | null;
  /** The lesson stands beside the lab. */
  lessonOpen: boolean;
  /** Where there is room for one of the two: which. */
  lessonInFront: boolean;
  /** A scenario that the visitor writes here, as far as it is. */
  ownText: string | null;
  /** It stands beside the lab, in the lesson's place. */
  writing: boolean;
  /** The place in it that is to be looked at. */
  ownPlace: OwnPlace | null;
  /** Opens it, at a place or where one was. */
  writeOwn: (at?: OwnPlace) => void;
  /** The lesson that is open takes its place again. */
  endWriting: () => void;
  showLesson: (open: boolean) => void;
  bringLesson: (toFront: boolean) => void;
  keepOwnText: (text: string) => void;
  closeGuide: (scenario: string) => void;
  openSheet: (sheet: Sheet | null, text?: string) => void;
  keepOpenedFrom: (from: ShellSlice['openedFrom']) => void;
  say: (notice: Message | null) => void;
  setFocused: (id: string | null) => void;
  toggleMaximised: (id: string) => void;
  toggleTable: (id: string) => void;
}

export const createShellSlice: StateCreator<PageState, [], [], ShellSlice> = (set, get) => ({
  sheet: null,
  paletteText: '',
  notice: null,
  focused: null,
  maximised: null,
  tables: [],
  onlyPanels: [],
  linkedTick: null,
  openedFrom: null,
  newVersion: null,
  guideClosed: null,
  lessonOpen: false,
  lessonInFront: true,
  ownText: null,
  writing: false,
  ownPlace: null,
  inUse: false,

  openSheet: (sheet, text = '') => set({ sheet, paletteText: text }),
  keepOpenedFrom: (openedFrom) => set({ openedFrom }),
  closeGuide: (guideClosed) => set({ guideClosed }),
  showLesson: (lessonOpen) => set({ lessonOpen, lessonInFront: lessonOpen }),
  bringLesson: (lessonInFront) => set({ lessonInFront }),
  writeOwn: (ownPlace) => set({ sheet: null, lessonOpen: true, lessonInFront: true, writing: true, ownPlace: ownPlace ?? null }),
  endWriting: () => set({ writing: false, ownPlace: null }),
  keepOwnText: (ownText) => set({ ownText }),
  say: (notice) => set({ notice }),
  setFocused: (id) => {
    if (get().focused !== id) set({ focused: id });
  },
  toggleMaximised: (id) => set({ maximised: get().maximised === id ? null : id }),
  toggleTable: (id) => {
    const { tables } = get();
    set({ tables: tables.includes(id) ? tables.filter((other) => other !== id) : [...tables, id] });
  },
});
