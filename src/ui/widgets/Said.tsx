/** What the page says of this moment: what the last step did, or why the machine stands still where that says more. */
import type { StopKind } from '../../link/reports.ts';
import { useApp } from '../store/app.ts';

/** Stops that say more than the last step does. */
const REPORTED: ReadonlySet<StopKind> = new Set(['unmet', 'breakpoint', 'event', 'watch', 'limit', 'idle', 'exit', 'panic', 'triple-fault', 'history-start',
  'live-end']);

/** Register names, numbers and `quoted` words in the machine's face; the rest is ours. */
export function Words({ text }: { text: string }) {
  const parts = text.split(/(`[^`]+`|\b(?:R(?:[A-DS][XIP]|[SB]P|IP|FLAGS|\d{1,2}[dwb]?)|CS|SS|CPL|IF|CR\d|TSS|LSTAR|STAR|SFMASK|0x[0-9a-f]+)\b)/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <span key={index} className="mono">{part.replaceAll('`', '')}</span> : part))}</>;
}

/** `kind` is that of the stop, where it is the stop that is told; `isGrave`: something went wrong in the last step. */
export function useSaid(level: 'what' | 'why'): { text: string; kind: StopKind | undefined; isGrave: boolean } {
  const narration = useApp((s) => s.views.code?.narration);
  const stop = useApp((s) => s.stop);
  const isGrave = narration?.isGrave === true, said = narration?.[level];
  const kind = stop && REPORTED.has(stop.kind) ? stop.kind : undefined;
  // Where a run stopped at an event, what went wrong says more of it than its name.
  const told = stop && kind && level === 'what' && !(isGrave && kind === 'event') ? stop.message : undefined;
  return { text: told ?? (said || (level === 'why' ? 'The instruction says it all.' : stop?.message ?? '')), kind, isGrave };
}
