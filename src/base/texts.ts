/**
 * Texts that come later. Until then a source has the digest of its text in its place: enough to know an object made of it again, and
 * nothing else may be done with it.
 */
const LATER = '\0';

export const standIn = (digest: string): string => `${LATER}${digest}`;

/** The digest that stands in for a text, or undefined: the text itself is here. */
export const stoodInFor = (text: string): string | undefined => (text.startsWith(LATER) ? text.slice(1) : undefined);

export const isLater = (text: string | undefined): boolean => text?.startsWith(LATER) === true;

export function isWhole(sources: ReadonlyMap<string, string>): boolean {
  for (const text of sources.values()) if (isLater(text)) return false;
  return true;
}
