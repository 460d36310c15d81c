/** A lesson is written beside the lab: stops and questions for the moment shown, words offered, mistakes told in place, and it is played. */
import { accessible, expect, test } from './fixtures.ts';
import type { LabPage } from './lab-page.ts';
import { ALWAYS } from './sample.ts';

const writing = (lab: LabPage) => lab.page.getByRole('complementary', { name: 'Your lesson' });
const area = (lab: LabPage) => writing(lab).getByRole('textbox', { name: 'Text of your lesson' });
const pane = (lab: LabPage) => lab.page.getByRole('complementary', { name: 'Lesson', exact: true });
const list = (lab: LabPage) => lab.page.getByRole('listbox', { name: 'What may stand here' });

/** Types over what is selected, as an author does. */
const type = (lab: LabPage, text: string) => lab.page.keyboard.insertText(text);
/** Puts the cursor in front of the first such letters of the text. */
async function goBefore(lab: LabPage, letters: string): Promise<void> {
  await area(lab).getByText(letters).first().click();
  await lab.page.keyboard.press('Home');
}

test('stops and questions are put in by keys at moments of the lab, and played to the same ticks', { tag: ALWAYS }, async ({ lab }) => {
  test.setTimeout(120_000);
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await expect(area(lab)).toBeFocused();
  await expect(area(lab)).toContainText('app: hello');
  await expect(writing(lab)).toContainText('The text can be read');
  // Under the pointer, where the palette was, a tip may come up.
  await lab.page.mouse.move(0, 0);
  await accessible(lab.page);

  const ticks: number[] = [];
  await lab.command('Run to the next system call');
  for (const words of ['Where the kernel begins.', 'A while later, in nobody\'s function.']) {
    // Whoever presses a button of the lab has its keys.
    for (let n = 0; n < 5; n++) await lab.press('Step');
    ticks.push(await lab.tick());
    await lab.page.keyboard.press('s');
    await expect(area(lab)).toContainText('What there is to see here.');
    await expect(area(lab)).toBeFocused();
    await type(lab, words);
  }
  await lab.press('Step');
  await lab.key('b');
  const asked = await lab.tick();
  await writing(lab).getByRole('button', { name: /^Ask here/ }).click();
  await expect(area(lab)).toContainText(':::predict{#');
  await expect(writing(lab)).toContainText('The text can be read');
  expect(await lab.tick(), 'the lab stays where it was').toBe(asked);

  await writing(lab).getByRole('button', { name: /^Play it/ }).click();
  await expect(pane(lab)).toContainText('Where the kernel begins.', { timeout: 30_000 });
  await lab.stopped();
  expect(await lab.tick()).toBe(ticks[0]);
  await pane(lab).getByRole('button', { name: 'Next' }).click();
  await expect(pane(lab)).toContainText('A while later');
  await lab.stopped();
  expect(await lab.tick()).toBe(ticks[1]);
  await pane(lab).getByRole('button', { name: 'Next' }).click();
  // The second of its answers is what the machine says.
  await pane(lab).getByRole('radio').nth(1).check();
  await pane(lab).getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(pane(lab).locator('.verdict')).toContainText('Yes.');
  await lab.stopped();
  expect(await lab.tick()).toBe(asked);
  await pane(lab).getByRole('button', { name: 'Back to the text' }).first().click();
  await expect(area(lab)).toContainText('Where the kernel begins.');
});

test('a program is chosen by what it does, nobody\'s lesson is opened with it, and `write` in the palette begins one', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello');
  const field = (name: string) => lab.page.getByRole('button', { name: new RegExp(`^${name}: `) });
  for (const theme of ['dark', 'projector', 'light'] as const) {
    await lab.command(`Theme: ${theme}`);
    await field('App').click();
    const program = lab.page.getByRole('menuitemradio', { name: /^deep-stack\s*Goes down the stack/ });
    await expect(program).toBeVisible();
    // Each of them, those too whose sources come later.
    await expect(lab.page.getByRole('menuitemradio').filter({ has: lab.page.locator('.about', { hasNotText: /\w\W*\.$/ }) })).toHaveCount(0);
    await lab.page.screenshot({ path: `test-results/screenshots/programs-${theme}.png` });
    if (theme === 'light') await program.click(); else await lab.page.keyboard.press('Escape');
  }
  await lab.settled();
  await expect(field('App')).toHaveAccessibleName('App: deep-stack');
  await expect(field('Scenario')).toHaveAccessibleName('Scenario: none');
  await lab.page.getByRole('button', { name: 'ukl-byp' }).or(lab.page.getByRole('radio', { name: 'ukl-byp' })).first().click();
  await lab.settled();
  await expect(field('Scenario'), 'in another build too').toHaveAccessibleName('Scenario: none');
  await lab.page.keyboard.press('Control+k');
  await lab.page.keyboard.type('write');
  await lab.page.getByRole('option').filter({ hasText: 'Write a lesson' }).click();
  await expect(area(lab)).toContainText('app: deep-stack');
});

test('the example is played; a mistake in it is told at its letters, and what a check computed is said', async ({ lab }) => {
  test.setTimeout(120_000);
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await writing(lab).getByRole('button', { name: 'Begin anew' }).click();
  await lab.page.getByRole('menuitem', { name: /^From the example/ }).click();
  await expect(area(lab)).toContainText('question:');
  await expect(writing(lab)).toContainText('The text can be read');
  const replace = async (old: string, by: string): Promise<void> => {
    await area(lab).evaluate((one, from) => {
      const line = [...one.querySelectorAll('.cm-line')].find(({ textContent }) => textContent.includes(from));
      const walker = document.createTreeWalker(line ?? one, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.textContent?.indexOf(from) ?? -1;
        if (at < 0) continue;
        getSelection()?.setBaseAndExtent(node, at, node, at + from.length);
      }
    }, old);
    await type(lab, by);
  };
  await area(lab).focus();
  await replace('syscall(write)', 'syscal(write)');
  const mistakes = writing(lab).getByRole('status', { name: 'Mistakes' });
  await expect(mistakes).toContainText("unknown kind of place 'syscal'; did you mean syscall?");
  await expect(writing(lab).locator('.cm-lintRange-error')).toHaveText('syscal');
  await accessible(lab.page);
  await area(lab).press('Control+Enter');
  await expect(writing(lab).getByRole('alert')).toContainText('It cannot be played yet');
  await expect.poll(() => lab.page.evaluate(() => getSelection()?.toString())).toBe('syscal');
  await type(lab, 'syscall');
  await expect(mistakes).toContainText('The text can be read');
  // A list of all that there is would push the line with the mistake out of sight.
  await replace('event(console-output)', 'event(console-ouput)');
  await expect(mistakes).toContainText("unknown event 'console-ouput'; did you mean console-output? Ctrl Space lists them all");
  await expect(mistakes).not.toContainText('triple-fault');
  await replace('console-ouput', 'console-output');
  await expect(mistakes).toContainText('The text can be read');

  // The right answer with a check that cannot be met: nobody who chooses it is told just no.
  await replace('ring == 0', 'ring == 1');
  await area(lab).press('Control+Enter');
  const lesson = pane(lab);
  for (;;) {
    await expect(lesson).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
    if (await lesson.getByRole('radio').count() > 0) break;
    await lesson.getByRole('button', { name: 'Next' }).click();
  }
  await lesson.getByRole('radio', { name: /still the user/ }).check();
  await lesson.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(lesson.locator('.verdict')).toContainText('The lesson and the machine disagree.');
  await expect(lesson.locator('.verdict')).toContainText(/should hold at this moment\. It does not: region\(rsp\) == 'user' && ring == 1/);
});

test('what may stand at the cursor is offered, by the keyboard alone', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await goBefore(lab, 'What it is about.');
  await lab.page.keyboard.press('Control+End');
  await lab.page.keyboard.type('\n\n:::st');
  await expect(list(lab).getByRole('option', { selected: true })).toContainText(':::stop');
  await accessible(lab.page);
  await lab.page.keyboard.press('Enter');
  await expect(list(lab).getByRole('option')).toHaveCount(6);
  await lab.page.keyboard.type('sys');
  await expect(list(lab).getByRole('option', { selected: true })).toContainText('syscall');
  await lab.page.keyboard.press('Tab');
  await expect(list(lab)).toBeVisible();
  await lab.page.keyboard.type('wri');
  await expect(list(lab).getByRole('option', { selected: true })).toContainText('write');
  await lab.page.keyboard.press('ArrowDown');
  await lab.page.keyboard.press('ArrowUp');
  await lab.page.keyboard.press('Enter');
  await lab.page.keyboard.type(')');
  await expect(area(lab)).toContainText(':::stop{#name at="syscall(write)"}');
  await lab.page.keyboard.press('Control+End');
  await lab.page.keyboard.type('\nIt is {{rin');
  await expect(list(lab).getByRole('option').first()).toContainText('the privilege level');
  await lab.page.keyboard.press('Escape');
  await expect(list(lab)).toHaveCount(0);
  await lab.page.keyboard.type('g}}, {{resul');
  const chosen = list(lab).getByRole('option', { selected: true });
  await expect(chosen).toContainText('without n the first');
  expect(await chosen.evaluate((one) => one.scrollWidth <= one.clientWidth), 'it can be read to its end').toBe(true);
  await lab.page.keyboard.press('Escape');
  await lab.page.keyboard.type("t('write')}}.");
  await expect(writing(lab)).toContainText('The text can be read');
});

/** The letters that are selected in the text. */
const selected = (lab: LabPage) => lab.page.evaluate(() => getSelection()?.toString());

test('what is to be written over in a new question is gone through by Tab, and all of it is in sight', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await area(lab).press('Control+End');
  // The text is longer than its room.
  await type(lab, `${'\n\nMore of it.'.repeat(14)}`);
  await lab.command('Run to the next system call');
  await writing(lab).getByRole('button', { name: /^Ask here/ }).click();
  const last = area(lab).locator('.cm-line').filter({ hasText: /^- \[x\]/ });
  await expect(last).toBeInViewport({ ratio: 1 });
  await expect.poll(() => selected(lab)).toMatch(/^At the next syscall entry, which system call/);
  const next = async (): Promise<string | undefined> => {
    await lab.page.keyboard.press('Tab');
    return selected(lab);
  };
  await type(lab, 'Who runs?');
  const wrong = await next() ?? '';
  await lab.page.keyboard.press('Shift+Tab');
  expect(await selected(lab)).toBe('Who runs?');
  expect(await next()).toBe(wrong);
  await type(lab, 'nobody');
  // What the machine wrote may stay; where it does not, typing takes its place, and Tab takes a name that is offered first.
  const check = await next() ?? '';
  expect(check).toMatch(/^field\('name'\) == '\w+'$/);
  expect(await next()).toBe('What somebody believes who chooses this.');
  await lab.page.keyboard.press('Shift+Tab');
  expect(await selected(lab)).toBe(check);
  await lab.page.keyboard.type('ring == 7');
  expect(await next()).toBe('What somebody believes who chooses this.');
  await type(lab, 'Nothing runs.');
  expect(await next()).toBe('What to say to who chose this.');
  await type(lab, 'The kernel does.');
  const right = await next() ?? '', rightCheck = await next() ?? '';
  expect(rightCheck).toMatch(/^field\('name'\) == '\w+'$/);
  expect(await next()).toBe('Why this is right.');
  await type(lab, 'It serves the call.');
  await lab.page.keyboard.press('Tab');
  await expect(area(lab)).toBeFocused();
  await type(lab, 'Behind it.');
  await expect(area(lab)).toContainText(`- [ ] nobody :: check="ring == 7" misconception="Nothing runs."  The kernel does.- [x] ${right} :: `
    + `check="${rightCheck}"  It serves the call.:::Behind it.`);
  // There is nothing more to write over: the next one leaves the editor.
  await lab.page.keyboard.press('Tab');
  await expect(area(lab)).not.toBeFocused();

  // A third click leaves the indentation and the end of the line where they are.
  await area(lab).getByText('The kernel does.').click({ clickCount: 3 });
  await type(lab, 'It is the kernel.');
  await expect(area(lab).locator('.cm-line').filter({ hasText: 'It is the kernel.' })).toHaveText('  It is the kernel.');
});

test('an author of a question is told when it is asked and when it is answered, and nothing moves', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await lab.command('Run to the next system call');
  const stop = await lab.tick(), top = () => area(lab).evaluate((one) => one.closest('.author-text')?.getBoundingClientRect().top);
  const block = writing(lab).getByRole('status', { name: 'This block' });
  // After a command the keys are the text's again.
  await writing(lab).getByRole('button', { name: /^Stop here/ }).click();
  await expect(area(lab).locator('.cm-field')).toHaveCount(1);
  const place = await top();
  await type(lab, 'The kernel begins.');
  // What has been written over is no longer marked as to be filled in.
  await expect(area(lab).locator('.cm-field')).toHaveCount(0);
  await writing(lab).getByRole('button', { name: 'Save', exact: true }).click();
  await expect(writing(lab)).toContainText('Saved as');
  expect(await top(), 'what is said has a place of its own').toBe(place);
  await lab.press('Step');
  await lab.key('b');
  const answer = await lab.tick();
  await lab.page.keyboard.press('a');
  await expect(block).toContainText(/^Asked at the stop [\w-]+, which is what the reader sees\. Answered later, at /);
  await expect(area(lab).locator('.cm-field')).toHaveCount(8);
  await type(lab, 'Who runs then?');
  await expect(area(lab).locator('.cm-field')).toHaveCount(7);
  await expect(block).toContainText(`Answered ${(answer - stop).toLocaleString('en-US')} ticks later`, { timeout: 60_000 });
  expect(await top()).toBe(place);
  await accessible(lab.page);
  await block.getByRole('button').first().click();
  await lab.stopped();
  expect(await lab.tick(), 'what the reader sees').toBe(stop);
  await block.getByRole('button').last().click();
  await lab.stopped();
  expect(await lab.tick()).toBe(answer);
});

test('the margin is reached again below an indented line, and a whole name is told when it is asked for', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await area(lab).press('Control+End');
  await type(lab, '\n:::predict{#who ask="Who?"}\n- [ ] nobody\n  A reply.');
  const lines = () => area(lab).locator('.cm-line').allTextContents().then((all) => all.slice(all.indexOf('  A reply.') + 1));
  await lab.page.keyboard.press('Enter');
  await lab.page.keyboard.type('- [x] somebody');
  expect(await lines()).toEqual(['- [x] somebody']);
  await lab.page.keyboard.press('Enter');
  await lab.page.keyboard.type('  Another.');
  await lab.page.keyboard.press('Enter');
  await lab.page.keyboard.press('Enter');
  await lab.page.keyboard.type(':::');
  expect(await lines()).toEqual(['- [x] somebody', '  Another.', ':::']);
  await expect(writing(lab)).toContainText('The text can be read');
  await lab.page.keyboard.type('\n\n:::stop{#end at="event(exi');
  await expect(list(lab)).toBeVisible();
  await lab.page.keyboard.type('t');
  await expect(list(lab)).toHaveCount(0);
  await lab.page.keyboard.type(')"}\nOver.\n:::\n\nIn ring {{ring');
  await expect(list(lab)).toHaveCount(0);
  await lab.page.keyboard.press('Control+Space');
  await expect(list(lab).getByRole('option')).toHaveCount(1);
  await expect(list(lab).getByRole('option').first()).toContainText('the privilege level');
});

test('who comes back to the text finds the place in it again; the steps have one line, and the last one says what comes', async ({ lab }) => {
  test.setTimeout(120_000);
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await area(lab).press('Control+End');
  const stops = Array.from({ length: 9 }, (_, n) => `:::stop{#a-rather-long-name-${n} at="nth(${n + 1}, event(ring-change))"}\nStop.\n:::`);
  await type(lab, `\n\n${stops.join('\n\n')}${'\n\nMore of it.'.repeat(20)}`);
  await expect(writing(lab)).toContainText('The text can be read');
  await area(lab).getByText('a-rather-long-name-8').click();
  const scroll = () => area(lab).evaluate((one) => one.closest('.cm-scroller')?.scrollTop ?? 0), place = await scroll();
  expect(place).toBeGreaterThan(0);
  const row = () => area(lab).evaluate(() => (getSelection()?.anchorNode?.parentElement?.closest('.cm-line') as HTMLElement | null)?.textContent);
  const text = await row();
  await area(lab).press('Control+Enter');
  await expect(pane(lab)).toContainText('step 1 of 10', { timeout: 30_000 });
  const steps = pane(lab).getByRole('navigation'), height = (await steps.boundingBox())?.height ?? 0;
  expect(height).toBeLessThan(40);
  await steps.getByRole('button').last().click();
  await expect(pane(lab)).toContainText('The lesson is over.');
  expect((await steps.boundingBox())?.height).toBe(height);
  const next = pane(lab).locator('.lesson-foot').getByRole('button').last();
  await expect(next).toBeEnabled();
  await expect(next).toHaveText('Back to the text');
  await next.click();
  await expect(area(lab)).toBeFocused();
  await expect.poll(row).toBe(text);
  expect(Math.abs(await scroll() - place)).toBeLessThan(2);
});

test('colons that close a block are followed by a new line, and the cursor stays in sight when mistakes come up', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await area(lab).press('Control+End');
  await lab.page.keyboard.insertText(`${'\n\nMore of it.'.repeat(14)}\n\n:::stop{#one at="syscall(write)"}\nOne.`);
  await lab.page.keyboard.type('\n:::');
  await lab.page.keyboard.press('Enter');
  await lab.page.keyboard.type('Then <b>.');
  await expect(list(lab)).toHaveCount(0);
  await expect(writing(lab).getByRole('status', { name: 'Mistakes' })).toContainText("'<b>' is HTML");
  await expect(area(lab).getByText('Then <b>.')).toBeInViewport({ ratio: 1 });
  await expect(area(lab)).not.toContainText('#name');
});

test('no line of the text moves but those below one that has another number of rows', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  const lines = () => area(lab).evaluate((one) => [...one.querySelectorAll('.cm-line')].map((line) => ({ text: line.textContent,
    top: Math.round(line.getBoundingClientRect().top), rows: line.getBoundingClientRect().height })));
  const width = () => area(lab).evaluate((one) => one.clientWidth);
  /** Where the lines down to one that begins like this stand. */
  const downTo = async (begin: string): Promise<string[]> => {
    const all = await lines(), last = all.findLastIndex(({ text }) => text.startsWith(begin));
    expect(last).toBeGreaterThan(0);
    return all.slice(0, last).map(({ text, top }) => `${top} ${text}`);
  };
  const few = await width();
  await area(lab).press('Control+End');
  await type(lab, `${'\n\nMore of it.'.repeat(50)}\n\n:::predict{#who ask="Who?"}\n- [ ] nobody :: misconception="Nobody is there."\n- [x] somebody\n`
    + `:::\n\nLast ${'word '.repeat(20)}`);
  await expect(writing(lab)).toContainText('The text can be read');
  expect(await width(), 'numbers of three digits, and more than there is room for').toBe(few);
  // As far down as there is text: the last line is the lowest in sight.
  await area(lab).press('Control+End');
  await expect(area(lab).getByText('Last word')).toBeInViewport();
  const still = await downTo('Last'), { rows } = (await lines()).at(-1) ?? { rows: 0 };
  for (let n = 0; n < 12; n++) await lab.page.keyboard.press('Control+Backspace');
  expect((await lines()).at(-1)?.rows, 'it has fewer rows').toBeLessThan(rows);
  expect(await downTo('Last')).toEqual(still);

  await area(lab).getByText('- [ ] nobody').click();
  const before = await downTo('- [ ] nobody');
  await lab.page.keyboard.press('End');
  await lab.page.keyboard.insertText(' misconcepton="Nobody."');
  await expect(writing(lab).getByRole('status', { name: 'Mistakes' })).toContainText("no 'misconcepton'");
  expect(await downTo('- [ ] nobody')).toEqual(before);
  for (let n = 0; n < ' misconcepton="Nobody."'.length; n++) await lab.page.keyboard.press('Backspace');
  await expect(writing(lab)).toContainText('The text can be read');
  expect(await downTo('- [ ] nobody')).toEqual(before);
});

test('beside the text the registers are whole', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await lab.command('Run to the next system call');
  for (let n = 0; n < 8; n++) await lab.press('Step');
  const cut = () => lab.panelById('cpu').locator('.reg .v').evaluateAll((all) => all.flatMap((one) => [...one.querySelectorAll(':scope > span')]
    .filter((part) => part.getBoundingClientRect().left < one.getBoundingClientRect().left - 1).map((part) => part.textContent)));
  const { cpu } = await lab.ask('views', { show: { cpu: true } });
  expect(cpu?.registers.some(({ name, value }) => /^R([A-D]X|[SD]I|BP|\d+)$/.test(name) && value >= 1n << 60n), 'there is a long one').toBe(true);
  expect(await cut()).toEqual([]);
});

test('a text made of a machine that waits for somebody opens it with that input; another head says so, and opens its own', async ({ lab }) => {
  test.setTimeout(120_000);
  await lab.open('#v=1&scenario=shell');
  await lab.command('Write a lesson');
  const other = writing(lab).getByRole('status', { name: 'Another machine' });
  // The shell of the gallery waits for somebody who types; the lesson types.
  await expect(area(lab)).toContainText('input: "echo one two | wc');
  await expect(writing(lab).getByRole('status').filter({ hasText: 'This is the machine of your lesson' })).toBeVisible({ timeout: 30_000 });
  await expect(other).toHaveCount(0);
  await lab.settled();
  const until = async (name: string): Promise<void> => {
    await lab.page.keyboard.press('Control+K');
    await lab.page.getByRole('combobox').fill(name);
    await lab.page.getByRole('option').filter({ hasText: `Run to the function ${name}` }).click();
    await lab.stopped();
  };
  await until('pipe');
  await writing(lab).getByRole('button', { name: /^Stop here/ }).click();
  await expect(area(lab)).toContainText('at="function(pipe)"');
  await until('fork');
  await writing(lab).getByRole('button', { name: /^Stop here/ }).click();
  await expect(area(lab)).toContainText(':::stop{#fork at="function(fork)"}');
  await expect(other).toHaveCount(0);
  // All its places come; what there is to see at them is still to be said.
  await expect(writing(lab).getByRole('status', { name: 'Mistakes' })).toContainText(/(?:'What there is to see here.' still stands here.*){2}/,
    { timeout: 60_000 });

  // Another beginning takes nothing away for good.
  await writing(lab).getByRole('button', { name: 'Begin anew' }).click();
  await lab.page.getByRole('menuitem', { name: /^From the example/ }).click();
  await expect(area(lab)).not.toContainText('function(fork)');
  await expect(writing(lab).getByRole('status').filter({ hasText: 'Undo brings back' })).toBeVisible();
  await expect(other).toContainText('The text is about hello in linux, and the machine here is sh in linux.');
  await accessible(lab.page);
  const openIts = other.getByRole('button', { name: 'Open this lesson’s machine' });
  await openIts.click();
  await expect(other).toHaveCount(0, { timeout: 30_000 });
  await lab.settled();
  await area(lab).press('Control+z');
  await expect(area(lab)).toContainText('function(fork)');
  await expect(other).toContainText('The text is about sh in linux, and the machine here is hello in linux.');
  await openIts.click();
  await expect(other).toHaveCount(0, { timeout: 30_000 });
  await lab.settled();
  // As long as it has no other name, its title is its name.
  await area(lab).getByText('title: My lesson').click();
  await lab.page.keyboard.press('End');
  await lab.page.keyboard.type(' on pipes');
  const saved = lab.page.waitForEvent('download');
  await writing(lab).getByRole('button', { name: 'Save', exact: true }).click();
  expect((await saved).suggestedFilename()).toBe('my-lesson-on-pipes.md');
  await expect(writing(lab)).toContainText('Saved as my-lesson-on-pipes.md.');
  await expect(area(lab)).toContainText('id: my-lesson-on-pipes');

  // It has no checks: its last step says that it is over.
  await area(lab).press('Control+Enter');
  await expect(pane(lab)).toContainText('step 1 of 3', { timeout: 30_000 });
  await pane(lab).getByRole('button', { name: '3 end' }).click();
  await expect(pane(lab)).toContainText('The lesson is over.');
  await expect(pane(lab).getByRole('button', { name: /check/ })).toHaveCount(0);
  await accessible(lab.page);
});

test('a moment to which the text before the cursor cannot lead is refused in words', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  await lab.command('Go to the start');
  await writing(lab).getByRole('button', { name: /^Stop here/ }).click();
  await expect(writing(lab).getByRole('alert')).toContainText('A lesson begins where its program does');
});

test('a file over the page is told what letting go does, until it is gone or dropped', async ({ lab }) => {
  await lab.open();
  const drag = (kind: string, init: object = {}) => lab.page.evaluate(([name, more]) => {
    const data = new DataTransfer();
    data.items.add(new File(['no lesson'], 'mine.txt', { type: 'text/plain' }));
    document.body.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true, ...more }));
  }, [kind, init] as const);
  const hint = lab.page.getByText('opens beside the lab');
  await expect(async () => {
    await drag('dragover');
    await expect(hint).toBeVisible({ timeout: 1000 });
  }).toPass();
  await drag('dragleave');
  await expect(hint).toHaveCount(0);
  await drag('dragover');
  await drag('drop');
  await expect(hint).toHaveCount(0);
  await expect(lab.page.getByRole('alert')).toContainText('mine.txt is no scenario');
});

test('a link shows all panels, or those that are chosen for it', async ({ lab }) => {
  await lab.open();
  await lab.page.getByRole('button', { name: 'Share', exact: true }).click();
  const sheet = lab.page.getByRole('dialog'), parts = lab.page.getByTestId('link-parts');
  await expect(sheet.getByRole('radio', { name: 'All of them' })).toBeChecked();
  await expect(sheet.getByRole('checkbox')).toHaveCount(0);
  await sheet.getByRole('radio', { name: 'Only some' }).check();
  await expect(parts).toContainText(/\d chosen panel/);
  for (const one of await sheet.getByRole('checkbox').all()) if (await one.isEnabled()) await one.uncheck();
  await expect(sheet.getByRole('checkbox', { checked: true })).toHaveCount(1);
  await expect(parts).toContainText(/\b1 chosen panel\b/);
  await sheet.getByRole('radio', { name: 'All of them' }).check();
  await expect(parts).not.toContainText('chosen panel');
});
