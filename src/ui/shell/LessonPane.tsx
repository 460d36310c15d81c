/** The lesson beside the lab: prose, stops, questions, the switch to flip, checks. What it shows of the machine comes from the machine. */
import { type FormEvent, type KeyboardEvent, lazy, Suspense, useEffect, useId, useRef, useState } from 'react';
import { excerptOf, type Diagnostic } from '../../base/diagnostic.ts';
import type { LessonStep, Unmet } from '../../link/lesson.ts';
import { keyCaps, keyOf } from '../commands/registry.ts';
import { useApp, useNow } from '../store/app.ts';
import { CHECKS, dueNow, firstClosed, isAway, setupOf, stepNow, stepsOf } from '../store/lesson.ts';
import { OWN_FILE } from '../store/shell.ts';
import { Icon } from '../widgets/Icon.tsx';
import { typingAt } from './panels.ts';
import { Prose } from './Prose.tsx';
import { hasChecks, stepNames } from './step-names.ts';
import './lesson.css';

/** Of more steps than these only the one where one is has room for its name. */
const NAMED = 4;

/** The course at a glance; what lies behind an open question is closed. */
function Steps() {
  const lesson = useApp((s) => s.lesson);
  const at = useApp((s) => s.lessonAt);
  const answered = useApp((s) => s.answered);
  const closed = useApp(firstClosed);
  const go = useApp((s) => s.goLesson);
  if (!lesson) return null;
  const names = stepNames(lesson, closed, at), all = stepsOf(lesson), isLong = all.length > NAMED;
  const kindOf = (id: string) => lesson.steps.find((step) => step.id === id)?.kind ?? (hasChecks(lesson) ? 'checks' : 'end');
  return (
    <nav className="lesson-steps" aria-label="Steps of the lesson">
      <ol>
        {all.map((id, n) => (
          <li key={id}>
            <button type="button" aria-current={id === at ? 'step' : undefined} disabled={n >= closed} data-kind={kindOf(id)}
              data-over={answered[id]} onClick={() => void go(id)}
              title={n >= closed && id !== at ? 'Closed until you have answered' : id === CHECKS ? names[n] : `${kindOf(id)}: ${names[n]}`}>
              <span className="sr">{n >= closed ? 'Closed until you have answered: ' : ''}</span>{n + 1}
              <span className={isLong && id !== at ? 'sr' : ''}> {names[n]}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The machine has to be given something before this comes. */
function Missed({ missed, ...told }: { missed: string; waits: boolean }) {
  const waits = useApp((s) => told.waits && !s.scenario?.load);
  const sample = useApp((s) => s.scenario?.sample ?? '');
  const typing = useApp((s) => (s.scenario ? typingAt(s.scenario.port)?.title : undefined));
  const typeSample = useApp((s) => s.typeSample);
  return (
    <div className="lesson-missed" role="status">
      <p>{waits ? `The machine waits for somebody to type. Type a line into ${typing ?? 'it'}, or:` : `${missed.charAt(0).toUpperCase()}${missed.slice(1)}`}</p>
      {waits && sample !== '' ? <button type="button" className="btn boxed" onClick={() => void typeSample()}>
        Type “{sample.trim()}” for me</button> : null}
    </div>
  );
}

/** The values that an expression looked at. */
const Values = ({ values }: Pick<Unmet, 'values'>) =>
  values.map((one) => <span key={one.text}><br /><code>{one.text}</code> is <code>{one.value}</code></span>);

/** An answer that the lesson marks otherwise than the machine: nobody who answers it is at fault. */
function Disagreement({ one }: { one: Unmet }) {
  return (
    <p className="lesson-unmet">The lesson marks “<Prose text={one.text} inline />” as {one.isRight ? 'right' : 'wrong'}, so its check should{' '}
      {one.isRight ? 'hold' : 'not hold'} at this moment. {one.error === undefined ? (one.isRight ? 'It does not:' : 'It does:')
        : `It cannot be looked at (${one.error}):`} <code>{one.check}</code>
      <Values values={one.values} />
    </p>
  );
}

function Prediction({ step }: { step: LessonStep }) {
  const now = useNow();
  const verdict = useApp((s) => s.verdict);
  const pending = useApp((s) => s.pendingChoice);
  const over = useApp((s) => s.answered[step.id]);
  const said = useApp((s) => s.lessonSaid);
  const [choice, setChoice] = useState<number | null | undefined>(undefined);
  const name = useId(), after = useRef<HTMLDivElement>(null);
  const options = step.options ?? [];
  const inputs = useApp((s) => s.inputs.length);
  const stopped = useApp((s) => s.phase === 'stopped');
  const asked = useRef(inputs);

  useEffect(() => {
    // Somebody has typed what the answer waits for.
    if (pending && stopped && inputs > asked.current) void now().choose(pending.choice);
    asked.current = inputs;
  }, [inputs, stopped, pending, now]);
  useEffect(() => {
    if (verdict) after.current?.focus();
  }, [verdict]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (choice !== undefined) void now().choose(choice);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const n = Number(event.key);
    if (event.ctrlKey || event.metaKey || event.altKey || !Number.isInteger(n) || n < 1 || n > options.length + 1 || verdict) return;
    event.preventDefault();
    setChoice(n > options.length ? null : n - 1);
  };
  const wrong = verdict && !verdict.right && verdict.choice !== null;
  return (
    <form className="predict" onSubmit={submit} data-over={over}>
      <p className="predict-head"><Icon name="bulb" small /><span>{over ? 'Predicted' : 'Predict before it shows'}</span></p>
      <fieldset disabled={verdict !== null || over !== undefined || pending !== null}>
        <legend>{step.ask}</legend>
        {[...options, null].map((text, n) => {
          const value = text === null ? null : n, isChosen = (verdict?.choice ?? pending?.choice ?? choice) === value &&
            (verdict !== null || pending !== null || choice !== undefined);
          return (
            <label key={n} data-verdict={verdict && verdict.choice === value && value !== null ? (verdict.right ? 'right' : 'wrong') : undefined}>
              <input type="radio" name={name} checked={isChosen} onChange={() => setChoice(value)} onKeyDown={onKeyDown} />
              <span>{text === null ? 'I am not sure' : <Prose text={text} inline />}</span>
            </label>
          );
        })}
        {verdict || over ? null : <button type="submit" className="btn primary" disabled={choice === undefined}>Answer</button>}
      </fieldset>
      {said?.missed === undefined ? null : <Missed missed={said.missed} waits={said.waits === true} />}
      {verdict ? (
        <div className="verdict" ref={after} tabIndex={-1} role="status" data-verdict={verdict.right ? 'right' : verdict.choice === null ? 'shown' : 'wrong'}>
          <p><b>{verdict.choice === null ? (verdict.answer === undefined ? 'No answer holds here.' : 'The machine’s answer:')
            : verdict.unmet.length > 0 ? 'The lesson and the machine disagree.' : verdict.right ? 'Yes.' : 'No.'}</b>{' '}
            {wrong && verdict.misconception !== undefined ? <q>{verdict.misconception}</q> : null}
            {verdict.answer === undefined ? null : <Prose text={verdict.answer} inline />}</p>
          {verdict.why === '' ? null : <Prose text={verdict.why} />}
          {verdict.unmet.map((one) => <Disagreement key={one.text} one={one} />)}
          {verdict.nowhere === undefined ? null : <p className="lesson-missed">The moment is not there in this run: {verdict.nowhere}</p>}
          {wrong ? (
            <p className="verdict-foot">
              <button type="button" className="btn boxed" onClick={() => void now().refute()}>Show me the moment</button>
              <button type="button" className="btn boxed" onClick={() => now().tryAgain()}>Try again</button>
            </p>
          ) : null}
        </div>
      ) : null}
    </form>
  );
}

/** What there is to say where the run has come to its end, or cannot without somebody. */
function AtTheEnd() {
  const checked = useApp((s) => s.checked);
  const sample = useApp((s) => s.scenario?.sample ?? '');
  const typedAny = useApp((s) => s.inputs.length > 0);
  const isAsked = useApp((s) => s.scenario?.load !== undefined);
  const typing = useApp((s) => (s.scenario ? typingAt(s.scenario.port)?.title : undefined));
  return (
    <>
      {!checked?.waits || isAsked ? null : !typedAny && sample !== '' ? <Missed missed="" waits />
        : <p role="status">This is as far as it goes: the machine waits for somebody to type{typing === undefined ? '' : ` into ${typing}`}.</p>}
      {checked && checked.text !== '' ? <Prose text={checked.text} /> : null}
    </>
  );
}

/** Nothing is to be checked: what there is left to read, and where one may go from here. */
function End() {
  const now = useNow();
  return (
    <section className="checks" aria-label="The end">
      <p><b>The lesson is over.</b> The machine is yours: go wherever you like, run on, type, or change a switch and compare.</p>
      <AtTheEnd />
      <p className="verdict-foot">
        <button type="button" className="btn boxed" onClick={() => void now().checkLesson()}>Run to the end</button>
      </p>
    </section>
  );
}

/** What has to hold at the end, and whether it does. */
function Checks() {
  const lesson = useApp((s) => s.lesson);
  const checked = useApp((s) => s.checked);
  const check = useApp((s) => s.checkLesson);
  // Which of them have a meaning in a run is known at its end.
  const checks = lesson?.checks.filter(({ id, applies }) => (checked?.checks.length ? checked.checks.some((one) => one.id === id) : applies)) ?? [];
  return (
    <section className="checks" aria-label="Checks">
      <button type="button" className={checked ? 'btn boxed' : 'btn primary'} onClick={() => void check()}>Run to the end and check</button>
      <ul role="status">
        {checks.map(({ id, that, text }) => {
          const result = checked?.checks.find((one) => one.id === id), state = result ? (result.ok ? 'holds' : 'fails') : 'open';
          return (
            <li key={id} data-check={state}>
              <span className="mark" aria-hidden="true">{state === 'holds' ? '✓' : state === 'fails' ? '✕' : '○'}</span>
              <div>
                <span className="sr">{state === 'open' ? 'Not looked at yet: ' : state === 'holds' ? 'Holds: ' : 'Fails: '}</span>
                {text === '' ? <code>{that}</code> : <Prose text={result?.text ?? text} inline />}
                {result && !result.ok ? <p className="muted"><code>{that}</code>{result.error ? `: ${result.error}` : ''}
                  <Values values={result.values} /></p> : null}
              </div>
            </li>
          );
        })}
      </ul>
      <AtTheEnd />
      {checked && checks.length === 0 ? <p className="muted">There is nothing to check in this build.</p> : null}
    </section>
  );
}

function Change({ step }: { step: LessonStep }) {
  const flip = useApp((s) => s.flip);
  const setup = useApp((s) => s.setup);
  const scenario = useApp((s) => s.scenario);
  const building = useApp((s) => s.building !== null);
  const { to } = step;
  if (!to || !scenario || !setup) return null;
  const own = setupOf(scenario), isThere = setup.config === to.config && Object.entries(to.set).every(([key, value]) => setup.set[key] === value) &&
    Object.keys(setup.set).length === Object.keys(to.set).length;
  const name = step.flips?.join(', ') ?? '';
  return (
    <div className="change">
      {isThere ? <button type="button" className="btn boxed" disabled={building} onClick={() => void flip(own)}>Flip it back</button>
        : <button type="button" className="btn primary" disabled={building} onClick={() => void flip(to)}>
          Flip it: <span className="mono">{name}</span></button>}
      <p className="muted">{isThere ? 'This is the other build, run to its end.' : 'Builds the same program so, and runs it to its end.'}</p>
      <Checks />
    </div>
  );
}

/** So many letters have room in a line of the box. */
const ROOM = 42;

/** The line of a mistake, and the mark below it. */
function Marked({ one, line }: { one: Diagnostic; line: string }) {
  const { text, mark } = excerptOf(one, line, ROOM);
  return <pre title={line}>{text}{one.column > 0 ? <><br /><span className="caret" aria-hidden="true">{mark}</span></> : null}</pre>;
}

/** A file of one's own with mistakes: all of them, each with its place and the line it is in. */
function Mistakes() {
  const authored = useApp((s) => s.authored);
  if (!authored || authored.diagnostics.length === 0) return null;
  const lines = authored.text.split(/\r?\n/);
  return (
    <div className="problems mistakes" role="alert">
      <p><b>{authored.file}</b> cannot be opened: {authored.diagnostics.length === 1 ? 'one mistake' : `${authored.diagnostics.length} mistakes`},
        each with its line and column.</p>
      <ul>
        {authored.diagnostics.map((one) => (
          <li key={`${one.line}:${one.column}:${one.message}`}>
            <p><span className="mono">{one.line}:{one.column || 1}</span> {one.message}</p>
            <Marked one={one} line={lines[one.line - 1] ?? ''} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Body({ step }: { step: LessonStep | undefined }) {
  const said = useApp((s) => s.lessonSaid);
  const at = useApp((s) => s.lessonAt);
  const scenario = useApp((s) => s.scenario);
  const lesson = useApp((s) => s.lesson);
  const first = lesson !== null && stepsOf(lesson)[0] === at;
  return (
    <>
      {first ? <p className="lesson-question">{scenario?.question}</p> : null}
      {said && said.text !== '' ? <Prose text={said.text} /> : null}
      {said || at === null ? null : <p className="muted">The machine is on its way there …</p>}
      {said?.missed !== undefined && step?.kind !== 'predict' ? <Missed missed={said.missed} waits={said.waits === true} /> : null}
      {step?.kind === 'predict' ? <Prediction key={step.id} step={step} /> : null}
      {step?.kind === 'change' ? <Change key={step.id} step={step} /> : null}
      {at !== CHECKS || !lesson ? null : hasChecks(lesson) ? <Checks /> : <End />}
    </>
  );
}

const AuthorPane = lazy(() => import('./AuthorPane.tsx').then((module) => ({ default: module.AuthorPane })));

/** The lesson, or the text of one that is being written. */
export function LessonPane() {
  const writing = useApp((s) => s.writing);
  return writing ? <Suspense fallback={<aside className="lesson" aria-label="Your lesson" data-writing aria-busy />}><AuthorPane /></Suspense> : <Played />;
}

function Played() {
  const now = useNow();
  const lesson = useApp((s) => s.lesson);
  const scenario = useApp((s) => s.scenario);
  const at = useApp((s) => s.lessonAt);
  const away = useApp(isAway);
  const step = useApp(stepNow);
  const due = useApp((s) => dueNow(s) !== undefined);
  const wrong = useApp((s) => s.verdict !== null);
  const busy = useApp((s) => s.lessonSaid === null && s.authored === null);
  const keys = useApp((s) => s.keys);
  const done = useApp((s) => (s.scenario ? s.progress[s.scenario.id]?.done === true : false));
  const own = useApp((s) => (s.scenario ? s.ownLessons[s.scenario.id] : undefined));
  const showLesson = useApp((s) => s.showLesson);
  const openSheet = useApp((s) => s.openSheet);
  const writeOwn = useApp((s) => s.writeOwn);
  const ready = useApp((s) => s.settled > 0 && s.building === null);
  const scroll = useRef<HTMLDivElement>(null);

  useEffect(() => {
    // Another scenario has been opened beside it.
    const { authored } = now(), stays = authored && (authored.scenario !== undefined || authored.beside === scenario?.id);
    if (ready && scenario && lesson?.scenario !== scenario.id && !stays) void now().bringLessonHere();
  }, [ready, scenario, lesson, now]);
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 });
  }, [at]);

  // Looking at what has to hold is what there is to do first.
  const unchecked = useApp((s) => s.lesson !== null && hasChecks(s.lesson) && s.checked === null);
  const isWritten = own?.file === OWN_FILE;
  const steps = lesson ? stepsOf(lesson) : [], n = at === null ? -1 : steps.indexOf(at);
  const go = (to: string | undefined) => {
    if (to !== undefined) void now().goLesson(to);
  };
  return (
    <aside className="lesson" aria-label="Lesson" data-away={away || undefined} aria-busy={busy}>
      <header className="ph">
        <h2>Lesson</h2>
        {n < 0 ? null : <span className="chip">step {n + 1} of {steps.length}</span>}
        {done ? <span className="chip" data-done>✓ done</span> : null}
        <span className="grow" />
        <button type="button" className="btn" onClick={() => openSheet('gallery')}>All lessons</button>
        <button type="button" className="btn icon" aria-label="Close the lesson" onClick={() => showLesson(false)}><Icon name="close" small /></button>
      </header>
      <Steps />
      {/* What scrolls has to be reached by the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="lesson-body" ref={scroll} tabIndex={0} role="group" aria-label={scenario?.title ?? 'Lesson'}>
        <h3>{scenario?.title}</h3>
        {own ? <p className="lesson-file">From <b>{own.file}</b>: not one of Ringside’s own lessons.{' '}
          {isWritten ? <button type="button" className="btn boxed" onClick={() => writeOwn()}>Back to the text</button> : null}</p> : null}
        <Mistakes />
        <Body step={step} />
      </div>
      {away ? (
        <div className="lesson-away" role="status">
          <span>The lab shows another moment than this step.</span>
          <button type="button" className="btn" onClick={() => void now().backToLesson()}>
            Back to the step<kbd>{keyCaps(keyOf('lesson-back', keys))}</kbd></button>
        </div>
      ) : null}
      <footer className="lesson-foot">
        <button type="button" className="btn boxed" disabled={n <= 0} onClick={() => go(steps[n - 1])}><Icon name="back" small />Previous</button>
        <button type="button" className="btn" title="Forget what was answered, and what the machine has done"
          onClick={() => void now().beginAgain()}>
          Begin again</button>
        {n >= 0 && n + 1 === steps.length ? (
          <button type="button" className={unchecked ? 'btn boxed' : 'btn primary'} onClick={() => (isWritten ? writeOwn() : openSheet('gallery'))}>
            {isWritten ? 'Back to the text' : 'Another lesson'}</button>
        ) : (
          <button type="button" className={due ? 'btn boxed' : 'btn primary'} disabled={n < 0 || due}
            title={due ? (wrong ? 'Try again, or see the moment' : 'Answer first; “I am not sure” is an answer too') : undefined}
            onClick={() => go(steps[n + 1])}>
            Next<Icon name="forward" small /></button>)}
      </footer>
    </aside>
  );
}
