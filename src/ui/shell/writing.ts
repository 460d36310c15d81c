/** The way from a command to the editor of one's own lesson, which is loaded and drawn when it is wanted; and where its cursor was. */
import type { StateEffect } from '@codemirror/state';
import type { Wish } from '../../link/lesson.ts';
import { page } from '../store/page.ts';

type Writer = (wish: Wish) => Promise<void>;
let writer: Writer | undefined, wished: Wish | undefined;
// Who closes the editor before it is there wishes for nothing any more.
page.subscribe(({ writing }, was) => {
  if (was.writing && !writing) wished = undefined;
});

/** Where one was in the text: the letter, and what of which text was in sight. */
export const cursor: { at: number; text?: string; scroll?: StateEffect<unknown> } = { at: 0 };

/** From now on this editor writes; what was wished before it was there is written at once. @returns what ends it. */
export function holdWriter(mine: Writer): () => void {
  writer = mine;
  const due = wished;
  wished = undefined;
  if (due) void mine(due);
  return () => {
    if (writer === mine) writer = undefined;
  };
}

/** A block waits for the editor. */
export const isWished = (): boolean => wished !== undefined;

/** A block for this moment in one's own lesson, which is opened for it. */
export async function wish(what: Wish): Promise<void> {
  if (writer) return writer(what);
  wished = what;
  page.getState().writeOwn();
}
