/** A number in two parts: where there is no room for all of it (see base.css), only the last digits stay. */
export function Word({ text, last }: { text: string; last: number }) {
  return text.length > last ? <><span className="upper">{text.slice(0, -last)}</span><span className="lower">{text.slice(-last)}</span></> : text;
}
