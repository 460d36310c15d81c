import { definePanel } from '../../shell/panel.ts';
import { type AppState, useApp } from '../../store/app.ts';
import { hex, plural } from '../../widgets/format.ts';
import { notYet } from '../../widgets/not-yet.ts';
import { NotYet } from '../../widgets/NotYet.tsx';
import { StacksHead, StacksPanel, usedText } from './StacksPanel.tsx';

function summary(state: AppState): string {
  const { stacks } = state.views;
  if (!stacks) return notYet(state);
  const used = stacks.stacks.find((stack) => stack.inUse);
  const where = used ? `${stacks.task.comm || 'The machine'} is on the ${used.name} stack, ${plural(used.usedBytes, 'byte')} used${
    used.unreadable ? ', none of which can be read: it is not mapped' : ''}.`
    : 'No known stack is in use.';
  const shared = used?.left?.map(({ pid, comm }) => ` ${comm} ${pid} sleeps on it too: its frames are written over.`).join('') ?? '';
  const lost = stacks.stacks.flatMap((stack) => stack.rows).filter((row) => 'overwritten' in row && row.overwritten).length;
  return `${stacks.jump ? `RSP moved from the ${stacks.jump.from} stack to the ${stacks.jump.to} stack. ` : ''}${where}${shared}` +
    `${lost > 0 ? ` ${plural(lost, 'value')} in the red zone lost.` : ''}`;
}

function Table() {
  const stacks = useApp((s) => s.views.stacks);
  if (!stacks) return <NotYet />;
  return (
    <>
      {stacks.stacks.map((stack) => (
        <table key={`${stack.name}${stack.low}`} className="data">
          <caption>{stack.name} stack, {hex(stack.low)} to {hex(stack.high)}{stack.inUse ? ', in use' : ''}, {usedText(stack)}</caption>
          <thead><tr><th className="num">Address</th><th className="num">Value</th><th>Kind</th><th>What it is</th><th>Marks</th></tr></thead>
          <tbody>
            {stack.rows.map((row) => ('count' in row
              ? <tr key={`r${row.addr}`}><td className="num">{hex(row.addr)}</td><td className="num">{plural(row.count, 'slot')}</td><td>{row.kind}</td>
              <td>{row.label}</td><td>&nbsp;</td></tr>
              : (
                <tr key={`s${row.addr}`} aria-current={stack.rsp === row.addr}>
                  <td className="num">{hex(row.addr)}</td><td className="num">{row.value === undefined ? 'not mapped' : hex(row.value)}</td><td>{row.kind}</td>
                  <td>{row.label}</td>
                  <td>{stack.rsp === row.addr ? 'RSP ' : ''}{stack.rbp === row.addr ? 'RBP ' : ''}{row.was !== undefined ? `was ${hex(row.was)} ` : ''}
                    {row.overwritten ? `overwritten by ${row.overwritten.by}` : ''}</td>
                </tr>
              )))}
          </tbody>
        </table>
      ))}
    </>
  );
}

export default definePanel({
  id: 'stacks',
  number: 2,
  title: 'Stacks',
  slot: 2,
  card: true,
  needs: ({ beside }) => ({ ...(beside === null ? {} : { taskStacks: { id: beside } }), stacks: true, cpu: true }),
  about: 'The stacks of the task shown and of the processor, eight bytes a row, every slot with what it holds and why. Choose a slot to see who wrote it.',
  notes: [
    'Labels come from debug information and from the frames the processor pushed; a slot that neither explains says unknown.',
    'A task that has left the CPU from a stack that is not its own goes on there: whose frames these are stands above, in red while another uses it.',
    'Only stacks the kernel has announced are shown, and of each only the part near its use.',
  ],
  sources: ['guest/linux/arch/x86/entry/', 'guest/linux/arch/x86/kernel/', 'guest/linux/arch/x86/realmode/', 'guest/linux/arch/x86/mm/', 'guest/linux/mm/'],
  summary,
  Component: StacksPanel,
  Table,
  Head: StacksHead,
});
