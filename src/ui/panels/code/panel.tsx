import { definePanel } from '../../shell/panel.ts';
import { type AppState, useApp } from '../../store/app.ts';
import { findListing } from '../../store/code.ts';
import { hex, placeText } from '../../widgets/format.ts';
import { notYet } from '../../widgets/not-yet.ts';
import { CodeActions, CodeHead, CodePanel } from './CodePanel.tsx';
import { nextWords } from './ListingView.tsx';

function summary(state: AppState): string {
  const { code } = state.views;
  if (!code) return notYet(state);
  const ran = code.ran ? `${placeText(code.ran)} just ran, ` : '';
  const where = code.next.file ? `, ${code.next.file} line ${code.next.line}` : '';
  const { over } = state.status ?? {}, next = over === undefined ? 'runs next' : `is where it has ${over}`;
  return `${ran}${placeText(code.next)} ${next}${where}.${code.border ? ` Between them lies a boundary: ${code.border.text}.` : ''}`;
}

function Table() {
  const code = useApp((s) => s.views.code);
  const listings = useApp((s) => s.listings), next = useApp(nextWords);
  const listing = code ? findListing(listings, code.next) : undefined;
  if (!code || !listing) return <p className="empty">No code is known at this address.</p>;
  return (
    <>
      <table className="data">
        <caption>{listing.name} in {listing.file}</caption>
        <thead><tr><th className="num">Address or line</th><th>Instruction or source</th></tr></thead>
        <tbody>
          {listing.rows.map((row, index) => (row.kind === 'insn'
            ? <tr key={`i${row.addr}`} aria-current={row.addr === code.next.addr}><td className="num">{hex(row.addr)}</td>
            <td className="mono">{row.mnemonic} {row.operands} {row.symbol ?? ''}
            {row.addr === code.next.addr ? ` (${next})` : row.addr === code.ran?.addr ? ' (just ran)' : ''}</td></tr>
            : <tr key={`l${index}`}><td className="num">line {row.line}</td><td className="mono">{row.text}</td></tr>))}
        </tbody>
      </table>
      <table className="data">
        <caption>Variables of this function</caption>
        <thead><tr><th>Name</th><th>Type</th><th>Where</th><th className="num">Value</th></tr></thead>
        <tbody>{code.variables.map((v) => <tr key={`${v.name}${v.place}`}><td className="mono">{v.name}</td><td className="mono">{v.type}</td>
          <td>{v.gone ? 'gone here' : v.place}</td><td className="num">{v.value}</td></tr>)}</tbody>
      </table>
    </>
  );
}

export default definePanel({
  id: 'code',
  number: 1,
  title: 'Code',
  slot: 1,
  card: true,
  tellsAge: true,
  needs: ({ listings }) => ({ code: true, cpu: true, listings: { have: listings.map(({ image, low }) => ({ image, low })) } }),
  about: 'C and machine code of application, C library and kernel in one listing; a band of colour joins a C line to its instructions. Click a line to run ' +
    'there.',
  notes: [
    'Only code that this page built is shown with its source; other addresses have no listing.',
    'Inlined functions appear inside the function they were inlined into.',
    'The compiler is Ringside\'s own: another compiler would choose other instructions for the same C.',
  ],
  sources: ['isa/', 'toolchain/', 'guest/lib/', 'guest/apps/'],
  summary,
  Component: CodePanel,
  Table,
  Head: CodeHead,
  Actions: CodeActions,
});
