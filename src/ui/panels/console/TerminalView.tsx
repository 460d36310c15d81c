/** xterm on the guest's serial line. Loaded after the first paint: until then the panel shows the same text plainly. */
import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'react';
import type { PanelProps } from '../../shell/panel.ts';
import { type AppState, useApp, useNow } from '../../store/app.ts';
import { plural } from '../../widgets/format.ts';
import { Icon } from '../../widgets/Icon.tsx';

function colours(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    background: of('--surface-1'), foreground: of('--text-1'), cursor: of('--text-1'), cursorAccent: of('--surface-1'),
    selectionBackground: of('--surface-hover'),
    red: of('--fault'), brightRed: of('--fault'), yellow: of('--changed'), brightYellow: of('--changed'), green: of('--packet'), brightGreen: of('--packet'),
    blue: of('--ring3'), brightBlue: of('--ring3'), magenta: of('--past'), brightMagenta: of('--past'), cyan: of('--accent'), brightCyan: of('--accent'),
    black: of('--text-3'), brightBlack: of('--text-3'), white: of('--text-1'), brightWhite: of('--text-1'),
  };
}

/** RIS, "reset to initial state", and clear the lines scrolled off. */
const RESET = '\x1bc\x1b[3J';

/** As many lines as the screen has, and home: what was there is above it now. */
const scrolledOff = (rows: number): string => `${'\n'.repeat(rows)}\x1b[H`;

interface Shown {
  terminal: Terminal;
  fit: FitAddon;
  text: string;
  /** How much of it stands above the screen. */
  above: number;
}

/** Forwards only the new part is written; backwards, and where another part stands above, the screen is made anew. The reset goes the same way as the text:
 * called directly it would overtake what is still waiting to be drawn. */
function write(shown: Shown, text: string, boot: number): void {
  const { terminal } = shown;
  if (text === shown.text && boot === shown.above) return;
  const grows = text.startsWith(shown.text) && boot === shown.above;
  terminal.write(grows ? text.slice(shown.text.length) : `${RESET}${text.slice(0, boot)}${boot > 0 ? scrolledOff(terminal.rows) : ''}${text.slice(boot)}`);
  shown.text = text;
  shown.above = boot;
}

const fontSize = (): number => (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16) * 11;

/** Enter is a line feed on this line, as in a scenario's input; the erase key is DEL, as the line discipline expects. */
const toLine = (typed: string): string => typed.replaceAll('\r', '\n');

/** Keys typed while an earlier one is still on its way travel together, in order. */
function sender(now: () => AppState): (text: string) => void {
  let waiting = '';
  let sending = false;
  const flush = async () => {
    sending = true;
    while (waiting !== '') {
      const text = waiting;
      waiting = '';
      await now().type(text);
    }
    sending = false;
  };
  return (text) => {
    waiting += toLine(text);
    if (!sending) void flush();
  };
}

/**
 * What a person does is input, and nothing else. A terminal also answers by itself, whenever a program's output asks it what it
 * is or where its cursor stands; it gives both out by the same way. A key says so beforehand, a paste goes through here, and what
 * an input method has put together comes out two turns after its event at the latest.
 * @returns what ends it.
 */
function heedPerson(terminal: Terminal, host: HTMLElement, send: (text: string) => void): () => void {
  let typing = 0;
  let keyed = false;
  const key = terminal.onKey(() => (keyed = true));
  const data = terminal.onData((text) => {
    if (keyed || typing > 0) send(text);
    keyed = false;
  });
  const onPaste = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    typing += 1;
    terminal.paste(event.clipboardData?.getData('text/plain') ?? '');
    typing -= 1;
  };
  const onInput = () => {
    typing += 1;
    setTimeout(() => setTimeout(() => (typing -= 1)));
  };
  host.addEventListener('paste', onPaste, true);
  for (const name of ['input', 'compositionend'] as const) host.addEventListener(name, onInput, true);
  return () => {
    host.removeEventListener('paste', onPaste, true);
    for (const name of ['input', 'compositionend'] as const) host.removeEventListener(name, onInput, true);
    key.dispose();
    data.dispose();
  };
}

function open(host: HTMLElement): { terminal: Terminal; fit: FitAddon } {
  const terminal = new Terminal({
    fontFamily: '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace', fontSize: fontSize(), fontWeight: 450,
    lineHeight: 1.04, letterSpacing: 0,
    theme: colours(), convertEol: true, cursorBlink: false, cursorStyle: 'block', scrollback: 5_000, allowProposedApi: false,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(host);
  terminal.textarea?.setAttribute('aria-label', 'Console input. Escape, then Tab, leaves the terminal');
  terminal.textarea?.setAttribute('data-panel-focus', '');
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key === 'Escape') {
      host.closest<HTMLElement>('[data-panel]')?.focus();
      return false;
    }
    // The page's own combinations, and Tab on its way out, are not the terminal's.
    return !((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') && !/^F\d+$/.test(event.key);
  });
  return { terminal, fit };
}

/** An empty screen says why, and where the rest is. */
function BootAbove({ lines, onClick }: { lines: number; onClick: () => void }) {
  return <button type="button" className="boot" onClick={onClick}>
    <Icon name="fold" small />The program has sent no byte to the port yet; {plural(lines, 'line')} of the kernel's boot above</button>;
}

export function TerminalView({ width, height }: PanelProps) {
  const now = useNow();
  const text = useApp((s) => s.console.text);
  const boot = useApp((s) => s.console.boot);
  const theme = useApp((s) => s.theme);
  const host = useRef<HTMLDivElement>(null);
  const term = useRef<Shown | null>(null);

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const { terminal, fit } = open(element);
    term.current = { terminal, fit, text: '', above: 0 };
    // Before anything is written: lines are cut where this panel ends.
    if (element.clientWidth > 20 && element.clientHeight > 20) fit.fit();
    // A higher screen would take back what stands above it.
    const resized = terminal.onResize(() => {
      const { current } = term;
      if (!current || current.above === 0) return;
      const { text: shown, above } = current;
      Object.assign(current, { text: '', above: 0 });
      write(current, shown, above);
    });
    const send = sender(now);
    const data = heedPerson(terminal, element, send);
    const refit = () => {
      if (term.current?.terminal === terminal && element.clientWidth > 20 && element.clientHeight > 20) fit.fit();
    };
    // The line of what is still to come takes some of the panel's height.
    const observer = new ResizeObserver(refit);
    observer.observe(element);
    // Cells are measured in whatever face is there: measure again when ours has come.
    void document.fonts.load('11px "JetBrains Mono Variable"').then(() => {
      if (term.current?.terminal !== terminal) return;
      terminal.options.fontFamily = `${terminal.options.fontFamily ?? ''} `;
      refit();
    });
    return () => {
      observer.disconnect();
      resized.dispose();
      data();
      terminal.dispose();
      term.current = null;
    };
  }, [now]);

  useEffect(() => {
    const now = term.current;
    if (!now) return;
    now.terminal.options.theme = colours();
    now.terminal.options.fontSize = fontSize();
    if (width > 20 && height > 20) now.fit.fit();
  }, [theme, width, height]);

  useEffect(() => {
    if (term.current) write(term.current, text, boot);
  }, [text, boot]);

  return (
    <>
      {/* Before the terminal for the keyboard, which leaves that to the panel's beginning; below it to the eye. */}
      {boot > 0 && text.length === boot ? <BootAbove onClick={() => term.current?.terminal.scrollPages(-1)} lines={text.trimEnd().split('\n').length} /> : null}
      <div className="term" ref={host} data-testid="console" />
    </>
  );
}
