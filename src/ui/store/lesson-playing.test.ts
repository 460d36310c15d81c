/** A lesson as its reader goes through it: what is kept, what a wrong answer holds back, and what its author has changed meanwhile. */
import { beforeAll, expect, it } from 'vitest';
import { labOfItsOwn } from '../../lab/testing-link.ts';
import { CHECKS, dueNow, firstClosed, stepsOf } from './lesson.ts';
import { createMachineStore, type MachineStore } from './machine-store.ts';
import type { Progress } from './progress.ts';

const TEXT = `---
id: mine
title: Mine
question: Whose?
app: hello
---
:::stop{#first at="syscall(write)"}
One.
:::
:::predict{#ring ask="In which ring is it then?" at="event(ring-change, to=3)"}
- [ ] ring 0 :: check="ring == 0"
- [x] ring 3 :: check="ring == 3"
:::
:::stop{#second at="event(ring-change, to=3)"}
Two.
:::
`;
let store: MachineStore;
const kept = new Map<string, Progress>();
const now = () => store.getState();
const closed = (): string[] => {
  const { lesson } = now();
  return lesson ? stepsOf(lesson).slice(firstClosed(now())) : [];
};

beforeAll(async () => {
  const { link } = labOfItsOwn();
  store = createMachineStore({ connect: () => link, preferences: () => ({ unit: 'instruction', speed: 6, runOnTyping: true }), say: () => undefined,
    progressOf: (id) => kept.get(id), keepProgress: (id, progress) => void kept.set(id, progress), forgetProgress: (id) => void kept.delete(id) });
  await now().connect();
  await now().author('mine.md', TEXT);
}, 60_000);

it('after a wrong answer the lesson goes on once the moment has been seen, and asks again of whoever tries again', async () => {
  await now().goLesson('ring');
  await now().choose(0);
  expect([now().verdict?.right, closed()]).toEqual([false, ['second', CHECKS]]);
  await now().refute();
  expect([dueNow(now()), closed()]).toEqual([undefined, []]);
  await now().backToLesson();
  expect(closed()).toEqual([]);
  now().tryAgain();
  expect([dueNow(now())?.id, closed()]).toEqual(['ring', ['second', CHECKS]]);
  await now().choose(1);
  expect([now().verdict?.right, closed()]).toEqual([true, []]);
});

it('what is played anew begins at its beginning with nothing answered, whatever was answered to the text before it', async () => {
  await now().goLesson('ring');
  await now().choose(null);
  await now().goLesson(CHECKS);
  expect(kept.get('mine')).toMatchObject({ at: CHECKS, answered: { ring: 'shown' } });
  now().closeLesson();
  await now().author('mine.md', TEXT.replace('One.', 'One, mended.'), true);
  expect([now().lessonAt, now().lessonSaid?.text, now().answered]).toEqual(['first', 'One, mended.', {}]);
  expect(kept.get('mine')).toEqual({ at: 'first', answered: {}, done: false });
});

it('a file that is read again stays at the step that is open', async () => {
  await now().goLesson('ring');
  await now().choose(null);
  await now().goLesson('second');
  await now().author('mine.md', TEXT.replace('Two.', 'Two, mended.'));
  expect([now().lessonAt, now().lessonSaid?.text]).toEqual(['second', 'Two, mended.']);
});
