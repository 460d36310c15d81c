/** What somebody typed: an address if it can be one, else the name of a register or a symbol. Digits alone are hexadecimal, as everywhere in the page. */
export function askedFor(text: string): bigint | string {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(text)?.[1];
  // A register may look like a number: `R8` does not, `CR2` does not; but a symbol `add` does, and needs no 0x to be one.
  return digits !== undefined && (/\d/.test(digits) || text.startsWith('0x')) ? BigInt(`0x${digits}`) : text;
}
