import type { Ring } from '../../../link/reports.ts';

/** Two discs, ring 3 around ring 0, and the token where the CPU is. A crossing shows where it came from. */
export function RingDiagram({ ring, was }: { ring: Ring; was: Ring }) {
  const crossed = ring !== was;
  const inward = crossed && ring === 0;
  const label = crossed ? `The CPU moved from ring ${was} to ring ${ring}` : `The CPU is in ring ${ring}`;
  return (
    <svg className="ringsvg" viewBox="0 0 104 104" role="img" aria-label={label}>
      <defs>
        <pattern id="ring0-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
          <rect width="6" height="6" fill="var(--ring0-tint)" /><rect width="6" height="1.5" fill="var(--ring0-hatch)" />
        </pattern>
      </defs>
      <circle cx="52" cy="52" r="49" fill="var(--ring3-tint)" stroke="var(--ring3)" strokeWidth={ring === 3 ? 3 : 2} />
      <circle cx="52" cy="52" r="27" fill="url(#ring0-hatch)" stroke="var(--ring0)" strokeWidth={ring === 0 ? 3 : 2} />
      <text className="ring-digit r3" x="52" y="98" textAnchor="middle">3</text>
      {crossed ? <g className="ring-from">
        {was === 3
          ? <circle cx="52" cy="13.5" r="5" fill="var(--surface-1)" stroke="var(--ring3)" strokeWidth="2.25" strokeDasharray="2.5 2" />
          : <path d="M52 44 59 51 52 58 45 51Z" fill="var(--surface-1)" stroke="var(--ring0)" strokeWidth="2" strokeDasharray="2.5 2" />}
        <path d={inward ? 'M52 20v13' : 'M52 43V29'} stroke="var(--text-1)" strokeWidth="2" />
        <path d={inward ? 'M47.5 32h9L52 39.5Z' : 'M47.5 30h9L52 22.5Z'} fill="var(--text-1)" />
      </g> : null}
      <g className="ring-token" style={{ transform: ring === 0 ? 'translateY(0)' : 'translateY(-36.5px)' }}>
        {ring === 0
          ? <path d="M52 41 61 50 52 59 43 50Z" fill="var(--ring0)" stroke="var(--surface-1)" strokeWidth="1.5" />
          : <circle cx="52" cy="50" r="6.5" fill="var(--ring3)" stroke="var(--surface-1)" strokeWidth="1.5" />}
      </g>
      <rect x="45" y="63" width="14" height="12" rx="2" fill="var(--ring0-tint)" />
      <text className="ring-digit r0" x="52" y="72.5" textAnchor="middle">0</text>
    </svg>
  );
}
