import { useApp } from '../../store/app.ts';
import { count, hex, plural } from '../../widgets/format.ts';
import { NotYet } from '../../widgets/NotYet.tsx';
import { sizeText, whoseText } from './AddressSpacePanel.tsx';

export function AddressSpaceTable() {
  const view = useApp((s) => s.views.space);
  const walk = useApp((s) => s.walk), seek = useApp((s) => s.seek);
  if (!view) return <NotYet />;
  const { areas, walk: { at, levels, verdicts, register, area: chosen }, tlb, fault, root } = view;
  return (
    <>
      <table className="data">
        <caption>Walk of {register ? `${register}, ` : ''}{hex(at)}, from the table at {hex(root)}</caption>
        <thead><tr><th>Level</th><th className="num">Index</th><th className="num">Entry at</th><th className="num">Value</th><th>Bits</th><th
          className="num">Leads to</th></tr></thead>
        <tbody>{levels.map(({ name, index, at: place, entry, bits, leads }) => (
          <tr key={name}><td className="mono">{name}</td><td className="num">{index}</td><td className="num">{hex(place)}</td><td
            className="num">{hex(entry)}</td>
            <td>{bits.filter(({ ignored }) => !ignored).map(({ name: bit, set }) => `${bit} ${set ? 1 : 0}`).join(', ')}</td>
            <td className="num">{leads === undefined ? 'nowhere' : hex(leads)}</td></tr>
        ))}</tbody>
      </table>
      <table className="data">
        <caption>Who may do what there</caption>
        <thead><tr><th className="num">Ring</th><th>Access</th><th>Outcome</th></tr></thead>
        <tbody>{verdicts.map(({ ring, access, refused }) => (
          <tr key={`${ring} ${access}`}><td className="num">{ring}</td><td>{access}</td><td>{refused === '' ? 'allowed' : `page fault: ${refused}`}</td></tr>
        ))}</tbody>
      </table>
      {fault ? (
        <table className="data">
          <caption>Last page fault, at tick <button type="button" onClick={() => void seek(fault.tick + 1)}>{count(fault.tick)}</button>, of {hex(fault.cr2)}:
            {' '}{fault.said}</caption>
          <thead><tr><th>Bit of the error code</th><th className="num">Value</th><th>Says</th></tr></thead>
          <tbody>{fault.bits.map(({ name, set, means }) => <tr key={name}><td className="mono">{name}</td><td className="num">{set ? 1
            : 0}</td><td>{means}</td></tr>)}
          </tbody>
        </table>
      ) : null}
      <table className="data">
        <caption>Areas, from low to high addresses</caption>
        <thead><tr><th className="num">From</th><th className="num">To</th><th>What</th><th>May</th><th>Ring 3</th><th className="num">Size</th>
          <th className="num">Mapped</th><th className="num">Pages</th><th>Also</th></tr></thead>
        <tbody>{areas.map((area, n) => (
          <tr key={String(area.low)} aria-current={n === chosen}><td className="num"><button type="button" onClick={() =>
            void walk(area.low)}>{hex(area.low)}</button></td>
            <td className="num">{hex(area.last)}</td><td>{whoseText(area)}</td><td className="mono">{area.may}</td><td>{area.user ? 'let in' : ''}</td>
            <td className="num">{sizeText(area)}</td><td className="num">{count(area.present)}</td><td className="num">{count(area.pages)}</td>
            <td>{[...area.also, ...(area.guarded ? ['guarded'] : [])].join(', ')}</td></tr>
        ))}</tbody>
      </table>
      {tlb ? (
        <table className="data">
          <caption>{plural(tlb.pages, 'page')} in the TLB{tlb.rows.length < tlb.pages ? `; the ${tlb.rows.length} nearest are shown` : ''}</caption>
          <thead><tr><th className="num">Page</th><th className="num">Physical</th><th>Ring 3</th><th>Ring 0</th></tr></thead>
          <tbody>{tlb.rows.map((row) => (
            <tr key={String(row.page)} aria-current={row.page === tlb.here?.page}><td className="num"><button type="button"
              onClick={() => void walk(row.page)}>{hex(row.page)}</button></td><td className="num">{hex(row.physical)}</td><td className="mono">{row.ring3}</td>
            <td className="mono">{row.ring0}</td></tr>
          ))}</tbody>
        </table>
      ) : null}
    </>
  );
}
