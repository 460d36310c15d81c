/**
 * Everything the page can do, once. Buttons, the palette, keys and the help sheet read this table; key names are
 * tinykeys' ($mod is Ctrl, or Cmd on a Mac). F5, F11 and F12 belong to the browser.
 */
import type { EventKind } from '../../link/events.ts';
import type { StepUnit } from '../../link/protocol.ts';
import type { AppState } from '../store/app.ts';
import { stepsOf } from '../store/focus.ts';
import { THEMES } from '../store/settings.ts';
import { currentUrl } from '../store/url.ts';
import { bringToFront, focusPanel } from '../shell/focus.ts';
import { keyOfPanel } from '../shell/panel.ts';
import { PANELS, typingAt } from '../shell/panels.ts';
import { wish } from '../shell/writing.ts';

export type CommandGroup = 'Time' | 'Go to' | 'Machine' | 'Panels' | 'Page';

export interface Command {
  id: string;
  title: string;
  group: CommandGroup;
  keys?: string;
  /** What the command does when the title is not enough. */
  about?: string;
  /** It goes nowhere and leaves something behind that will stop a run: search lists places before it. */
  arms?: true;
  /** It runs on to the next event of this kind: search lists it with its like. */
  aheadTo?: EventKind;
  /** A reason why it cannot run now. */
  blocked?(state: AppState): string | null;
  run(state: AppState): void | Promise<void>;
}

const needsMachine = (state: AppState): string | null => (state.phase === 'dead' ? 'The worker is gone: restart it first.'
  : state.status ? null : 'The machine is not built yet.');
const needsPast = (state: AppState): string | null => needsMachine(state) ?? (state.status?.tick === 0 ? 'This is the very start.' : null);

const step = (id: string, title: string, keys: string, direction: 'forward' | 'back', unit?: StepUnit, about?: string): Command => ({
  id, title, keys, group: 'Time', ...(about ? { about } : {}),
  blocked: direction === 'back' ? needsPast : needsMachine,
  run: (state) => state.step(direction, unit),
});

/** Text into the clipboard, with a sentence either way. */
export async function copyText(state: AppState, text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    state.say({ severity: 'info', text: `${what} copied.`, passes: true });
  } catch {
    state.openSheet('share'); // no permission: the sheet shows the text to copy by hand
  }
}

/** Shows how the CPU gets to an address; null: to what the machine makes interesting. */
export async function walkTo(state: AppState, at: bigint | string | null): Promise<void> {
  bringToFront('address-space');
  await state.walk(at);
}

/** Any panel marks addresses that can be walked. */
const walkable = (element: Element | null): string | undefined => element?.closest<HTMLElement>('[data-walk]')?.dataset['walk'];
const pointedAt = (): bigint | string | null => meant(walkable(document.activeElement));

/** A mark is a register's name, or hexadecimal digits after an equals sign. */
const meant = (mark: string | undefined): bigint | string | null => (mark === undefined ? null : mark.startsWith('=') ? BigInt(`0x${mark.slice(1)}`) : mark);

/** A click on such a mark, but not the end of a selection of text. */
export function walkClicked(state: AppState, target: EventTarget | null): void {
  const mark = target instanceof Element && !target.closest('button') ? walkable(target) : undefined;
  if (mark !== undefined && window.getSelection()?.isCollapsed !== false) void walkTo(state, meant(mark));
}

const laneEvent = (direction: 'forward' | 'back') => (state: AppState) => state.step(direction, 'event');

export const COMMANDS: readonly Command[] = [
  step('step', 'Step', 'ArrowRight', 'forward', undefined, 'One step of the chosen unit.'),
  step('back', 'Step back', 'ArrowLeft', 'back', undefined, 'One step of the chosen unit, backwards.'),
  step('over', 'Step over', 'Shift+ArrowRight', 'forward', 'over', 'A call counts as one step.'),
  step('over-back', 'Step over, back', 'Shift+ArrowLeft', 'back', 'over'),
  step('line', 'Next C line', 'l', 'forward', 'line', 'Into calls too.'),
  step('line-back', 'Previous C line', 'Shift+L', 'back', 'line'),
  step('out', 'Run out of this function', 'o', 'forward', 'out'),
  step('out-back', 'Back to the caller', 'Shift+O', 'back', 'out'),
  step('boundary', 'Next boundary', 'b', 'forward', 'boundary', 'Any change of ring, or entry to or exit from the kernel.'),
  step('boundary-back', 'Previous boundary', 'Shift+B', 'back', 'boundary'),
  step('call-end', 'To the end of this system call', 'e', 'forward', 'call', 'Until it returns to the application. While no task runs: the call begun last.'),
  step('call-start', 'Back to the beginning of this system call', 'Shift+E', 'back', 'call'),
  { id: 'event', title: 'Next event', keys: '.', group: 'Time', blocked: needsMachine, run: laneEvent('forward') },
  { id: 'event-back', title: 'Previous event', keys: ',', group: 'Time', blocked: needsPast, run: laneEvent('back') },
  {
    id: 'run', title: 'Run or pause', keys: 'Space', group: 'Time', blocked: needsMachine,
    run: (state) => (state.phase === 'running' || state.phase === 'busy' ? state.pause() : state.run('forward')),
  },
  { id: 'run-back', title: 'Run backwards', keys: 'Shift+Space', group: 'Time', about: 'To the breakpoint before this moment.', blocked: needsPast,
    run: (state) => state.run('back') },
  { id: 'start', title: 'Go to the start', keys: 'Home', group: 'Time', blocked: needsPast, run: (state) => state.seek(0) },
  { id: 'live', title: 'Go to the latest moment', keys: 'End', group: 'Time', blocked: needsMachine, run: (state) => state.seek(state.status?.live ?? 0) },
  {
    id: 'way-back', title: 'Back to where you were', keys: 'u', group: 'Go to', about: 'Undoes the last travel, not a step.',
    blocked: (state) => needsMachine(state) ?? (state.been.length === 0 ? 'You have not travelled yet.' : null), run: (state) => state.retrace('back'),
  },
  {
    id: 'way-forth', title: 'Forth again', keys: 'Shift+U', group: 'Go to', about: 'Undoes going back to where you were.',
    blocked: (state) => needsMachine(state) ?? (state.ahead.length === 0 ? 'There is nothing to go forth to.' : null), run: (state) => state.retrace('forward'),
  },
  {
    id: 'hold', title: 'Keep to this task, or follow what runs again', keys: 'k', group: 'Go to', about: 'All panels show the task kept to, wherever it is.',
    blocked: (state) => needsMachine(state) ?? (state.status?.focus || state.status?.task.pid ? null : 'No task runs here: the kernel boots, or is idle.'),
    run: (state) => state.focusOn(state.status?.focus ? null : { pid: state.status?.task.pid ?? 0 }),
  },
  {
    id: 'next-cpu', title: 'Show the next CPU', keys: 'c', group: 'Go to',
    blocked: (state) => needsMachine(state) ?? ((state.status?.cpus ?? 1) < 2 ? 'There is only one CPU.' : null),
    run: (state) => state.focusOn({ cpu: ((state.status?.cpu ?? 0) + 1) % (state.status?.cpus ?? 1) }),
  },
  {
    id: 'stay', title: 'Steps of what is shown only, or of whatever runs', keys: 'Shift+K', group: 'Time',
    blocked: (state) => needsMachine(state) ?? (state.status?.focus ? null : 'What runs is shown: keep to a task or a CPU first.'),
    run: (state) => {
      state.setStays(!state.stays);
      if (state.status) state.say({ severity: 'info', text: `A step is now one of ${stepsOf(state.status, !state.stays)}.`, passes: true });
    },
  },
  { id: 'goto', title: 'Go to a tick or a share of the run', keys: 'g', group: 'Go to', blocked: needsMachine, run: (state) => state.openSheet('goto') },
  { id: 'search', title: 'Search', keys: '/', group: 'Go to', about: 'Files, functions, system calls, events.',
    run: (state) => state.openSheet('palette', '') },
  {
    id: 'next-syscall', title: 'Run to the next system call', group: 'Go to', aheadTo: 'syscall-entry', blocked: needsMachine,
    run: (state) => state.run('forward', { kind: 'event', event: 'syscall-entry' }),
  },
  {
    id: 'last-syscall', title: 'Back to the last system call', group: 'Go to', blocked: needsPast,
    run: (state) => state.run('back', { kind: 'event', event: 'syscall-entry' }),
  },
  { id: 'next-exception', title: 'Run to the next exception', group: 'Go to', aheadTo: 'exception', blocked: needsMachine,
    run: (state) => state.run('forward', { kind: 'event', event: 'exception' }) },
  { id: 'last-exception', title: 'Back to the last exception', group: 'Go to', blocked: needsPast,
    run: (state) => state.run('back', { kind: 'event', event: 'exception' }) },
  { id: 'next-interrupt', title: 'Run to the next interrupt', group: 'Go to', aheadTo: 'interrupt', blocked: needsMachine,
    run: (state) => state.run('forward', { kind: 'event', event: 'interrupt' }) },
  { id: 'last-interrupt', title: 'Back to the last interrupt', group: 'Go to', blocked: needsPast,
    run: (state) => state.run('back', { kind: 'event', event: 'interrupt' }) },
  {
    id: 'who-wrote', title: 'Who wrote the selected stack slot?', keys: 'w', group: 'Go to',
    blocked: (state) => needsMachine(state) ?? (state.selectedSlot === null ? 'Select a slot in Stacks first.' : null),
    run: (state) => state.askWhoWrote(),
  },
  {
    id: 'walk', title: 'Walk the selected address', keys: 't', group: 'Go to',
      about: 'Through the page tables: the register in focus, else the selected stack slot.',
    blocked: needsMachine, run: (state) => walkTo(state, pointedAt() ?? state.selectedSlot),
  },
  {
    id: 'breakpoint', title: 'Set or remove a breakpoint', keys: 'F9', group: 'Machine', arms: true,
    about: 'At the selected line, else at the instruction that runs next.', blocked: needsMachine,
    run: (state) => {
      const spec = state.selectedCode ?? (state.status ? { kind: 'address' as const, addr: state.status.place.addr, space: state.status.place.space } : null);
      return spec ? state.toggleBreakpoint(spec) : undefined;
    },
  },
  { id: 'breakpoints', title: 'Breakpoints', keys: 'Shift+F9', group: 'Machine', arms: true, about: 'On a function, line, address or any event.',
    blocked: needsMachine, run: (state) => state.openSheet('breakpoints') },
  {
    id: 'break-exception', title: 'Stop at every exception', group: 'Machine', arms: true, blocked: needsMachine,
    run: (state) => state.toggleBreakpoint({ kind: 'event', event: 'exception' }),
  },
  {
    id: 'break-redzone', title: 'Stop when someone else writes into a red zone', group: 'Machine', arms: true, blocked: needsMachine,
    run: (state) => state.toggleBreakpoint({ kind: 'event', event: 'red-zone-write' }),
  },
  { id: 'rebuild', title: 'Rebuild with the edits', keys: '$mod+Enter', group: 'Machine', run: (state) => state.rebuild() },
  { id: 'switches', title: 'Switches of the build', group: 'Machine', run: (state) => state.openSheet('switches') },
  { id: 'experiment', title: 'Experiment: servers under load', group: 'Machine', run: (state) => state.openSheet('experiment') },
  { id: 'compare', title: 'Compare with another configuration', group: 'Machine',
    about: 'The same program and input there: what each system call costs in both.', blocked: needsMachine, run: (state) => state.openSheet('compare') },
  { id: 'flavours', title: 'Flavours of UKL', group: 'Machine', about: 'Their switches, and how many lines of the kernel each adds or changes.',
    run: (state) => state.openSheet('flavours') },
  { id: 'lesson', title: 'Lesson beside the lab', keys: 'n', group: 'Page', about: 'Opens or closes it.', run: (state) => state.showLesson(!state.lessonOpen) },
  { id: 'lesson-back', title: 'Back to the lesson', keys: 'r', group: 'Go to', about: 'After an excursion: where the lesson had put the machine.',
    blocked: (state) => (state.lessonPlace ? null : 'No lesson is open.'), run: (state) => state.backToLesson() },
  { id: 'gallery', title: 'Scenarios', group: 'Machine', run: (state) => state.openSheet('gallery') },
  { id: 'write-lesson', title: 'Write a lesson', group: 'Machine', run: (state) => state.writeOwn() },
  { id: 'stop-here', title: 'Stop here, in a lesson of your own', keys: 's', group: 'Machine', about: 'A stop at this moment, at the cursor of the text.',
    blocked: needsMachine, run: () => wish('stop') },
  { id: 'ask-here', title: 'Ask here, in a lesson of your own', keys: 'a', group: 'Machine', about: 'A question that this moment answers.',
    blocked: needsMachine, run: () => wish('ask') },
  { id: 'open-lesson', title: 'Open a lesson from a file', group: 'Machine', about: 'A Markdown file of yours, as scenarios/README.md describes it.',
    run: async () => (await import('../shell/drop.ts')).pickFile() },
  {
    id: 'other-branch', title: 'Back to the branch before this one', group: 'Time', about: 'Input given in the past starts a branch; the old future is kept.',
    blocked: (state) => needsMachine(state) ?? ((state.status?.branches ?? 1) < 2 ? 'There is only one branch.' : null),
    run: (state) => state.switchBranch(((state.status?.branch ?? 0) + (state.status?.branches ?? 1) - 1) % (state.status?.branches ?? 1)),
  },
  ...PANELS.map((panel): Command => ({ id: `panel-${panel.id}`, title: `Go to ${panel.title}`,
  ...(keyOfPanel(panel) ? { keys: keyOfPanel(panel) } : {}), group: 'Panels',
  run: () => focusPanel(panel.id) })),
  {
    id: 'maximise', title: 'Maximise or restore the panel', keys: 'f', group: 'Panels', blocked: (state) => (state.focused ? null : 'Go to a panel first.'),
    run: (state) => state.toggleMaximised(state.focused ?? ''),
  },
  {
    id: 'table', title: 'Show the panel as a table', keys: 'Shift+T', group: 'Panels', blocked: (state) => (state.focused ? null : 'Go to a panel first.'),
    run: (state) => state.toggleTable(state.focused ?? ''),
  },
  { id: 'palette', title: 'Command palette', keys: '$mod+K', group: 'Page', run: (state) => state.openSheet('palette') },
  { id: 'help', title: 'Keys and help', keys: '?', group: 'Page', run: (state) => state.openSheet('help') },
  { id: 'simplified', title: 'About this model', group: 'Page', about: 'Every place where it does less than hardware or Linux, by panel.',
    run: (state) => state.openSheet('simplified') },
  { id: 'share', title: 'Share this moment', group: 'Page', run: (state) => state.openSheet('share') },
  {
    id: 'copy-link', title: 'Copy link', group: 'Page',
    run: async (state) => {
      const made = await currentUrl();
      if (made?.url !== undefined) await copyText(state, made.url, 'Link');
      else if (made) state.say({ severity: 'error', text: made.refused });
    },
  },
  ...THEMES.map((theme): Command => ({ id: `theme-${theme}`, title: `Theme: ${theme}`, group: 'Page', run: (state) => state.setTheme(theme) })),
];

const byId = new Map(COMMANDS.map((command) => [command.id, command]));

export function command(id: string): Command {
  const found = byId.get(id);
  if (!found) throw new Error(`Ringside bug: no command ${id}`);
  return found;
}

/** The key a command has now: one's own, else the usual one. */
export function keyOf(id: string, own: Readonly<Record<string, string>>): string | undefined {
  return own[id] ?? command(id).keys;
}

const CAPS: Record<string, string> = { ArrowRight: '→', ArrowLeft: '←', ArrowUp: '↑', ArrowDown: '↓', Space: 'Space',
  $mod: /Mac|iP/.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl' };

export function keyCaps(keys: string | undefined): string {
  if (!keys) return '';
  return keys.split('+').map((part) => CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(' ').replace(/^([.,/?])$/, '$1');
}

/** It waits for somebody to type, now: nothing else can happen to it. */
export const waitsForInput = ({ stop, status, scenario }: Pick<AppState, 'stop' | 'status' | 'scenario'>): boolean =>
  stop?.kind === 'idle' && !stop.stuck && !scenario?.load && status !== null && status.tick === status.live;

/** How one types to the machine, in words. */
export function howToType(own: Readonly<Record<string, string>>, port: string): string {
  const typing = typingAt(port), keys = typing ? keyCaps(keyOf(`panel-${typing.id}`, own)) : '';
  return typing ? `To type to the machine, ${keys === '' ? '' : `press ${keys} or `}click ${typing.title} first.` : '';
}

/** Runs a command, or says why it cannot. */
export function perform(id: string, state: AppState): void {
  const wanted = command(id);
  const reason = wanted.blocked?.(state);
  if (reason) state.say({ severity: 'info', text: reason });
  else void wanted.run(state);
}
