/** What may stand at the cursor, in a list below it: asked of the lab, chosen by arrows and Enter or Tab, closed by Escape. */
import { type Extension, Facet, Prec, StateEffect, StateField } from '@codemirror/state';
import { EditorView, keymap, showTooltip, type TooltipView, type ViewUpdate } from '@codemirror/view';
import type { Completion, Completions } from '../../link/lesson.ts';

interface Offer extends Completions {
  chosen: number;
}

const LIST = 'completions';
const offer = StateEffect.define<Completions | null>(), choose = StateEffect.define<number>();

/** After one of these one wants to know what comes. */
const ASKS = /[("'={,:]$|, $/;

const offered = StateField.define<Offer | null>({
  create: () => null,
  update(old, { effects, docChanged, selection }) {
    let now = docChanged || selection ? null : old;
    for (const effect of effects) {
      if (effect.is(offer)) now = effect.value && effect.value.options.length > 0 ? { ...effect.value, chosen: 0 } : null;
      else if (effect.is(choose) && now) now = { ...now, chosen: effect.value };
    }
    return now;
  },
  provide: (field) => [
    showTooltip.from(field, (now) => (now ? { pos: now.from, create: (view) => listOf(view, now) } : null)),
    EditorView.contentAttributes.from(field, (now): Record<string, string> => ({ 'aria-autocomplete': 'list',
      ...(now ? { 'aria-controls': LIST, 'aria-activedescendant': `${LIST}-${now.chosen}` } : {}) })),
  ],
});

function listOf(view: EditorView, { options, chosen }: Offer): TooltipView {
  const dom = document.createElement('div'), list = dom.appendChild(document.createElement('ul'));
  dom.className = 'completions';
  list.id = LIST;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'What may stand here');
  options.forEach((one, n) => {
    const item = list.appendChild(document.createElement('li')), name = item.appendChild(document.createElement('b'));
    item.id = `${LIST}-${n}`;
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', String(n === chosen));
    name.textContent = one.text;
    item.append(` ${one.about}`);
    item.title = one.about;
    item.addEventListener('mousedown', (event) => {
      event.preventDefault();
      take(view, one);
    });
  });
  return { dom, mount: () => list.children[chosen]?.scrollIntoView({ block: 'nearest' }) };
}

type Ask = (text: string, at: number) => Promise<Completions>;
const asking = Facet.define<Ask, Ask | undefined>({ combine: ([first]) => first });

/** Asks, and shows the answer if one is still there. Unasked, a name that is whole is not told: Enter is to go on. */
async function open(view: EditorView, isWanted = false): Promise<void> {
  const { state } = view, answer = await state.facet(asking)?.(state.doc.toString(), state.selection.main.head).catch(() => null);
  if (!answer || view.state.doc !== state.doc || !view.state.selection.eq(state.selection)) return;
  const begun = state.sliceDoc(answer.from, state.selection.main.head), alike = answer.options.filter(({ text }) => text.startsWith(begun));
  view.dispatch({ effects: offer.of(!isWanted && alike.length === 1 && alike[0].text === begun ? null : answer) });
}

function take(view: EditorView, { text, insert = text, caret = insert.length }: Completion): void {
  const now = view.state.field(offered);
  if (!now) return;
  const { head } = view.state.selection.main;
  view.dispatch({ changes: { from: now.from, to: head, insert }, selection: { anchor: now.from + caret }, userEvent: 'input.complete' });
  // It goes on between its brackets or quotes.
  if (caret < insert.length || insert.endsWith('=')) void open(view);
}

function onUpdate({ docChanged, transactions, state, view }: ViewUpdate): void {
  if (!docChanged || !transactions.some((one) => one.isUserEvent('input.type') || one.isUserEvent('delete.backward'))) return;
  const { head } = state.selection.main, line = state.doc.lineAt(head), text = state.sliceDoc(line.from, head);
  if (/[\w.-]$/.test(text) || ASKS.test(text)) void open(view);
}

const whileOpen = (run: (view: EditorView, now: Offer) => void) => (view: EditorView): boolean => {
  const now = view.state.field(offered);
  if (now) run(view, now);
  return now !== null;
};
const by = (n: number) => whileOpen((view, { chosen, options }) => view.dispatch({ effects: choose.of((chosen + n + options.length) % options.length) }));
const takeChosen = whileOpen((view, { chosen, options }) => take(view, options[chosen]));

/** A bracket or quote that stands there already is stepped over. */
const overtype = EditorView.inputHandler.of((view, from, to, text) => {
  if (from !== to || !/^[)"']$/.test(text) || view.state.sliceDoc(from, from + 1) !== text) return false;
  view.dispatch({ selection: { anchor: from + 1 }, userEvent: 'select' });
  return true;
});

/** @param asked what may stand at the cursor of a text */
export function completing(asked: Ask): Extension {
  return [
    asking.of(asked), offered, overtype, EditorView.updateListener.of(onUpdate),
    Prec.highest(keymap.of([
      { key: 'ArrowDown', run: by(1) }, { key: 'ArrowUp', run: by(-1) }, { key: 'Enter', run: takeChosen }, { key: 'Tab', run: takeChosen },
      { key: 'Escape', run: whileOpen((view) => view.dispatch({ effects: offer.of(null) })) },
      { key: 'Ctrl-Space', run: (view) => {
        void open(view, true);
        return true;
      } },
    ])),
  ];
}
