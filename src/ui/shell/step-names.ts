/** What the steps of a lesson are called in the list of them. A name may be the answer to a question: those behind an open one are not told. */
import type { LessonView } from '../../link/lesson.ts';
import { CHECKS, stepsOf } from '../store/lesson.ts';

/** Something is to hold at the end of the run in this build. */
export const hasChecks = ({ checks }: LessonView): boolean => checks.some(({ applies }) => applies);

/** @param closed the first step that may not be gone to yet
 *  @param at the one where the reader is: a link may lead behind a question */
export function stepNames(lesson: LessonView, closed: number, at: string | null): string[] {
  const asking = new Set(lesson.steps.filter(({ kind, applies }) => kind === 'predict' && applies).map(({ id }) => id)), order = [...asking];
  return stepsOf(lesson).map((id, n) => {
    if (id === CHECKS) return hasChecks(lesson) ? 'checks' : 'end';
    if (asking.has(id)) return order.length > 1 ? `question ${order.indexOf(id) + 1}` : 'question';
    return n < closed || id === at ? id.replaceAll('-', ' ') : '…';
  });
}
