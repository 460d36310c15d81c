/** Every flavour of UKL side by side: its switches, and how many lines of this kernel it costs, counted when asked; apart from that, what is published. */
import { useEffect, useState } from 'react';
import type { Catalogue } from '../../link/protocol.ts';
import type { KernelLinesReport } from '../../link/reports.ts';
import { useApp } from '../store/app.ts';
import { count, plural } from '../widgets/format.ts';
import { Sheet } from './Sheet.tsx';
import { configGlyph } from './TopBar.tsx';
import './flavours.css';

/** The worker counts in the sources that the machine was built from, or says why not. */
function useKernelLines(): KernelLinesReport | string | null {
  const link = useApp((s) => s.link);
  const image = useApp((s) => s.build?.imageHash);
  const [answer, setAnswer] = useState<KernelLinesReport | string | null>(null);
  useEffect(() => {
    let wanted = true;
    void link?.call('kernelLines', {}).then((counted) => { if (wanted) setAnswer(counted); },
      (error: Error) => { if (wanted) setAnswer(`The lines could not be counted: ${error.message}`); });
    return () => {
      wanted = false;
    };
  }, [link, image]);
  return answer;
}

/** The configuration whose application is a process: what UKL is held against. */
function processOf({ configs, switches }: Pick<Catalogue, 'configs' | 'switches'>): string {
  const usual = switches.find(({ key }) => key === 'PRIVILEGE')?.default;
  return configs.find((one) => (one.switches['PRIVILEGE'] ?? usual) !== 'ukl')?.name ?? '';
}

/** Switches in which a configuration differs from the process. */
function differences({ configs, switches }: Catalogue, name: string): [key: string, value: string][] {
  const of = (config: string): Readonly<Record<string, string>> => configs.find((one) => one.name === config)?.switches ?? {};
  const own = of(name), base = of(processOf({ configs, switches }));
  return switches.flatMap(({ key, default: usual }) => {
    const value = own[key] ?? usual;
    return value === (base[key] ?? usual) ? [] : [[key, value] as [string, string]];
  });
}

export function FlavoursSheet() {
  const catalogue = useApp((s) => s.catalogue);
  const setup = useApp((s) => s.setup);
  const edited = useApp((s) => Object.keys(s.edits).length > 0);
  const open = useApp((s) => s.open);
  const openSheet = useApp((s) => s.openSheet);
  const counted = useKernelLines();
  if (!catalogue) return null;
  const report = typeof counted === 'object' ? counted : null;
  const lines = new Map(report?.flavours.map((flavour) => [flavour.name, flavour.lines])), most = Math.max(1, ...lines.values());
  const choose = (config: string): void => {
    openSheet(null);
    if (setup && config !== setup.config) void open({ ...setup, config }, { keepInput: true });
  };
  const least = Math.min(...lines.values());
  const sentence = report ? `A flavour of UKL adds, changes or leaves out ${least} to ${most} lines of this kernel; all of them together ` +
    `${count(report.all.lines)} lines in ${plural(report.all.files, 'file')}.` : 'The lines of each flavour are counted in the sources of the kernel.';
  return (
    <Sheet title="Flavours of UKL" about={sentence} className="flavours">
      {typeof counted === 'string' ? <p className="problems" role="alert">{counted}</p> : null}
      <div className="both">
        <section className="ours">
          <div className="scrolls" tabIndex={0} role="group" aria-label="Configurations, their lines and their switches">
            <table className="data">
              <caption><b>Counted here, now.</b> Lines of this model kernel that belong to the flavour, in the sources that the machine was built from
                {edited ? ', with your edits' : ''}.</caption>
              <thead><tr><th>Configuration</th><th className="num">Lines</th><td aria-hidden="true" className="bar" /><th>Switches that differ from{' '}
                {processOf(catalogue)}</th></tr></thead>
              <tbody>
                {catalogue.configs.map(({ name, about, switches }) => {
                  const some = lines.get(name);
                  return (
                    <tr key={name} aria-current={name === setup?.config || undefined}>
                      <th scope="row">{configGlyph(catalogue, name)}<button type="button" className="mono" onClick={() => choose(name)}>{name}</button>
                        <span className="about">{about}</span></th>
                      <td className="num" data-lines={name}>{some === undefined ? (report ? 'none' : '…') : count(some)}</td>
                      <td className="bar" aria-hidden="true">{some === undefined ? null : <i style={{ width: `${(100 * some) / most}%` }} />}</td>
                      <td className="keys">{differences(catalogue, name).map(([key, value]) => <span key={key} className="mono">{key}=<wbr />{value} </span>)}
                        {switches?.['PRIVILEGE'] === 'ukl' ? null : 'the process that UKL is held against'}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </section>
        {report ? (
          <section className="published">
            <table className="data">
              <caption><b>Published, not counted here.</b> What the authors of UKL tell of Linux itself, a far larger kernel.</caption>
              <thead><tr><th>What</th><th className="num">Lines</th><th>Where it stands</th></tr></thead>
              <tbody>{report.published.map(({ what, lines: told, source }) =>
                <tr key={what}><th scope="row">{what}</th><td className="num">{told}</td><td>{source}</td></tr>)}</tbody>
            </table>
          </section>
        ) : null}
      </div>
      <p className="muted">A line counts that is there with the flavour and not without UKL, that goes, or that names UKL; blank lines and the conditions
        themselves do not. Here all flavours are switches of one source tree; the versions of UKL were patches to different Linuxes.</p>
    </Sheet>
  );
}
