/** xterm on the guest's serial line. Loaded after the first paint: until then the panel shows the same text plainly. */
import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'react';
import type { PanelProps } from '../../shell/panel.ts';
import { type AppState, useApp, useNow } from '../../store/app.ts';

function colours(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    background: of('--surface-1'), foreground: of('--text-1'), cursor: of('--text-1'), cursorAccent: of('--surface-1'), selectionBackground: of('--surface-hover'),
    red: of('--fault'), brightRed: of('--fault'), yellow: of('--changed'), brightYellow: of('--changed'), green: of('--packet'), brightGreen: of('--packet'),
    blue: of('--ring3'), brightBlue: of('--ring3'), magenta: of('--past'), brightMagenta: of('--past'), cyan: of('--accent'), brightCyan: of('--accent'),
    black: of('--text-3'), brightBlack: of('--text-3'), white: of('--text-1'), brightWhite: of('--text-1'),
  };
}

/** RIS, "reset to initial state", and clear the lines scrolled off. */
const RESET = '\x1bc\x1b[3J';

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
    fontFamily: '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace', fontSize: fontSize(), fontWeight: 450, lineHeight: 1.04, letterSpacing: 0,
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

export function TerminalView({ width, height }: PanelProps) {
  const now = useNow();
  const text = useApp((s) => s.console.text);
  const theme = useApp((s) => s.theme);
  const host = useRef<HTMLDivElement>(null);
  const term = useRef<{ terminal: Terminal; fit: FitAddon; shown: string } | null>(null);

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const { terminal, fit } = open(element);
    term.current = { terminal, fit, shown: '' };
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
    const now = term.current;
    if (!now || now.shown === text) return;
    // Forwards only the new part is written; backwards the screen is made anew. The reset goes the same way as the
    // text: called directly it would overtake what is still waiting to be drawn.
    now.terminal.write(text.startsWith(now.shown) ? text.slice(now.shown.length) : `${RESET}${text}`);
    now.shown = text;
  }, [text]);

  return <div className="term" ref={host} data-testid="console" />;
}
