/**
 * Links that were shared when kernel and compiler were others. Each still leads to what it was about: the same event, edits and input
 * included. Never change one that stands here; add what a link has learned to hold.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createBuilder } from '../lab/builder.ts';
import { stock } from '../lab/objects.ts';
import { createSession } from '../lab/session.ts';
import { guestSources } from '../lab/sources.ts';
import { setupOfLink } from '../link/link-names.ts';
import { applyPatch } from '../link/patch.ts';
import { decodeLink } from '../link/share.ts';
import { createUnitCompiler } from '../toolchain/compiler.ts';

interface Old {
  link: string;
  /** The system call that has just begun there, or that begins next, and what is printed by the end. */
  call?: string;
  next?: string;
  end?: string;
  /** The step of the lesson, and what the machine says there. */
  lesson?: [step: string, moment: RegExp];
  /** No word is said when the link has no kernel in it. */
  silent?: true;
}

const SAME_EVENT = /^The link was made with another kernel, compiler or cost table; this is the same event in the present one\./;

const OLD: Record<string, Old> = {
  'written by hand': { link: '#v=1&scenario=lost-red-zone&config=ukl&set=APP_RED_ZONE:on', silent: true, lesson: ['lost', /red zone/] },
  'an application that was chosen, and no scenario': { link: '#v=1&scenario=hello&config=linux&app=quicksort&by=app', silent: true },
  'a breakpoint, panels, some instructions into a call': { call: 'write', end: 'hello\n',
    link: '#v=1&scenario=hello&config=ukl&app=hello&t=2943290&z=NYxBCoMwFAXv8tYpFNS2-VcRKYn51ZD4I0loEfHuxUJ3s5iZHX4xE4PAXaOd7u43-2ivttVQMDLOKYN28JulglC2M'
      + 'poYLyw1b1CQOoMahfR6Fa4gfSisLM7LBOoHBZvZhDV5qQXU7whe3O-z2BSh_kAInIUjhbKV5yf7yjgGhdUIx7PEmByffjVjKBiOLw' },
  'a line that was typed as text': { next: 'write', end: 'kept\nkept\n',
    link: '#v=1&scenario=console-echo&config=linux&app=console-echo&t=3077200&z=FcxBDoIwEAXQu_x1TcBGGuYqyKLSARpwaOxoME3vbnwHeAXx6RcGwbn52vYPDoE714QbDLxM6_ECFf'
      + 'CHRUHI3zz5fb_wGRUGoivIGhzznFlBrbXVIEp6awYNBRqnDWSbru9da6B8_peNk94FdTRILCHKAhrG-gM' },
  'an edit of the program': { next: 'write', end: 'hello again\n',
    link: '#v=1&scenario=hello&config=linux&app=hello&t=2963026&z=jYzBasMwEAV_xbxTAts2iUsbbz_F9kFYK1tgr4y1CS1G_16Se6HHGZjZERc3Chif4Vpfwtl_-Kb2zbsHwekw'
      + 'pQ28Q-6iBkb-yYO'
      + 'b5xf5jgaC2gS-EFIIWQx8rk9NIYiPlh-ZW9f8Nsk8p9cB3O5wBq4JYUsLuEVUqxYX9XBP0R9B2EHobL1ZPnR4hh2OX0-5id02rU4PKugJlv65qNzoov41Kn0hrKI-6ghu-_IL' },
  'a step of a lesson': { lesson: ['lost', /red zone/],
    link: '#v=1&scenario=lost-red-zone&config=ukl&app=checksum&set=APP_RED_ZONE:on&t=3097604&lesson=lost&z=BcFBCoAgEAXQu_y1Qcm4matEC9HRhJoiJYrw7r33oew-Cxhx9'
      + 'ESJUhQnNJKFgdewHhf4g9yiDYz61uC3bZCnNBhoW8HW4EipSgNPjpyjbnCKxqIZPC_9Bw' },
};

const squeeze = {
  deflate: (text: string) => Promise.resolve(new Uint8Array(deflateRawSync(text))),
  inflate: (bytes: Uint8Array, limit: number) => Promise.resolve(inflateRawSync(bytes, { maxOutputLength: limit }).toString()),
};

it.each(Object.entries(OLD))('%s', async (_what, { link, call, next, end, lesson, silent }) => {
  const originals = guestSources();
  const { handlers, lab } = createSession({ originals, pump: () => Promise.resolve(), build: createBuilder({ originals, clock: () => 0, objects: stock.objects,
    compiler: () => Promise.resolve(createUnitCompiler()) }) });
  const { state, problems } = await decodeLink(link, squeeze);
  const setup = state && setupOfLink(state, await handlers.catalogue({}), problems);
  if (!state || !setup) throw new Error(problems.join(' '));
  const edits = Object.fromEntries(Object.entries(state.edits ?? {}).map(([file, hunks]) =>
    [file, applyPatch(originals.get(file) ?? '', hunks) ?? 'does not fit']));
  const { tick, imageHash = '', anchor, pending, inputs } = state;
  const { stop, notice } = await handlers.open({ ...setup, edits, ...(inputs ? { inputs } : {}),
    ...(tick === undefined ? {} : { moment: { tick, imageHash, ...(anchor ? { anchor } : {}), ...(pending ? { pending } : {}) } }) });
  expect(problems).toEqual([]);
  if (silent) expect(notice).toBeUndefined();
  else expect(notice).toMatch(SAME_EVENT);
  if (call !== undefined) {
    const begun = lab()?.tracer.record.findBack((stop?.status.tick ?? 0) + 1, ['syscall-entry'], ({ kind }) => kind === 'syscall-entry');
    expect(begun?.fields['name']).toBe(call);
  }
  if (next !== undefined) {
    const { stop: begins } = await handlers.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry' } });
    expect(begins.event?.fields['name']).toBe(next);
  }
  if (end !== undefined) {
    await lab()?.finish();
    expect(lab()?.consoleText(Infinity).replaceAll('\r', '')).toContain(`\n${end}`);
  }
  if (lesson) {
    const [step, moment] = lesson;
    await handlers.lesson({});
    expect((await handlers.lessonStep({ step })).moment).toMatch(moment);
  }
});
