/** The list of a lesson's steps gives no answer away. */
import { expect, it } from 'vitest';
import type { LessonStep, LessonView } from '../../link/lesson.ts';
import { stepNames } from './step-names.ts';

const step = (kind: LessonStep['kind'], id: string, applies = true): LessonStep => ({ id, kind, applies, show: [] });
const lesson = (...steps: LessonStep[]): LessonView => ({ scenario: 'mine', minutes: 1, steps, checks: [] });

it('a question is called a question, by its number where there are several', () => {
  expect(stepNames(lesson(step('stop', 'main'), step('predict', 'ask-exception')), 9, null)).toEqual(['main', 'question', 'end']);
  expect(stepNames(lesson(step('predict', 'ask-exception'), step('predict', 'other', false), step('predict', 'where')), 9, null))
    .toEqual(['question 1', 'question 2', 'end']);
});

it('what lies behind a question that is not answered has no name', () => {
  const all = lesson(step('stop', 'first-write'), step('predict', 'ask'), step('stop', 'exception'), step('predict', 'who'), step('change', 'mended'));
  expect(stepNames(all, 2, 'ask')).toEqual(['first write', 'question 1', '…', 'question 2', '…', 'end']);
  expect(stepNames(all, 9, 'ask')).toEqual(['first write', 'question 1', 'exception', 'question 2', 'mended', 'end']);
});

it('but where a link has led to is told, wherever it is', () => {
  expect(stepNames(lesson(step('predict', 'ask'), step('stop', 'exception'), step('stop', 'after')), 1, 'exception'))
    .toEqual(['question', 'exception', '…', 'end']);
});
