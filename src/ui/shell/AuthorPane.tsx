/** One's own lesson in the lesson's place, beside the lab: the moment that the lab is at is written into it by a key. Loaded when somebody writes. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers, scrollPastEnd } from '@codemirror/view';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Wish } from '../../link/lesson.ts';
import type { ScenarioInfo } from '../../link/reports.ts';
import { keyCaps, keyOf } from '../commands/registry.ts';
import { type AppState, useApp, useNow } from '../store/app.ts';
import { setupOf } from '../store/lesson.ts';
import { OWN_FILE, type OwnPlace } from '../store/shell.ts';
import { editorTheme, toMarks } from '../widgets/editing.ts';
import { count, plural } from '../widgets/format.ts';
import { Icon } from '../widgets/Icon.tsx';
import { Menu } from '../widgets/Menu.tsx';
import { copyOf, exampleLesson, headOf } from './beginnings.ts';
import { aboutBlock, placesIn, type Moments, type Part } from './block-here.ts';
import { completing } from './completing.ts';
import { pickFile, readsAgain } from './drop.ts';
import { withFields, writtenOver } from './fields.ts';
import { toMargin } from './margin.ts';
import { namedByTitle } from './own-name.ts';
import { thirdClick } from './third-click.ts';
import { cursor, holdWriter, isWished } from './writing.ts';

/** The text has rested for so long before it is looked at. */
const LOOK_AFTER_MS = 250;
/** And for so long more before it is played in the background. */
const PROVE_AFTER_MS = 1500;

/** What is known of a text without mistakes: nobody has played it, it is being played, or what the machine did not bear out. */
type Proof = 'none' | 'running' | readonly Diagnostic[];

const SAYS: Readonly<Record<'none' | 'running' | 'good', string>> = {
  none: 'The text can be read. Whether its places are reached shows when it is played.',
  running: 'The text can be read, and is being played in the background …',
  good: 'The text can be read, and was played in the background: all of it comes as it says.',
};

const NOTHING: readonly Diagnostic[] = [];

/** The letters that a place means. */
function letters(state: EditorState, { line: n, column, length }: OwnPlace): { anchor: number; head: number } {
  const line = state.doc.line(Math.max(1, Math.min(n, state.doc.lines))), from = Math.min(line.to, line.from + Math.max(0, column - 1));
  return { anchor: from, head: column > 0 ? Math.min(line.to, from + length) : line.to };
}

function goTo(view: EditorView, place: OwnPlace): void {
  const selection = letters(view.state, place);
  view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: 'center' }) });
  view.focus();
}

function replaceAll(view: EditorView, insert: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert }, selection: { anchor: 0 }, scrollIntoView: true });
  view.focus();
}

/** Into a file of the visitor's. @returns its name. */
function save(text: string): string {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
  link.download = `${/^id:\s*([\w-]+)/m.exec(text)?.[1] ?? 'my-lesson'}.md`;
  link.click();
  URL.revokeObjectURL(link.href);
  return link.download;
}

/** As long as it has no name of its own it is named by its title. @returns the text that is there then. */
function name(view: EditorView, catalogue: AppState['catalogue']): string {
  const changes = namedByTitle(view.state.doc.toString(), catalogue?.scenarios.map(({ id }) => id) ?? []);
  if (changes) view.dispatch({ changes });
  return view.state.doc.toString();
}

/** What the head of a text asks for and the machine here is not, in a sentence; undefined where they are alike. */
function otherMachine(wanted: ScenarioInfo, here: Pick<AppState, 'setup' | 'scenario' | 'build' | 'catalogue'>): string | undefined {
  const { setup, scenario, build, catalogue } = here;
  if (!setup || !scenario || !build) return undefined;
  if (wanted.app !== setup.app || wanted.config !== setup.config)
    return `The text is about ${wanted.app} in ${wanted.config}, and the machine here is ${setup.app} in ${setup.config}.`;
  const usual = catalogue?.configs.find(({ name }) => name === wanted.config)?.switches ?? {};
  const differs = Object.keys({ ...wanted.set, ...setup.set }).filter((key) => (wanted.set[key] ?? usual[key]) !== build.switches[key]);
  if (differs.length > 0) return `The head of the text and the machine here differ in ${differs.join(', ')}.`;
  if (wanted.args.join('\n') !== scenario.args.join('\n')) return 'The program here was called with other arguments (args) than the head has.';
  if (wanted.input !== scenario.input || wanted.port !== scenario.port)
    return `The machine here was not given the input of the head${wanted.input === '' ? ', which has none' : ''}.`;
  return undefined;
}

/** A list of more names than that pushes the text out of sight. */
const MOST_NAMES = 8;

/** Without a long list of all that there is. */
const cut = (one: Diagnostic): Diagnostic => ({ ...one, message: one.message.replace(/([;?]) [Tt]here are ([^;]+)$/,
  (all, sign: string, names: string) => (names.split(', ').length > MOST_NAMES ? `${sign} Ctrl Space lists them all` : all)) });

/** An editor that has lost room below keeps the cursor in sight, if it was. @returns what ends it. */
function keepInSight(editor: EditorView, host: HTMLElement): () => void {
  let height = host.clientHeight;
  const observer = new ResizeObserver(() => {
    const lost = height - host.clientHeight, { head } = editor.state.selection.main, low = editor.coordsAtPos(head)?.bottom;
    height = host.clientHeight;
    const over = low === undefined ? 0 : low - editor.scrollDOM.getBoundingClientRect().bottom;
    if (over > 0 && over <= lost) editor.dispatch({ effects: EditorView.scrollIntoView(head) });
  });
  observer.observe(host);
  return () => observer.disconnect();
}

function Mistakes({ mistakes: inText, proof, onGo }: { mistakes: readonly Diagnostic[]; proof: Proof; onGo: (one: Diagnostic) => void }) {
  const mistakes = inText.length > 0 || typeof proof === 'string' ? inText : proof;
  return (
    <div className="author-mistakes" role="status" aria-label="Mistakes">
      {mistakes.length === 0 ? <p className="muted">{SAYS[typeof proof === 'string' ? proof : 'good']}</p> : (
        <ul>{mistakes.map((one) => (
          <li key={`${one.line}:${one.column}:${one.message}`}>
            <button type="button" className="btn mono" title="Go to it in the text" onClick={() => onGo(one)}>{one.line}:{one.column || 1}</button>{' '}
            {one.message}
          </li>))}
        </ul>)}
    </div>
  );
}

/** What is said of the block that the cursor is in; its moments can be looked at. */
function Here({ parts, onGo }: { parts: readonly Part[]; onGo: (tick: number) => void }) {
  return (
    <p role="status" aria-label="This block">{parts.map((part) => (typeof part === 'string' ? part : (
      <button key={part.tick} type="button" className="btn mono" title="Show this moment in the lab" onClick={() => onGo(part.tick)}>
        tick {count(part.tick)}</button>)))}
    </p>
  );
}

export function AuthorPane() {
  const now = useNow();
  const host = useRef<HTMLDivElement>(null), view = useRef<EditorView | null>(null);
  const isThere = useApp((s) => s.settled > 0 && s.scenario !== null);
  const place = useApp((s) => s.ownPlace);
  const keys = useApp((s) => s.keys);
  const tick = useApp((s) => s.status?.tick ?? 0);
  const where = useApp((s) => s.status?.place.symbol ?? '');
  const title = useApp((s) => s.scenario?.title ?? '');
  const end = useApp((s) => s.endWriting);
  const [mistakes, setMistakes] = useState(NOTHING);
  const [proof, setProof] = useState<Proof>('none');
  /** What the head asks for, when it could last be read. */
  const [wanted, setWanted] = useState<ScenarioInfo | null>(null);
  const other = useApp((s) => (wanted && s.building === null ? otherMachine(wanted, s) : undefined));
  const focusedThen = useRef(now().focused);
  const [said, setSaid] = useState<{ text: string; isWrong: boolean } | null>(null);
  const [moments, setMoments] = useState<Moments | undefined>();
  /** Where the cursor is, in which text. */
  const [spot, setSpot] = useState({ text: '', at: 0 });
  const about = useMemo(() => aboutBlock(spot.text, spot.at, moments), [spot, moments]);

  const look = useCallback(async (text: string): Promise<readonly Diagnostic[]> => {
    const read = await now().link?.call('author', { file: OWN_FILE, text, keep: false });
    const found = read?.diagnostics.map(cut) ?? NOTHING, editor = view.current;
    if (!editor || editor.state.doc.toString() !== text) return found;
    setMistakes(found);
    if (read?.scenario) setWanted(read.scenario);
    editor.dispatch(setDiagnostics(editor.state, toMarks(editor.state, found)));
    return found;
  }, [now]);

  const prove = useCallback(async (text: string) => {
    const isStill = (): boolean => view.current?.state.doc.toString() === text;
    // A head alone claims nothing.
    if (!isStill() || !/^:::/m.test(text)) return;
    setProof('running');
    const told = await now().link?.call('prove', { file: OWN_FILE, text }).catch(() => undefined), editor = view.current;
    if (!editor || !isStill()) return;
    const found = told?.diagnostics;
    setProof(found ?? 'none');
    if (told?.moments) setMoments({ places: placesIn(text), of: told.moments });
    if (found && found.length > 0) editor.dispatch(setDiagnostics(editor.state, toMarks(editor.state, found)));
  }, [now]);

  const play = useCallback(async () => {
    const editor = view.current;
    if (!editor) return;
    const text = name(editor, now().catalogue), [first] = await look(text);
    now().keepOwnText(text);
    if (first) {
      setSaid({ text: `It cannot be played yet: mend line ${first.line}, as it says below.`, isWrong: true });
      goTo(editor, first);
      return;
    }
    setSaid({ text: 'On the way to its first step …', isWrong: false });
    // Until it is there the lesson of what is open here has nothing to say.
    await now().author(OWN_FILE, text, true);
    end();
  }, [now, look, end]);

  const openIts = useCallback(async () => {
    const editor = view.current;
    if (!editor) return;
    const text = editor.state.doc.toString(), [first] = await look(text);
    if (first) {
      setSaid({ text: `It cannot be opened yet: mend line ${first.line}, as it says below.`, isWrong: true });
      return;
    }
    const scenario = await now().learn({ file: OWN_FILE, text });
    if (scenario) await now().open(setupOf(scenario), { edits: {} });
    setSaid({ text: 'This is the machine of your lesson, at its beginning. Run it on: its input is typed by itself.', isWrong: false });
  }, [now, look]);

  /** What only a person would type here, a text that was made of this machine types itself: so it is given a machine with that input. */
  const feed = useCallback(async (text: string) => {
    const read = await now().link?.call('author', { file: OWN_FILE, text, keep: false }), { inputs, edits } = now();
    const isUntouched = inputs.length === 0 && Object.keys(edits).length === 0;
    if (isUntouched && read?.scenario && otherMachine(read.scenario, now()) !== undefined) await openIts();
  }, [now, openIts]);

  const write = useCallback(async (wish: Wish) => {
    const editor = view.current;
    if (!editor) return;
    // A panel that nobody has touched since the last block has nothing to do with this one.
    const { focused } = now(), panels = focused === null || focused === focusedThen.current ? [] : [focused];
    focusedThen.current = focused;
    const text = editor.state.doc.toString(), at = editor.state.selection.main.head;
    setSaid({ text: 'Looking for a way to say where this is …', isWrong: false });
    const done = await now().moved((link, show) => link.call('writeHere', { text, at, wish, panels, ...show }));
    if (editor !== view.current) return;
    const refused = done?.edit && editor.state.doc.toString() !== text ? 'The text has changed meanwhile: ask for it once more.' : done?.refused;
    setSaid(refused === undefined ? null : { text: refused, isWrong: true });
    if (!done?.edit || refused !== undefined) return;
    const { edit: { at: from, insert, fields } } = done, [select] = fields;
    editor.dispatch({ changes: { from, insert }, selection: { anchor: select.from, head: select.to }, userEvent: 'input',
      effects: withFields(fields), scrollIntoView: true });
    editor.focus();
    // All of it is to be seen, down to the answers, once it is drawn.
    requestAnimationFrame(() => {
      if (editor === view.current) editor.dispatch({ effects: EditorView.scrollIntoView(from + insert.length) });
    });
  }, [now]);

  useEffect(() => {
    // The machine is the author's: no question of the lesson that was open holds it.
    now().closeLesson();
    if (!host.current || !isThere) return undefined;
    const state = now(), played = state.scenario ? state.ownLessons[state.scenario.id]?.text : undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (text: string): void => {
      clearTimeout(timer);
      setProof('none');
      timer = setTimeout(() => void look(text).then(({ length }) => {
        if (length === 0) timer = setTimeout(() => void prove(text), PROVE_AFTER_MS);
      }), LOOK_AFTER_MS);
    };
    const doing = (run: () => Promise<void>) => () => {
      void run();
      return true;
    };
    const doc = state.ownText ?? played ?? headOf(state);
    const editor = view.current = new EditorView({
      parent: host.current,
      // Whoever comes back from playing it goes on where they were.
      ...(cursor.scroll && cursor.text === doc ? { scrollTo: cursor.scroll } : {}),
      state: EditorState.create({
        // Behind the head, where one was not here before.
        doc, selection: { anchor: Math.min(cursor.at || doc.length, doc.length) },
        extensions: [
          completing((text, at) => now().link?.call('complete', { text, at }) ?? Promise.resolve({ from: 0, options: [] })),
          writtenOver, thirdClick, toMargin, lineNumbers(), history(), drawSelection(), EditorView.lineWrapping, lintGutter(), editorTheme,
          // Without room below the end, a text that gets shorter there would move down as a whole; and its scroll bar would come and go.
          scrollPastEnd(),
          keymap.of([{ key: 'Mod-Enter', run: doing(play) }, { key: 'Alt-s', run: doing(() => write('stop')) },
            { key: 'Alt-a', run: doing(() => write('ask')) }, ...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': 'Text of your lesson', spellcheck: 'false', tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            cursor.at = update.state.selection.main.head;
            if (!update.docChanged && !update.selectionSet) return;
            const text = update.state.doc.toString();
            setSpot({ text, at: cursor.at });
            if (!update.docChanged) return;
            now().keepOwnText(text);
            later(text);
            // What was said was said of another text.
            if (update.transactions.some((one) => one.isUserEvent('input.type') || one.isUserEvent('delete'))) setSaid(null);
          }),
        ],
      }),
    });
    editor.focus();
    setSpot({ text: doc, at: cursor.at = editor.state.selection.main.head });
    later(doc);
    // Who wants a block written for this very moment keeps the machine that it is a moment of.
    if (state.ownText === null && played === undefined && !isWished()) void feed(doc);
    const release = holdWriter(write), giveUp = keepInSight(editor, host.current);
    return () => {
      clearTimeout(timer);
      release();
      giveUp();
      view.current = null;
      editor.destroy();
    };
  }, [now, isThere, look, prove, play, write, feed]);

  // As long as it is in the page: what is out of it has not been scrolled.
  useLayoutEffect(() => () => {
    if (view.current) Object.assign(cursor, { scroll: view.current.scrollSnapshot(), text: view.current.state.doc.toString() });
  }, []);
  useEffect(() => {
    if (place && view.current) goTo(view.current, place);
  }, [place]);

  const begin = async (text: Promise<string | undefined> | string): Promise<void> => {
    const found = await text;
    const editor = view.current;
    if (found === undefined) setSaid({ text: 'It has no text that could be copied.', isWrong: true });
    else if (editor) {
      replaceAll(editor, found);
      setSaid({ text: 'Begun anew. Undo brings back the text that was here: Ctrl Z in the text.', isWrong: false });
    }
  };
  const key = (id: string): string => keyCaps(keyOf(id, keys));
  return (
    <aside className="lesson" aria-label="Your lesson" data-writing>
      <header className="ph">
        <h2>Your lesson</h2>
        <span className="grow" />
        <Menu trigger={<button type="button" className="btn">Begin anew<Icon name="chevron" small /></button>} entries={() => [
          { kind: 'item', key: 'here', content: 'From the machine here: a head, and nothing else',
            onSelect: () => void begin(headOf(now())).then(() => view.current && feed(view.current.state.doc.toString())) },
          { kind: 'item', key: 'open', content: `From the lesson that is open: ${title}`, onSelect: () => void begin(copyOf(now())) },
          { kind: 'item', key: 'example', content: 'From the example: three stops, two predictions', onSelect: () => void begin(exampleLesson()) },
          { kind: 'rule' },
          { kind: 'item', key: 'file', content: readsAgain ? 'Open a file, which is read again whenever it changes' : 'Open a file',
            onSelect: () => void pickFile() },
        ]} />
        <button type="button" className="btn icon" aria-label="Close the text, back to the lesson" onClick={end}><Icon name="close" small /></button>
      </header>
      <div className="author-tools" role="toolbar" aria-label="For this moment">
        <button type="button" className="btn boxed" title="A stop at this moment, at the cursor. Alt S in the text" onClick={() => void write('stop')}>
          Stop here<kbd>{key('stop-here')}</kbd></button>
        <button type="button" className="btn boxed" title="A question that this moment answers, at the cursor. Alt A in the text"
          onClick={() => void write('ask')}>Ask here<kbd>{key('ask-here')}</kbd></button>
        <span className="muted clip">tick {count(tick)}{where === '' ? '' : <>, <span className="mono">{where}</span></>}</span>
      </div>
      <div className="author-text" ref={host} />
      <div className="author-said">
        {said === null ? null : <p role={said.isWrong ? 'alert' : 'status'}>{said.text}</p>}
        {other === undefined ? null : (
          <p role="status" aria-label="Another machine">{other}{' '}
            <button type="button" className="btn" title="With its input, so that its moments can be found" onClick={() => void openIts()}>
              Open this lesson’s machine</button></p>)}
        {about && !said && other === undefined ? <Here parts={about} onGo={(to) => void now().seek(to)} /> : null}
      </div>
      <Mistakes mistakes={mistakes} proof={proof} onGo={(one) => { if (view.current) goTo(view.current, one); }} />
      <footer className="lesson-foot">
        <span className="muted author-links">Ctrl Space: what may stand here.{' '}
          <a href="./scenario-language.md" target="_blank" rel="noopener">All words</a></span>
        <span className="grow" />
        <button type="button" className="btn boxed" onClick={() => {
          if (view.current) setSaid({ text: `Saved as ${save(name(view.current, now().catalogue))}.`, isWrong: false });
        }}>Save</button>
        <button type="button" className="btn primary" onClick={() => void play()}
          title={mistakes.length > 0 ? plural(mistakes.length, 'mistake') : undefined}>Play it<kbd>{keyCaps('$mod+Enter')}</kbd></button>
      </footer>
    </aside>
  );
}
