import { beforeAll, describe, expect, it } from 'vitest';
import type { ObjectField, ObjectRef, ObjectsView } from '../link/objects.ts';
import { runGuest, type GuestRun } from './testing.ts';

describe('objects of the kernel while a program runs', () => {
  let run: GuestRun;
  const at = (tick: number, object: ObjectRef | null = null): ObjectsView => {
    run.lab.seek(tick);
    return run.lab.show({ objects: { object } }).objects!;
  };
  const field = ({ card }: ObjectsView, name: string): ObjectField => card!.fields.find((one) => one.name === name)!;
  beforeAll(async () => void (run = await runGuest({ source: '#include <unistd.h>\nint main(void) { return write(1, "x\\n", 2) != 2; }' })), 60_000);
  beforeAll(() => run.lab.ready({ objects: { object: null } }));

  it('begins at what the CPU points to: the task that runs, by its own fields; looking changes nothing', () => {
    const { tick, task } = run.calls('write')[0], view = at(tick), hash = run.lab.machine.hash();
    expect(view.card).toMatchObject({ type: 'struct task_struct', called: '"program"' });
    expect(field(view, 'pid')).toMatchObject({ text: String(task.pid), bytes: 4 });
    expect(field(view, 'comm')).toMatchObject({ text: '"program"' });
    expect(view.says).toMatch(/^current_task, struct task_struct "program" at [0-9a-f]+: this step has changed nothing in it\.$/);
    expect([run.lab.tick, run.lab.machine.hash()]).toEqual([tick, hash]);
  });

  it('a pointer leads to what it points to, that to the next, and a card says what a pointer\'s target is where it is mapped', () => {
    const { tick } = run.calls('write')[0], mm = field(at(tick), 'mm');
    expect(mm.link?.type).toBe('struct mm_struct');
    const space = at(tick, mm.link);
    expect(space.roots.find(({ group }) => group === 'space')).toMatchObject({ at: mm.link!.at, type: 'struct mm_struct' });
    const area = at(tick, field(space, 'mmap').link);
    expect(area.card?.type).toBe('struct vm_area_struct');
    expect(field(area, 'vm_mm').link).toEqual(mm.link);
    expect(field(area, 'vm_prev').text).toBe('NULL');
    const file = at(tick, field(area, 'vm_file').link);
    expect(file.card?.type).toBe('struct file');
    // A structure within it that is large is a card of its own; a small one stands in place.
    expect(field(space, 'mmap_lock')).toMatchObject({ type: 'struct rw_semaphore', depth: 0 });
    expect(at(tick, { at: 0xdead_0000n, type: 'struct file' }).card?.missing).toBe('nothing is mapped at dead0000');
    expect(at(tick, { at: mm.link!.at, type: 'struct of_no_kernel' }).card?.missing).toBe('this build has no struct of_no_kernel');
  });

  it('what the step before has changed has its old value beside the new one', () => {
    const event = run.events('lock-acquired').findLast(({ fields, tick }) => fields['name'] === 'mmap_lock' && tick < run.calls('write')[0].tick)!;
    const sem = { at: BigInt(event.fields['lock']), type: 'struct rw_semaphore' };
    // Its count was changed by some step shortly before it was told.
    let view: ObjectsView | undefined;
    for (let back = 0; back < 40 && !view?.card?.fields.some(({ was }) => was !== undefined); back++) view = at(event.tick - back, sem);
    const changed = view!.card!.fields.filter(({ was }) => was !== undefined);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed[0].was).not.toBe(changed[0].text);
    expect(view!.says).toContain('this step has changed ');
  });

  it('inside a kernel function its variables are where one may begin, and at power-on there are globals only', async () => {
    const write = run.lab.symbols.find('kernel:vfs_write')!, called = run.calls('write')[0];
    run.lab.seek(called.tick);
    await run.lab.run({ direction: 'forward', until: { kind: 'function', name: 'kernel:vfs_write' } });
    expect(run.lab.machine.registers().rip).toBe(write.low);
    // Behind its first instructions its parameters stand where debug information says.
    const view = at(run.lab.tick + 8);
    expect(view.roots.find(({ group, name }) => group === 'here' && name === 'file')?.type).toBe('struct file');
    expect(new Set(at(0).roots.map(({ group }) => group))).not.toContain('CPU');
  });
});
