import { useState } from 'react';
import type { CpuView } from '../../../link/reports.ts';
import { hex } from '../../widgets/format.ts';
import { Icon } from '../../widgets/Icon.tsx';

/** What the hardware did inside one step, one architectural action after the other. */
export function SubSteps({ subSteps: { title, steps } }: { subSteps: NonNullable<CpuView['subSteps']> }) {
  const [shown, setShown] = useState(steps.length);
  return (
    <div className="substeps">
      <div className="sub">
        <b>{title}</b>
        <span className="grow" />
        <button type="button" className="btn icon" aria-label="One sub-step back" aria-disabled={shown === 0} onClick={() => setShown(Math.max(0, shown - 1))}>
          <Icon name="left" small /></button>
        <span className="mono">{shown} / {steps.length}</span>
        <button type="button" className="btn icon" aria-label="One sub-step on" aria-disabled={shown === steps.length}
          onClick={() => setShown(Math.min(steps.length, shown + 1))}><Icon name="right" small /></button>
      </div>
      <ol>
        {steps.map((step, index) => (
          <li key={`${index} ${step.text}`} className={index < shown ? 'done' : 'todo'} aria-current={index === shown - 1 ? 'step' : undefined}>
            <span className="i">{index + 1}</span>
            <span className="t">{step.text}</span>
            {step.after !== undefined ? <span className="v mono">
              {step.before !== undefined && step.before !== step.after ? <span className="old">{hex(step.before)}</span> : null} <b>{hex(step.after)}</b></span>
              : null}
          </li>
        ))}
      </ol>
    </div>
  );
}
