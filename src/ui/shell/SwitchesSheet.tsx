/** The switches of the build over the page. */
import { useApp } from '../store/app.ts';
import { count } from '../widgets/format.ts';
import { SwitchEditor } from '../widgets/SwitchEditor.tsx';
import { Sheet } from './Sheet.tsx';

export function SwitchesSheet() {
  const build = useApp((s) => s.build);
  const about = build ? `${build.config}: ${count(build.textBytes)} bytes of code, built in ${Math.round(build.milliseconds)} ms. Under these switches UKL ` +
    `adds or changes ${count(build.uklLines)} lines of the kernel.` : 'A change of switches rebuilds and reboots the machine.';
  return <Sheet title="Switches of the build" about={about} className="wide-sheet"><SwitchEditor /></Sheet>;
}
