/** Listings, sources and edits. A listing is static for a build, so it is fetched once per function. */
import type { StateCreator } from 'zustand';
import type { Result } from '../../link/protocol.ts';
import type { CodePlace, Listing } from '../../link/reports.ts';
import { placeText } from '../widgets/format.ts';
import type { MachineState } from './machine-store.ts';

export type Source = NonNullable<Result<'source'>>;

/** The listing around RIP, or a file of the guest. */
export type CodeTab = { kind: 'listing' } | { kind: 'file'; file: string };

export interface CodeSlice {
  listings: readonly Listing[];
  sources: Readonly<Record<string, Source>>;
  files: readonly string[];
  /** Files with a tab of their own, in order of opening. */
  openFiles: readonly string[];
  codeTab: CodeTab;
  /** A line to bring into view once, after following a link to it. */
  revealLine: { file: string; line: number } | null;
  editing: boolean;
  /** Whole new texts that the visitor wrote, built or not. */
  drafts: Readonly<Record<string, string>>;
  showFile: (file: string, line?: number) => Promise<void>;
  showListing: () => void;
  closeFile: (file: string) => void;
  setEditing: (on: boolean) => void;
  setDraft: (file: string, text: string) => void;
  rebuild: () => Promise<void>;
  revert: (file: string) => Promise<void>;
}

/** Of the image that stands there: another program has other code at the same address. */
export function findListing(listings: readonly Listing[], { addr, image }: Pick<CodePlace, 'addr' | 'image'>): Listing | undefined {
  return listings.find((listing) => listing.image === image && addr >= listing.low && addr < listing.high);
}

/** Edits that differ from what the machine runs: its picture is out of date. */
export function unbuilt(state: Pick<MachineState, 'drafts' | 'edits'>): string[] {
  const files = new Set([...Object.keys(state.drafts), ...Object.keys(state.edits)]);
  return [...files].filter((file) => state.drafts[file] !== state.edits[file]);
}

export const createCodeSlice: StateCreator<MachineState, [], [], CodeSlice> = (set, get) => ({
  listings: [],
  sources: {},
  files: [],
  openFiles: [],
  codeTab: { kind: 'listing' },
  revealLine: null,
  editing: false,
  drafts: {},

  async showFile(file, line) {
    const { link, sources, openFiles } = get();
    let source: Source | null | undefined = sources[file];
    source ??= await link?.call('source', { file });
    if (!source) {
      get().host.say({ severity: 'error', text: `There is no source file ${file} in this build.` });
      return;
    }
    set({
      sources: { ...get().sources, [file]: source },
      openFiles: openFiles.includes(file) ? openFiles : [...openFiles, file].slice(-6),
      codeTab: { kind: 'file', file },
      revealLine: line ? { file, line } : null,
    });
  },

  showListing: () => set({ codeTab: { kind: 'listing' }, editing: false }),

  closeFile(file) {
    const { codeTab, openFiles } = get();
    const shown = codeTab.kind === 'file' && codeTab.file === file;
    set({ openFiles: openFiles.filter((other) => other !== file), ...(shown ? { codeTab: { kind: 'listing' }, editing: false } : {}) });
  },

  setEditing: (editing) => set({ editing }),

  setDraft(file, text) {
    const drafts = { ...get().drafts };
    if (get().sources[file]?.original === text) delete drafts[file];
    else drafts[file] = text;
    set({ drafts });
  },

  async rebuild() {
    const { setup, drafts, sources } = get();
    if (!setup) return;
    // Another program has other moments: one begins where it does. A moment of the kernel is found again by its event.
    const begins = unbuilt(get()).some((file) => sources[file]?.domain === 'app');
    await get().open(setup, { edits: drafts, ...(begins ? { keepInput: true } : { keepMoment: true }) });
    const { failed, phase, status } = get();
    if (begins && status && !failed && phase !== 'dead') get().host.say({ severity: 'info',
      text: `The application was built anew: this is where it begins, at ${placeText(status.place)}.` });
  },

  async revert(file) {
    const drafts = { ...get().drafts };
    delete drafts[file];
    set({ drafts });
    if (file in get().edits) await get().rebuild();
    else set({ failed: null });
  },
});
