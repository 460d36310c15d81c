/** Which task and CPU the page shows, always in sight; its menu chooses another, and whose steps count. */
import { useState } from 'react';
import type { Focus, Status, ThreadsView } from '../../link/reports.ts';
import { useApp, useNow } from '../store/app.ts';
import { sameFocus, stepsOf, taskName, whose } from '../store/focus.ts';
import { Menu, type MenuEntry } from '../widgets/Menu.tsx';
import { Tip } from '../widgets/Tip.tsx';

export function Whose({ status }: { status: Status }) {
  const stays = useApp((s) => s.stays);
  const now = useNow();
  const [tasks, setTasks] = useState<ThreadsView['tasks']>([]);
  const { focus, cpus, cpu, task, away, ended, leavesFor } = status, text = whose(status), steps = stepsOf(status, stays);
  const where = ended !== undefined ? ' has exited' : away !== undefined ? ' on no CPU' : cpus > 1 ? ` CPU ${cpu}` : '';
  const next = leavesFor ? `→ ${taskName(leavesFor)}` : '';
  /** Who there is, asked when somebody wants to choose. */
  const ask = (): void => void now().link?.call('views', { show: { threads: { from: 0, to: 1, columns: 1, follow: false } } })
    .then(({ threads }) => setTasks(threads?.tasks.filter(({ id, state }) => id >= 0 && state !== 'gone') ?? []), () => undefined);
  const entry = (key: string, content: string, to: Focus | null): MenuEntry => ({ kind: 'item', key, content, chosen: sameFocus(focus, to ?? undefined),
    onSelect: () => void now().focusOn(to) });
  const entries = (): MenuEntry[] => [
    { kind: 'label', text: 'Shown' },
    entry('runs', 'Whatever runs', null),
    ...(cpus > 1 ? Array.from({ length: cpus }, (_, cpu) => entry(`cpu ${cpu}`, `CPU ${cpu}`, { cpu })) : []),
    ...tasks.map(({ pid, comm }) => entry(`pid ${pid}`, taskName({ pid, comm }), { pid })),
    ...(focus ? [{ kind: 'rule' } as const, { kind: 'label', text: 'A step is one of' } as const,
      { kind: 'item', key: 'stay', content: 'pid' in focus ? 'this task' : 'this CPU', chosen: stays, onSelect: () => now().setStays(true) } as const,
      { kind: 'item', key: 'any', content: stepsOf({ cpus }, false), chosen: !stays, onSelect: () => now().setStays(false) } as const] : []),
  ];
  return (
    <Tip text={`Shown: ${text}. A step is one of ${steps}.`} keys="K">
      <span className="whose" data-focus={focus ? true : undefined} data-away={away === undefined ? undefined : true}>
        <Menu align="end" entries={entries} trigger={<button type="button" className="field" aria-label={`Shown: ${text}; steps of ${steps}`}
          onPointerDown={ask} onFocus={ask}>
          <span className="clip"><b>{taskName(task)}</b>{where}</span>{next ? <span className="leaves">{next}</span> : null}</button>} />
      </span>
    </Tip>
  );
}
