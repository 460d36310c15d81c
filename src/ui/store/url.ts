/** The page's state in the URL fragment: read once at the start, written after each stop, so that a reload comes back. */
import type { VirtAddr } from '../../base/units.ts';
import type { Authored } from '../../link/lesson.ts';
import { setupOfLink, type LinkSetup } from '../../link/link-names.ts';
import { makePatch, applyPatch } from '../../link/patch.ts';
import type { LinkSelection, LinkState } from '../../link/share.ts';
import { machine, stateOf } from './app.ts';
import { setupOf, stepsOf } from './lesson.ts';
import { page } from './page.ts';
import type { OpenOptions } from './machine.ts';
import { OWN_FILE } from './shell.ts';
import { squeeze } from './squeeze.ts';

const WRITE_AFTER_MS = 250;

/** Parameters that say that the page stands in a frame, and in whose. */
const FRAME = ['embed', 'host'];

/** Reading and writing links comes with its schema; a visit without a link does not wait for it. */
const share = () => import('../../link/share.ts');

/** What is selected in the panels now, as far as a link can say it. */
function selectionNow(): LinkSelection {
  const { selectedSlot, selectedCode, lock, walked, codeTab } = stateOf(machine);
  const file = codeTab.kind === 'file' ? codeTab.file : undefined;
  return {
    ...(selectedSlot === null ? {} : { slot: selectedSlot }), ...(lock === null ? {} : { lock }), ...(walked === null ? {} : { walk: walked }),
    ...(selectedCode?.kind === 'address' ? { code: selectedCode.addr } : {}), ...(file === undefined ? {} : { file }),
    ...(selectedCode?.kind === 'line' && selectedCode.file === file ? { line: selectedCode.line } : {}),
  };
}

async function select({ slot, code, lock, walk, file, line }: LinkSelection): Promise<void> {
  const state = stateOf(machine);
  if (slot !== undefined) state.selectSlot(slot as VirtAddr);
  if (code !== undefined) state.selectCode({ kind: 'address', addr: code as VirtAddr });
  if (lock !== undefined) await state.chooseLock(lock as VirtAddr);
  if (walk !== undefined) await state.walk(typeof walk === 'bigint' ? walk as VirtAddr : walk);
  if (file === undefined) return;
  await state.showFile(file, line);
  if (line !== undefined) state.selectCode({ kind: 'line', file, line });
}

/** Everything a link holds, from what the page shows now. */
export async function currentLink(): Promise<LinkState | null> {
  const { link, setup, edits, breakpoints, onlyPanels, status, phase, lessonOpen, lessonAt, ownLessons } = stateOf(machine);
  if (!setup) return null;
  const own = ownLessons[setup.scenario];
  const state: LinkState = { ...(own ? { own } : {}), scenario: setup.scenario, config: setup.config, app: setup.app, set: { ...setup.set },
    ...(setup.byApp ? { byApp: true } : {}) };
  if (onlyPanels.length > 0) state.panels = [...onlyPanels];
  const selection = selectionNow();
  if (Object.keys(selection).length > 0) state.selection = selection;
  if (lessonOpen && lessonAt !== null) state.lesson = lessonAt;
  if (breakpoints.length > 0) state.breakpoints = breakpoints.map((breakpoint) => breakpoint.spec);
  if (!link || !status || phase === 'dead') return state;
  const moment = await link.call('moment', {});
  state.tick = moment.tick;
  if (status.focus) state.focus = status.focus;
  state.imageHash = moment.imageHash;
  if (moment.anchor) state.anchor = moment.anchor;
  if (moment.inputs.length > 0) state.inputs = moment.inputs;
  if (moment.pending) state.pending = moment.pending;
  const patches: NonNullable<LinkState['edits']> = {};
  for (const [file, text] of Object.entries(edits)) {
    const source = await link.call('source', { file });
    if (source) patches[file] = makePatch(source.original, text);
  }
  if (Object.keys(patches).length > 0) state.edits = patches;
  return state;
}

/** The address of the whole page with this fragment: a frame's own parameters are left out. */
function addressOf(fragment: string): string {
  const url = new URL(fragment, window.location.href);
  for (const name of FRAME) url.searchParams.delete(name);
  return url.href;
}

type Encoded = { url: string; refused?: undefined; state: LinkState } | { url?: undefined; refused: string; state: LinkState };

/** The link that holds all of a state, or why there is none. @param parts what it is, in words. */
async function encoded(state: LinkState, parts: readonly string[]): Promise<Encoded> {
  const { encodeLink } = await share(), { fragment, refused } = await encodeLink(state, squeeze);
  const whole = parts.join(' and '), does = parts.length > 1 ? 'do' : 'does';
  return fragment === undefined ? { refused: `${whole[0].toUpperCase()}${whole.slice(1)} ${does} not fit into a link: ${refused}.`, state }
    : { url: addressOf(fragment), state };
}

const ownPart = ({ own }: LinkState): string[] => (own ? [`the lesson ${own.file}`] : []);

/** The link to what the page shows, with its choice of panels or another, or why there is none; null before there is anything. */
export async function currentUrl({ panels }: { panels?: readonly string[] } = {}): Promise<Encoded | null> {
  const state = await currentLink();
  if (!state) return null;
  if (panels) state.panels = [...panels];
  return encoded(state, ['this moment', ...ownPart(state)]);
}

/** The link to the lesson that is written here, or else to the one that is open, from its beginning: nothing of this machine is in it. */
export async function lessonUrl({ panels }: { panels: readonly string[] }): Promise<Encoded | { url?: undefined; refused: string; state?: undefined } | null> {
  const { link, scenario, lesson, ownLessons, writing, ownText } = stateOf(machine);
  if (!link || !scenario) return null;
  const isWritten = writing && ownText !== null, own = isWritten ? { file: OWN_FILE, text: ownText } : ownLessons[scenario.id];
  const read = own ? await link.call('author', { ...own, keep: false }) : { scenario, diagnostics: [] }, [first] = read.diagnostics;
  if (!read.scenario) return { refused: `The lesson cannot be shared yet: mend line ${first.line} (${first.message}).` };
  const state: LinkState = { ...setupOf(read.scenario), panels: [...panels],
    ...(own ? { own: { ...own, file: isWritten ? `${read.scenario.id}.md` : own.file } } : lesson ? { lesson: stepsOf(lesson)[0] } : {}) };
  return encoded(state, own ? ownPart(state) : ['this lesson']);
}

/** A link may hold its scenario itself: that is looked at, and nothing is kept of it. What is wrong with it is told. */
async function ownOf(state: LinkState | null, problems: string[]): Promise<(Authored & { fits: boolean }) | undefined> {
  const read = state?.own && await stateOf(machine).link?.call('author', { ...state.own, keep: false });
  if (!read) return undefined;
  const { scenario, diagnostics: { length } } = read, fits = scenario?.id === state.scenario;
  if (!scenario) problems.push(`The lesson in the link, ${state.own?.file}, cannot be opened: ${length === 1 ? 'one mistake' : `${length} mistakes`}.`);
  else if (!fits) problems.push(`The link is to "${state.scenario}", and the lesson in it is "${scenario.id}".`);
  return { ...read, fits };
}

/** What a page that followed this link would say against it; empty when it can be opened as it is. */
export async function wrongWithLink(fragment: string): Promise<string[]> {
  const { state, problems } = await (await share()).decodeLink(fragment, squeeze), own = await ownOf(state, problems);
  const { catalogue } = stateOf(machine);
  if (!state && problems.length === 0) return ['The link is empty.'];
  const scenarios = [...catalogue?.scenarios ?? [], ...(own?.scenario ? [own.scenario] : [])];
  if (state && catalogue && own?.fits !== false) setupOfLink(state, { ...catalogue, scenarios }, problems);
  return problems;
}

async function readEdits(state: LinkState, problems: string[]): Promise<Record<string, string>> {
  const edits: Record<string, string> = {};
  const { link } = stateOf(machine);
  for (const [file, hunks] of Object.entries(state.edits ?? {})) {
    const source = await link?.call('source', { file });
    const text = source ? applyPatch(source.original, hunks) : null;
    if (text === null) problems.push(`The link's edit of ${file} does not fit this version of the guest and was left out.`);
    else edits[file] = text;
  }
  return edits;
}

/** What did not fit into the address bar lies beside it, in the browser's own note of this page: a reload comes back to it. */
interface Kept {
  kept: LinkState;
}

function keptState(): LinkState | null {
  const note: unknown = window.history.state;
  return typeof note === 'object' && note !== null && 'kept' in note ? (note as Kept).kept : null;
}

/**
 * Opens what the address bar says; whatever is wrong with it is told, and the default scenario opens instead.
 * @param followed the fragment that was followed: the bar itself may be at the moment before again, since that is written a little later.
 */
export function openFromUrl(followed?: string): Promise<void> {
  // One after the other: what a link says is for the machine that it opens.
  return (opening = opening.catch(() => undefined).then(() => openNow(followed)));
}
let opening: Promise<void> = Promise.resolve();

/** The lesson beside the lab, in the place of the editor of one's own. */
function showLesson(): void {
  page.getState().endWriting();
  page.getState().showLesson(true);
}

async function openNow(followed: string | undefined): Promise<void> {
  const kept = followed === undefined ? keptState() : null, fragment = followed ?? window.location.hash;
  const { state, problems } = kept ? { state: kept, problems: [] as string[] }
    : fragment.length > 1 ? await (await share()).decodeLink(fragment, squeeze) : { state: null, problems: [] as string[] };
  const decoded = problems.length;
  const own = await ownOf(state, problems), isKnown = own?.fits !== false;
  if (own?.fits && state?.own) await stateOf(machine).learn(state.own);
  const app = stateOf(machine), fallback = app.catalogue?.scenarios[0];
  let setup: LinkSetup | null = state && isKnown && app.catalogue ? setupOfLink(state, app.catalogue, problems) : null;
  const unknown = state !== null && setup === null;
  // A name that this page does not have: what there is stands in the gallery.
  const strange = isKnown && problems.length > decoded;
  if (!setup && fallback) setup = { scenario: fallback.id, config: fallback.config, app: fallback.app, set: {} };
  if (!setup) return;

  // Whoever is sent somebody's lesson is to see it.
  const lesson = state?.lesson !== undefined || own?.fits === true, options: OpenOptions = { edits: {} };
  if (state && !unknown) {
    if (state.edits) {
      // Originals are asked of the open build, so the stock build comes first.
      await app.open(setup, { edits: {} });
      options.edits = await readEdits(state, problems);
      machine.setState({ drafts: options.edits });
    }
    if (state.inputs) options.inputs = state.inputs;
    if (state.tick !== undefined) options.moment = { tick: state.tick, imageHash: state.imageHash ?? '', ...(state.anchor ? { anchor: state.anchor } : {}),
      ...(state.pending ? { pending: state.pending } : {}) };
    if (state.focus) options.focus = state.focus;
    if (state.panels) page.setState({ onlyPanels: state.panels });
    if (lesson) showLesson();
  }
  if (own && state?.own && !own.scenario) {
    // Told in full beside whatever opens in its place.
    machine.setState({ authored: { ...own, ...state.own, beside: setup.scenario } });
    showLesson();
  }
  await stateOf(machine).open(setup, options);
  if (lesson && !unknown) await stateOf(machine).openLesson(state?.lesson ?? null, state?.tick !== undefined);
  if (state?.selection && !unknown) await select(state.selection);
  for (const spec of (unknown ? null : state?.breakpoints) ?? []) await stateOf(machine).addBreakpoint(spec);
  if (problems.length > 0) page.setState({ notice: { severity: 'error', text: problems.join(' ') }, ...(strange ? { sheet: 'gallery' } : {}) });
}

/** Keeps the address bar at the moment shown. replaceState: stepping makes no history entries. */
export function writeUrlOnChange(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let written = ' ';
  machine.subscribe((state, old) => {
    const same = state.status?.focus === old.status?.focus
      && state.lessonAt === old.lessonAt && state.status?.tick === old.status?.tick && state.setup === old.setup && state.edits === old.edits
      && state.selectedSlot === old.selectedSlot && state.selectedCode === old.selectedCode && state.codeTab === old.codeTab
      && state.breakpoints === old.breakpoints && state.phase === old.phase && state.status?.branch === old.status?.branch;
    if (same || state.phase !== 'stopped') return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      void (async () => {
        const made = stateOf(machine).phase === 'stopped' ? await currentUrl() : null;
        if (made === null || (made.url !== undefined && made.url === written)) return;
        if (made.url === undefined) {
          // Said once, not at each step.
          if (written !== '') page.setState({ notice: { severity: 'error',
            text: `${made.refused} A reload of this page comes back to it; the address alone does not.` } });
          written = '';
          window.history.replaceState({ kept: made.state } satisfies Kept, '', `#v=1&scenario=${encodeURIComponent(made.state.scenario)}`);
        } else {
          written = made.url;
          window.history.replaceState(null, '', new URL(made.url).hash);
        }
        page.setState({ linkedTick: machine.getState().status?.tick ?? null });
      })();
    }, WRITE_AFTER_MS);
  });
  window.addEventListener('hashchange', ({ newURL }) => {
    // Only a person changes the fragment this way: replaceState fires no event.
    void openFromUrl(new URL(newURL).hash);
  });
}
