/** The switches are a set: several are changed, conflicts are named with a mend, all of it is built at once and can be undone. */
import { accessible, expect, test } from './fixtures.ts';
import { ALWAYS } from './sample.ts';

for (const [first, value] of [['PRIVILEGE', 'ukl'], ['SYSCALL_RETURN', 'ret']] as const) {
  test(`from a process to a unikernel, beginning with ${first}`, async ({ lab }) => {
    await lab.open('#v=1&scenario=console-echo&config=linux');
    const before = await lab.state();
    await lab.command('Switches of the build');
    const sheet = lab.page.getByRole('dialog');
    const build = sheet.getByRole('button', { name: 'Build and start' });
    await expect(build).toHaveAttribute('aria-disabled', 'true');
    await sheet.getByLabel(first, { exact: true }).selectOption(value);
    // Who is in the way, why, and one press that mends it; the machine stays.
    await expect(sheet.getByRole('alert')).toContainText(/SYSCALL_RETURN=\w+ needs PRIVILEGE=/);
    await expect(sheet.locator('[data-conflict]')).toHaveCount(1);
    await expect(build).toHaveAttribute('aria-disabled', 'true');
    await accessible(lab.page, '[role=dialog]');
    await sheet.getByRole('button', { name: /^Set / }).click();
    await expect(sheet.getByRole('alert')).toHaveCount(0);
    await sheet.getByLabel('APP_RED_ZONE', { exact: true }).selectOption('off');
    await expect(sheet.getByText('3 switches changed, not built yet.')).toBeVisible();
    expect(await lab.state()).toBe(before);
    await build.click();
    await expect(sheet.getByText('As the machine was built.')).toBeVisible();
    await lab.stopped();
    await lab.page.keyboard.press('Escape');
    await lab.settled();
    expect(lab.page.url()).toMatch(/set=[^&]*PRIVILEGE/);
    const { cpu } = await lab.ask('views', { show: { cpu: true } });
    expect(cpu?.ring).toBe(0);

    // And back, together.
    await lab.command('Switches of the build');
    for (const [key, old] of [['PRIVILEGE', 'user'], ['SYSCALL_RETURN', 'sysret'],
      ['APP_RED_ZONE', 'on']] as const) await sheet.getByLabel(key, { exact: true }).selectOption(old);
    await build.click();
    await expect(sheet.getByText('As the machine was built.')).toBeVisible();
    await lab.stopped();
    await lab.page.keyboard.press('Escape');
    expect(await lab.state()).toBe(before);
  });
}

test('what was built can be undone, and a change before that by itself or with all others', { tag: ALWAYS }, async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=ukl-nss');
  const before = await lab.state();
  await lab.command('Switches of the build');
  const sheet = lab.page.getByRole('dialog');
  await sheet.getByLabel('PRIVILEGE', { exact: true }).selectOption('user');
  await expect(sheet.locator('[data-conflict]')).toHaveCount(3);
  await sheet.getByRole('button', { name: /^Set .*UKL_STACK=switch.* too$/ }).click();
  await sheet.getByRole('button', { name: 'Undo UKL_STACK: back to same' }).click();
  await expect(sheet.getByRole('alert')).toContainText('UKL_STACK=same needs PRIVILEGE=ukl');
  await sheet.getByRole('button', { name: 'Undo all' }).click();
  await expect(sheet.getByText('As the machine was built.')).toBeVisible();
  await sheet.getByLabel('VMAP_STACK', { exact: true }).selectOption('off');
  await sheet.getByRole('button', { name: 'Build and start' }).click();
  await lab.stopped();
  await sheet.getByRole('button', { name: 'Back to the switches before' }).click();
  await expect(sheet.getByText('As the machine was built.')).toBeVisible();
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
  expect(await lab.state()).toBe(before);
});

test('the flavours of UKL: their lines are counted here and now, what is published stands apart, and each is a press away', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.page.getByRole('button', { name: /more configurations, and the switches$/ }).click();
  await lab.page.getByRole('menuitem', { name: /^Compare the flavours/ }).click();
  const sheet = lab.page.getByRole('dialog', { name: 'Flavours of UKL' }), { flavours, all, published } = await lab.ask('kernelLines', {});
  const [ours, theirs] = [sheet.getByRole('table').first(), sheet.getByRole('table').nth(1)];
  await expect(ours).toHaveAccessibleName(/^Counted here, now\./);
  await expect(theirs).toHaveAccessibleName(/^Published, not counted here\./);
  for (const { name, lines } of flavours) await expect(sheet.locator(`[data-lines=${name}]`)).toHaveText(String(lines));
  await expect(sheet).toContainText(`all of them together ${all.lines.toLocaleString('en')} lines in ${all.files} files`);
  await expect(ours.getByRole('row', { name: /^ukl-v1 / })).toContainText('UKL_ENTRY=none');
  await expect(theirs.getByRole('row')).toHaveCount(published.length + 1);
  for (const told of ['31', '380 to 500', 'about 550', '1250']) {
    await expect(theirs.getByRole('cell', { name: told, exact: true })).toBeVisible();
    await expect(ours.getByRole('cell', { name: told, exact: true })).toHaveCount(0);
  }
  await accessible(lab.page, '[role=dialog]');
  await lab.page.screenshot({ path: 'test-results/screenshots/flavours-1366x768.png', animations: 'disabled' });
  await ours.getByRole('button', { name: 'ukl-v2', exact: true }).click();
  await expect(lab.page.getByRole('button', { name: 'Configuration: ukl-v2' })).toBeVisible();
  await lab.stopped();
  expect((await lab.ask('views', { show: { cpu: true } })).cpu?.ring).toBe(0);
  // An edit of the kernel counts.
  const before = flavours.find(({ name }) => name === 'ukl')?.lines ?? 0;
  await lab.edit('linux/kernel/sys.c');
  await lab.page.keyboard.press('Control+End');
  await lab.page.keyboard.insertText('\n#ifdef CONFIG_UNIKERNEL_LINUX\nextern int one;\n#endif\n');
  await lab.page.keyboard.press('Control+Enter');
  await lab.stopped();
  await lab.command('Flavours of UKL');
  await expect(sheet.locator('[data-lines=ukl]')).toHaveText(String(before + 1));
  await expect(ours).toHaveAccessibleName(/with your edits/);
});
