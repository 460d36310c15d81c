import type { Ring } from '../../../link/reports.ts';

interface Props {
  ring: Ring;
  was: Ring;
  /** An application linked into the kernel: ring 3 is never used, and both kinds of code have their place in ring 0. */
  linked: boolean;
  application: boolean;
  wasApplication: boolean;
}

function label({ ring, was, linked, application, wasApplication }: Props): string {
  if (ring !== was) return `The CPU moved from ring ${was} to ring ${ring}`;
  if (!linked) return `The CPU is in ring ${ring}`;
  const kind = (app: boolean) => (app ? 'application' : 'kernel');
  return application === wasApplication ? `The CPU is in ring 0, in ${kind(application)} code; ring 3 is not used`
    : `From ${kind(wasApplication)} code to ${kind(application)} code, both in ring 0; ring 3 is not used`;
}

/** A step within ring 0 between the application's code and the kernel's. */
function Inside({ application, wasApplication }: Props) {
  const crossed = application !== wasApplication;
  return (
    <>
      {crossed ? (
        <>
          <path d={application ? 'M65 39Q52 27 40 38' : 'M39 39Q52 27 64 38'} fill="none" stroke="var(--text-1)" strokeWidth="2" />
          <path d={application ? 'M36.500 42 38 33.500 44.500 39Z' : 'M67.500 42 66 33.500 59.500 39Z'} fill="var(--text-1)" />
        </>
      ) : null}
      <path className={application ? 'here' : 'away'} d="M38 44 46 52 38 60 30 52Z" fill="var(--ring0-tint)" stroke="var(--ring0)"
        strokeWidth={application ? 3 : 2} />
      <path className={application ? 'away' : 'here'} d="M66 44 74 52 66 60 58 52Z" fill="var(--ring0)" stroke="var(--ring0)" strokeWidth="2" />
    </>
  );
}

/** Two discs, ring 3 around ring 0, and the token where the CPU is. A crossing shows where it came from. */
export function RingDiagram(props: Props) {
  const { ring, was, linked } = props;
  const crossed = ring !== was;
  const inward = crossed && ring === 0;
  const unused = linked && ring === 0 && was === 0;
  return (
    <svg className="ringsvg" viewBox="0 0 104 104" role="img" aria-label={label(props)}>
      <defs>
        <pattern id="ring0-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
          <rect width="6" height="6" fill="var(--ring0-tint)" /><rect width="6" height="1.5" fill="var(--ring0-hatch)" />
        </pattern>
      </defs>
      {unused
        ? <circle cx="52" cy="52" r="49" fill="none" stroke="var(--line-strong)" strokeWidth="1.5" strokeDasharray="3 3" />
        : <circle cx="52" cy="52" r="49" fill="var(--ring3-tint)" stroke="var(--ring3)" strokeWidth={ring === 3 ? 3 : 2} />}
      <circle cx="52" cy="52" r={unused ? 31 : 27} fill="url(#ring0-hatch)" stroke="var(--ring0)" strokeWidth={ring === 0 ? 3 : 2} />
      <text className={unused ? 'ring-digit unused' : 'ring-digit r3'} x="52" y={unused ? 16 : 98} textAnchor="middle">{unused ? '3 unused' : '3'}</text>
      {crossed ? <g className="ring-from">
        {was === 3
          ? <circle cx="52" cy="13.5" r="5" fill="var(--surface-1)" stroke="var(--ring3)" strokeWidth="2.25" strokeDasharray="2.5 2" />
          : <path d="M52 44 59 51 52 58 45 51Z" fill="var(--surface-1)" stroke="var(--ring0)" strokeWidth="2" strokeDasharray="2.5 2" />}
        <path d={inward ? 'M52 20v13' : 'M52 43V29'} stroke="var(--text-1)" strokeWidth="2" />
        <path d={inward ? 'M47.5 32h9L52 39.5Z' : 'M47.5 30h9L52 22.5Z'} fill="var(--text-1)" />
      </g> : null}
      {unused ? <Inside {...props} /> : (
        <g className="ring-token" style={{ transform: ring === 0 ? 'translateY(0)' : 'translateY(-36.5px)' }}>
          {ring === 0
            ? <path d="M52 41 61 50 52 59 43 50Z" fill="var(--ring0)" stroke="var(--surface-1)" strokeWidth="1.5" />
            : <circle cx="52" cy="50" r="6.5" fill="var(--ring3)" stroke="var(--surface-1)" strokeWidth="1.5" />}
        </g>
      )}
      <rect x="45" y={unused ? 65 : 63} width="14" height="12" rx="2" fill="var(--ring0-tint)" />
      <text className="ring-digit r0" x="52" y={unused ? 75 : 72.5} textAnchor="middle">0</text>
    </svg>
  );
}
