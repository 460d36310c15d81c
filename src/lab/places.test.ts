/** Places as they are written: what each is read as, or what is said against it. */
import { expect, it } from 'vitest';
import { MOST_TIMES, parsePlace, PLACES } from './places.ts';

it.each([
  ['nth(3, function(app:main))', { kind: 'nth', n: 3, place: { kind: 'function', name: 'app:main' } }],
  ["nth( 2 , line(apps/hello.c, 'a, b'))", { kind: 'nth', n: 2, place: { kind: 'line', file: 'apps/hello.c', text: 'a, b' } }],
  ['nth(12, event(interrupt, ring=3))', { kind: 'nth', n: 12, place: { kind: 'event', event: 'interrupt', match: { ring: '3' } } }],
  ['tick(3060394)', { kind: 'tick', tick: 3060394 }],
])('%s', (text, place) => expect(parsePlace(text)).toEqual(place));

it.each([
  ['nth(function(app:main))', /takes a number and a place/],
  ['nth(0, function(app:main))', /counts from 1 to/],
  [`nth(${MOST_TIMES + 1}, function(app:main))`, /counts from 1 to/],
  ['nth(2, nth(3, function(app:main)))', /nth\(\.\.\.\) is one moment/],
  ['nth(2, tick(7))', /tick\(\.\.\.\) is one moment/],
  ['nth(2, event(interupt))', /did you mean interrupt/],
  ['tick(main)', /takes a whole number/],
  ['tick(-1)', /takes a whole number/],
  ['event(console-output', /'\)' is missing: event\(console-output\)/],
  ['tik(3)', /unknown kind of place 'tik'; did you mean tick/],
])('%s is refused in words', (text, words) => expect(parsePlace(text)).toMatch(words));

it('each kind is written in the documentation as it is read', () => {
  const named = (text: string): string => text.replace('event(kind, field=value)', 'event(interrupt, ring=3)').replace('syscall(name', 'syscall(read');
  for (const [kind, [written]] of Object.entries(PLACES))
    for (const [, text] of written.matchAll(/`([^`]+)`/g)) expect(parsePlace(named(text)), text).toMatchObject({ kind });
});
