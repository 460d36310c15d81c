import { CONSOLE_PORT } from '../../../base/input.ts';
import { definePanel } from '../../shell/panel.ts';
import { type AppState, useApp } from '../../store/app.ts';
import { count } from '../../widgets/format.ts';
import { ConsoleActions, ConsoleHead, ConsolePanel } from './ConsolePanel.tsx';

const lines = (text: string): string[] => text.split(/\r?\n/);

function summary({ console: { text, future } }: AppState): string {
  const last = lines(text).filter((line) => line.trim() !== '').at(-1);
  return `${last === undefined ? 'no byte has left the port yet' : `the last line is "${last.trim()}"`}` +
    `${future.length > 0 ? `; more follows at tick ${count(future[0]?.tick ?? 0)}` : ''}.`;
}

function Table() {
  const { text, future } = useApp((s) => s.console);
  return (
    <table className="data">
      <caption>Everything the machine has printed on its serial line up to this moment</caption>
      <thead><tr><th className="num">Line</th><th>Text</th></tr></thead>
      <tbody>
        {lines(text).map((line, index) => <tr key={index}><td className="num">{index + 1}</td><td className="mono">{line}</td></tr>)}
        {future.map((part) => <tr key={part.tick}><td className="num">tick {count(part.tick)}</td>
          <td className="mono">{part.text.trimEnd()} (still to come)</td></tr>)}
      </tbody>
    </table>
  );
}

export default definePanel({
  id: 'console',
  number: 6,
  title: 'Console',
  slot: 6,
  card: true,
  needs: () => ({ console: true }),
  streams: true,
  types: CONSOLE_PORT,
  tellsAge: true,
  about: 'A terminal on the machine\'s serial line. What you type arrives as bytes in the UART, raises an interrupt, and the kernel reads it.',
  notes: [
    'The terminal shows text; of the escape sequences it knows those of an xterm.',
    'Typing into the past starts a new branch of the run; the old future is kept.',
  ],
  sources: ['machine/devices/uart', 'guest/linux/drivers/', 'guest/linux/lib/'],
  summary,
  Component: ConsolePanel,
  Table,
  Head: ConsoleHead,
  Actions: ConsoleActions,
});
