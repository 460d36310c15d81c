import { expect, it } from 'vitest';
import { openGuest } from './testing.ts';

it.each(['ukl', 'ukl-nss', 'ukl-byp'])('%s: the ring lane tells ukl_mode as the task that runs has it in memory', async (config) => {
  const lab = openGuest({ app: 'console-echo', config, input: 'one\ntwo\n' });
  await lab.run({ direction: 'forward' });
  const { live } = lab.history;
  const spans = lab.timeline(0, live, 1e9).lanes.find(({ name }) => name === 'ring')?.spans ?? [];
  const seen = new Set<string>();
  // The middle of each stretch, away from the instruction that changes it.
  for (const { start, end, label } of spans.slice(-40)) {
    if (end - start < 4) continue;
    lab.seek(Math.floor((start + end) / 2));
    const mode = lab.views(['cpu']).cpu?.words.find(({ name }) => name === 'ukl_mode')?.value;
    seen.add(label);
    expect(label, `tick ${start} to ${end}`).toBe(mode === 2 ? 'ukl_mode 2, app' : mode === 1 ? 'ukl_mode 1, kernel' : 'kernel');
  }
  expect([...seen].sort()).toEqual(['kernel', 'ukl_mode 1, kernel', 'ukl_mode 2, app']);
});


it('has with several CPUs a lane for each, with who ran there; with one the lane of its tasks', async () => {
  const lab = openGuest({ app: 'hello', set: { NR_CPUS: '4' } });
  await lab.run({ direction: 'forward' });
  const lanes = lab.timeline(0, lab.history.live, 1e9).lanes.filter(({ name }) => name === 'task');
  expect(lanes.map(({ cpu }) => cpu)).toEqual([0, 1, 2, 3]);
  for (const { cpu = 0, spans } of lanes) for (const { start, end, label } of spans.slice(-3)) {
    lab.seek(Math.floor((start + end) / 2));
    const { pid, comm } = lab.focus({ cpu }).status.task;
    expect(`${comm} ${pid}`, `CPU ${cpu} from ${start} to ${end}`).toBe(label);
  }
  const alone = openGuest({ app: 'hello' });
  await alone.run({ direction: 'forward', maxInstructions: 1000 });
  expect(alone.timeline(0, 1000, 100).lanes.map(({ name, cpu }) => `${name} ${cpu}`)).toEqual(['ring', 'task', 'stack', 'syscall', 'irq', 'locks']
    .map((name) => `${name} undefined`));
});
