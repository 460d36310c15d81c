/** Who opens a lesson: the pane that stands beside the lab, and a link that names a step. The link's step holds, whoever is first. */
import { beforeAll, expect, it } from 'vitest';
import { labOfItsOwn } from '../../lab/testing-link.ts';
import { createMachineStore, type MachineStore } from './machine-store.ts';

const TEXT = `---
id: mine
title: Mine
question: Whose?
app: hello
---
:::stop{#first at="syscall(write)"}
One.
:::
:::stop{#second at="event(ring-change, to=3)"}
Two.
:::
`;
let store: MachineStore;

beforeAll(async () => {
  const { link } = labOfItsOwn();
  store = createMachineStore({ connect: () => link, preferences: () => ({ unit: 'instruction', speed: 6, runOnTyping: true }), say: () => undefined,
    progressOf: () => undefined, keepProgress: () => undefined, forgetProgress: () => undefined });
  await store.getState().connect();
  await store.getState().learn({ file: 'mine.md', text: TEXT });
  await store.getState().open({ scenario: 'mine', config: 'linux', app: 'hello', set: {} });
}, 60_000);

it.each([
  ['after the pane', (pane: () => Promise<void>, link: () => Promise<void>) => [pane(), link()]],
  ['before the pane', (pane: () => Promise<void>, link: () => Promise<void>) => [link(), pane()]],
])('a link to a step that comes %s', async (_when, both) => {
  const { seek, openLesson, bringLessonHere, closeLesson } = store.getState();
  closeLesson();
  await seek(100);
  await Promise.all(both(bringLessonHere, () => openLesson('second', true)));
  const { lessonAt, lessonSaid, status } = store.getState();
  expect([lessonAt, lessonSaid?.text]).toEqual(['second', 'Two.']);
  expect(status?.tick, 'the moment of the link').toBe(100);
});

it('a pane that comes when the lesson is there leaves it as it is', async () => {
  await store.getState().openLesson('second');
  const { tick } = store.getState().status ?? {};
  await store.getState().bringLessonHere();
  expect([store.getState().lessonAt, store.getState().status?.tick]).toEqual(['second', tick]);
});

it('who closes it while it is on its way finds it closed, and can open it again', async () => {
  const { openLesson, closeLesson, bringLessonHere } = store.getState();
  closeLesson();
  const coming = openLesson('second');
  closeLesson();
  await coming;
  expect([store.getState().lesson, store.getState().lessonAt]).toEqual([null, null]);
  await bringLessonHere();
  expect(store.getState().lessonAt).toBe('first');
});
