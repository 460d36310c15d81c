import type { AppState } from '../../store/app.ts';
import { definePanel } from '../../shell/panel.ts';
import { useApp } from '../../store/app.ts';
import { hex, plural } from '../../widgets/format.ts';
import { notYet } from '../../widgets/not-yet.ts';
import { NotYet } from '../../widgets/NotYet.tsx';
import { CpuPanel, CpuActions, CpuHead } from './CpuPanel.tsx';

function summary(state: AppState): string {
  const { cpu } = state.views;
  if (!cpu) return notYet(state);
  const changed = cpu.registers.filter((register) => register.was !== undefined);
  const ring = cpu.ring === cpu.ringWas ? `The CPU is in ring ${cpu.ring}` : `The CPU moved from ring ${cpu.ringWas} to ring ${cpu.ring}`;
  const what = changed.length === 0 ? 'no register changed' : changed.length <= 4 ? `${changed.map((register) => register.name).join(', ')} changed`
    : `${plural(changed.length, 'register')} changed`;
  return `${ring}, interrupts are ${cpu.interruptsEnabled ? 'on' : 'off'}, ${what} in the last step.`;
}

function Table() {
  const cpu = useApp((s) => s.views.cpu);
  if (!cpu) return <NotYet />;
  return (
    <table className="data">
      <caption>Registers at this moment, {plural(cpu.registers.length, 'row')}</caption>
      <thead><tr><th>Register</th><th className="num">Before</th><th className="num">Now</th><th>What it is</th></tr></thead>
      <tbody>
        {cpu.registers.map((register) => (
          <tr key={register.name}><td className="mono">{register.name}</td><td className="num">{register.was === undefined ? '' : hex(register.was)}</td>
            <td className="num">{hex(register.value)}</td><td>{register.note ?? ''}</td></tr>
        ))}
        {cpu.flags.map((flag) => (
          <tr key={flag.name}><td className="mono">{flag.name}</td><td className="num">{flag.was === flag.set ? '' : Number(flag.was)}</td>
            <td className="num">{Number(flag.set)}</td><td>flag</td></tr>
        ))}
        {cpu.lapic ? [['in service', cpu.lapic.inService] as const, ['asked for', cpu.lapic.requested] as const].map(([name, vectors]) => (
          <tr key={name}><td>APIC, {name}</td><td>&nbsp;</td><td className="num">{vectors.join(' ') || 'none'}</td><td>interrupts, by vector</td></tr>
        )) : null}
      </tbody>
    </table>
  );
}

export default definePanel({
  id: 'cpu',
  number: 3,
  title: 'CPU & rings',
  slot: 3,
  card: true,
  needs: () => ({ cpu: true, code: true }),
  about: 'Every register of the processor, its privilege ring, and what the last step changed, old beside new.',
  notes: [
    'A yellow row changed in the last step: old value struck through, new value bold. Hover or focus shows every format.',
    'APIC: interrupts that it has given to this CPU, as long as no EOI has come for them, and those that wait until they can be given.',
    'Sub-steps are what the manual says the processor does inside one instruction or delivery, in its order.',
  ],
  sources: ['machine/cpu/', 'machine/mmu/', 'machine/board.ts'],
  summary,
  Component: CpuPanel,
  Table,
  Head: CpuHead,
  Actions: CpuActions,
});
