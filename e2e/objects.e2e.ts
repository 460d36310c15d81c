/** Objects: the task that runs, along pointers and back; what a step changes stands beside what it was. */
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';

const SHOTS = 'test-results/screenshots';

test('from the task along its pointers and back, and to a lock that a step changes', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  const objects = await lab.inFront('objects'), rows = objects.getByRole('option');
  const { objects: seen } = await lab.ask('views', { show: { objects: { object: null } } });
  await expect(objects).toHaveAttribute('aria-label', new RegExp(`^Objects: ${seen?.says.slice(0, 30).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  await expect(rows).toHaveCount(seen?.card?.fields.length ?? 0);
  await accessible(lab.page, '[data-panel=objects]');
  for (const theme of ['dark', 'light', 'projector'] as const) {
    await lab.command(`Theme: ${theme}`);
    for (const [width, height] of theme === 'projector' ? [[1280, 720]] as const : [[1366, 768], [1920, 1080]] as const) {
      await lab.page.setViewportSize({ width, height });
      await layoutHolds(lab.page, `objects, ${theme}, ${width} x ${height}`);
      await lab.page.screenshot({ path: `${SHOTS}/objects-${theme}-${width}x${height}.png`, animations: 'disabled' });
    }
  }
  await lab.command('Theme: dark');
  // By the keyboard to the first pointer that leads to a structure, through it, and back.
  const door = seen!.card!.fields.findIndex(({ link }) => link), target = seen!.card!.fields[door]!.link!;
  await rows.nth(door).focus();
  await lab.page.keyboard.press('Enter');
  await expect(objects).toHaveAttribute('aria-label', new RegExp(`${target.type} .*at ${target.at.toString(16)}`));
  await objects.getByRole('button', { name: '◂ back' }).click();
  await expect(objects).toHaveAttribute('aria-label', new RegExp(seen!.card!.at.toString(16)));
  // A lock, where a step changes it.
  await lab.press('Run');
  await lab.settled();
  const taken = (await lab.ask('events', { from: 0, to: 1e9, kinds: ['lock-acquired'], limit: 1000 }))
    .filter(({ fields }) => fields['name'] === 'mmap_lock').at(-1);
  await lab.goTo(taken!.tick + 1);
  await objects.getByRole('button', { name: 'Begin at…' }).click();
  await objects.getByRole('textbox', { name: 'Name or type of an object' }).fill('mmap_lock');
  await lab.page.keyboard.press('Enter');
  await expect(objects).toHaveAttribute('aria-label', /rw_semaphore/);
  for (let back = 0; back < 40 && await objects.locator('.ob-row.changed').count() === 0; back++) await lab.key('ArrowLeft');
  await expect(objects.locator('.ob-row.changed').first()).toContainText('→');
  await objects.getByRole('button', { name: 'Objects as a table' }).click();
  await expect(objects.locator('tr[aria-current=true]').first()).toBeVisible();
  await objects.getByRole('button', { name: 'Objects as a table' }).click();
});
