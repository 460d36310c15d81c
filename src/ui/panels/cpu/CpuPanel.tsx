import { memo } from 'react';
import { create } from 'zustand';
import type { CodePlace, CpuView, RegisterValue } from '../../../link/reports.ts';
import { useApp } from '../../store/app.ts';
import { hex, plural } from '../../widgets/format.ts';
import { NotYet } from '../../widgets/NotYet.tsx';
import { wholeRowsIn } from '../../widgets/whole-rows.ts';
import { Word } from '../../widgets/Word.tsx';
import { RingDiagram } from './RingDiagram.tsx';
import { SubSteps } from './SubSteps.tsx';
import './cpu.css';

/** Whether the sub-steps of the last step are open: only this panel knows it. */
const useOpen = create<{ open: boolean }>(() => ({ open: false }));

/** Order of reading: the two columns of general registers as the manuals number them. */
const GENERAL = ['RAX', 'R8', 'RBX', 'R9', 'RCX', 'R10', 'RDX', 'R11', 'RSI', 'R12', 'RDI', 'R13', 'RBP', 'R14', 'FS_BASE', 'R15'] as const;
const SHORT: Record<string, string> = { FS_BASE: 'FS', GS_BASE: 'GS', KERNEL_GS_BASE: 'KGS' };
/** Old and new side by side need this room; longer pairs take two lines. */
const ONE_LINE_DIGITS = 9;
const WIDE_DIGITS = 22;
/** So many fit into half a panel on the smallest screen that is projected. */
const HALF_DIGITS = 12;

const formats = (value: bigint): string => `hex ${hex(value)}\ndecimal ${value}\nsigned ${BigInt.asIntN(64, value)}\nbinary ${value.toString(2)}`;

/** An old value beside a long new one keeps only the digits that tell them apart; the whole stands in the tooltip and the table. */
function shorten(old: string, now: string, room: number): string {
  if (old.length + now.length <= room) return old;
  return `…${old.slice(-Math.max(4, Math.min(old.length, room - now.length - 1)))}`;
}

const wholeRegisters = wholeRowsIn('.reg');

/** It may be where something is in memory: click walks it. */
const isAddress = (name: string, value: bigint): boolean => value >= 0x1000n && /^(R[A-Z0-9]+|CR2|[A-Z_]*BASE|LSTAR)$/.test(name);

const half = (text: string) => (text.length <= HALF_DIGITS ? text : <Word text={text} last={HALF_DIGITS - 1} />);

interface RowProps {
  register: RegisterValue | undefined;
  name: string;
  /** Full-width rows have room for a note and for long pairs. */
  wide?: boolean;
  /** Always two lines, old above new, so that what stands below never moves. */
  tall?: boolean;
  text?: (value: bigint) => string;
}

const Row = memo(function Row({ register, name, wide = false, tall = false, text = hex }: RowProps) {
  const label = SHORT[name] ?? name;
  if (!register) return <div className="reg none"><span className="n">{label}</span><span className="v">unknown</span></div>;
  const { value, was, note } = register;
  const now = text(value);
  const old = was === undefined ? undefined : text(was);
  const two = tall || (!wide && old !== undefined && old.length + now.length > ONE_LINE_DIGITS * 2 - 2);
  const title = `${name}${note ? `: ${note}` : ''}\n${formats(value)}${was === undefined ? '' : `\nbefore: ${hex(was)}`}`;
  const walks = isAddress(name, value) ? { 'data-walk': name } : {};
  if (old === undefined) {
    return <div className={two ? 'reg two same' : 'reg'} data-tip={title} data-reg={name} {...walks}><span className="n">{label}</span>
      <span className="v">{note ? <small>{note}</small> : null}
      <span>{wide ? now : half(now)}</span></span></div>;
  }
  const arrow = <span className="ar">→</span>;
  return (
    <div className={two ? 'reg ch two' : 'reg ch'} data-tip={title} data-reg={name} {...walks}>
      <span className="n">{label}</span>
      <span className="v">
        {!two && wide && note ? <small>{note}</small> : null}
        {two ? <><span className="old">{tall ? old : half(old)}</span><span>{arrow} <b>{tall ? now : half(now)}</b></span></> : <>
          {/* Where there is no room for the old value, its arrow goes with it. */}
          <span><span className="old">{wide ? shorten(old, now, WIDE_DIGITS) : half(old)}</span> {arrow}</span>
          <b>{wide ? <Word text={now} last={5} /> : half(now)}</b>
        </>}
      </span>
    </div>
  );
});

/** SDM Vol. 1, "EFLAGS Register". */
const MEANING: Readonly<Record<string, string>> = {
  CF: 'the last unsigned result did not fit', PF: 'the low byte of the last result has an even number of ones', AF: 'a carry out of the low four bits',
  ZF: 'the last result was zero', SF: 'the last result was negative',
  IF: 'interrupts are let in', DF: 'string instructions go downwards', OF: 'the last signed result did not fit', TF: 'a trap after each instruction',
  AC: 'the kernel may touch user pages despite SMAP',
};

const Flags = memo(function Flags({ cpu }: { cpu: CpuView }) {
  const rflags = cpu.registers.find((register) => register.name === 'RFLAGS');
  return (
    <div>
      <div className="sub">
        <span>RFLAGS <span className="mono">{rflags?.was !== undefined
          ? <><span className="old">{hex(rflags.was)}</span> → <b className="new">{hex(rflags.value)}</b></>
          : rflags ? <b className="same">{hex(rflags.value)}</b> : null}</span></span>
        {cpu.words.map(({ name, value }) => <span key={name}>{name} <span className="mono same">{value ?? '?'}</span></span>)}
      </div>
      <div className="flags">
        {cpu.flags.map((flag) => (
          <div key={flag.name} className={`fl ${flag.set === flag.was ? (flag.set ? '' : 'off') : 'ch'}`}
            data-tip={`${flag.name} is ${flag.set ? 1 : 0}${flag.set === flag.was ? '' : `, was ${flag.was ? 1 : 0}`}\n${
              MEANING[flag.name] ? `set: ${MEANING[flag.name]}` : ''}`.trim()}>
            {flag.name}<b>{flag.set === flag.was ? null : <><s>{flag.was ? 1 : 0}</s>→</>}{flag.set ? 1 : 0}</b>
          </div>
        ))}
      </div>
    </div>
  );
});

/** What the local APIC keeps of interrupts. */
function Interrupts({ cpu: { lapic } }: { cpu: CpuView }) {
  const text = (vectors: readonly number[]): string => vectors.join(' ') || 'none';
  return (
    <div className="reg lapic" data-tip={'In service: given to the CPU, and no EOI has come for it\nAsked for: it waits until the CPU takes it'}>
      <span className="n">APIC</span><span className="v">{lapic
        ? <><small>in service</small> {text(lapic.inService)} <small>asked for</small> {text(lapic.requested)}</> : '?'}</span>
    </div>
  );
}

/** STAR as the two selector bases it holds. SDM Vol. 4, "IA32_STAR". */
const starText = (value: bigint): string => `${hex(value >> 48n)} : ${hex((value >> 32n) & 0xffffn)}`;

/** Vector and x87 registers are shown once a program uses them; their control words when they change. */
const isInUse = ({ name, value, was }: RegisterValue): boolean =>
  (/^(XMM|ST)\d/.test(name) ? value !== 0n || was !== undefined : /^(MXCSR|F[CS]W)$/.test(name) && was !== undefined);

const isApplication = (domain: CodePlace['domain'] | undefined): boolean => domain === 'app' || domain === 'libc';

export function CpuPanel() {
  const cpu = useApp((s) => s.views.cpu);
  const open = useOpen((s) => s.open);
  const linked = useApp((s) => s.build?.switches['PRIVILEGE'] === 'ukl');
  const next = useApp((s) => s.views.code?.next.domain);
  const ran = useApp((s) => s.views.code?.ran?.domain);
  if (!cpu) return <NotYet />;
  const of = (name: string) => cpu.registers.find((register) => register.name === name);
  const floating = cpu.registers.filter(isInUse);
  return (
    <div className="cbody" ref={wholeRegisters} tabIndex={0} role="group" aria-label="Registers" data-panel-focus>
      <div className="ctop">
        <RingDiagram ring={cpu.ring} was={cpu.ringWas} linked={linked} application={isApplication(next)} wasApplication={isApplication(ran ?? next)} />
        <div>
          <Row name="RIP" register={of('RIP')} wide tall />
          <Row name="RSP" register={of('RSP')} wide />
          <Row name="CPL" register={of('CPL')} wide />
          <Row name="CS" register={of('CS')} wide />
          <Row name="SS" register={of('SS')} wide />
        </div>
      </div>
      <Flags cpu={cpu} />
      {/* Before what needs room: a fault's address is not to be looked for. */}
      <div className="faults">
        <div className="rgrid"><Row name="CR2" register={of('CR2')} /><Row name="CR3" register={of('CR3')} /></div>
        <Interrupts cpu={cpu} />
      </div>
      {open && cpu.subSteps ? <SubSteps key={cpu.subSteps.title} subSteps={cpu.subSteps} /> : (
        <>
          <div className="rgrid general">{GENERAL.map((name) => <Row key={name} name={name} register={of(name)} />)}</div>
          <div className="rule" />
          <div className="system">
            <Row name="LSTAR" register={of('LSTAR')} wide />
            <div className="not-proj"><Row name="GS_BASE" register={of('GS_BASE')} wide /><Row name="KERNEL_GS_BASE" register={of('KERNEL_GS_BASE')} wide />
              </div>
            <div className="rgrid"><Row name="CR0" register={of('CR0')} /><Row name="CR4" register={of('CR4')} /></div>
            <div className="rgrid"><Row name="SFMASK" register={of('SFMASK')} /><Row name="STAR" register={of('STAR')} text={starText} /></div>
          </div>
          {floating.length ? (
            <>
              <div className="rule" />
              <div className="vectors">
                {floating.map((register) => <Row key={register.name} name={register.name} register={register} wide tall={register.was !== undefined} />)}
                </div>
            </>
          ) : null}
        </>
      )}
    </div>
  );
}

export function CpuHead() {
  const changed = useApp((s) => s.views.cpu?.registers.filter((register) => register.was !== undefined && register.name !== 'RFLAGS').length ?? 0);
  // As short as it has to be beside the sub-steps' button, at every moment.
  return changed > 0 ? <span className="chip changed" data-tip={plural(changed, 'register has changed', 'registers have changed')}>
    Δ {changed}</span> : null;
}

export function CpuActions() {
  const steps = useApp((s) => s.views.cpu?.subSteps ?? null);
  const open = useOpen((s) => s.open);
  if (!steps) return null;
  return (
    <button type="button" className="btn" aria-pressed={open} onClick={() => useOpen.setState({ open: !open })}>
      Sub-steps {steps.steps.length}
    </button>
  );
}
