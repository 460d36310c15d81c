import { expect, test } from './fixtures.ts';
test('play', async ({ lab }) => {
  for (const [id, steps] of [['second-fault', ['where', 'gone', 'back']], ['starved-thread', ['then']]] as const) {
    await lab.openAfresh(`#v=1&scenario=${id}`);
    const t0 = Date.now();
    await lab.page.getByRole('button', { name: 'Lesson', exact: true }).click();
    const pane = lab.page.getByRole('complementary', { name: 'Lesson' });
    const view = await lab.ask('lesson', {});
    for (const step of view.steps.filter(({ applies }) => applies)) {
      if (step.kind === 'change') break;
      await expect(pane.getByRole('navigation').locator('[aria-current=step]')).toHaveAttribute('title', `${step.kind}: ${step.id.replaceAll('-', ' ')}`);
      await expect(pane).toHaveAttribute('aria-busy', 'false');
      await lab.stopped();
      if (step.kind === 'predict') {
        await lab.page.screenshot({ path: `/tmp/lm/${id}-${step.id}-ask.png` });
        await pane.getByRole('button', { name: /not sure/ }).click();
        await expect(pane.locator('.verdict')).toBeVisible();
        await expect(pane).toHaveAttribute('aria-busy', 'false');
        await lab.stopped();
      }
      console.log(id, step.id, Date.now() - t0);
      await lab.page.screenshot({ path: `/tmp/lm/${id}-${step.id}.png` });
      await pane.getByRole('button', { name: 'Next' }).click();
    }
    void steps;
  }
});
