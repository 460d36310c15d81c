import type { CodePlace, Ring } from '../../link/reports.ts';

interface Props {
  ring: Ring;
  domain: CodePlace['domain'];
}

/** Circle is ring 3, diamond ring 0; outline is application or libc code, filled is kernel code. */
export function RingGlyph({ ring, domain }: Props) {
  const outline = domain === 'app' || domain === 'libc';
  if (ring === 3) {
    return <svg className={`rg ${outline ? 'r3' : 'r3k'}`} viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="3.8" /></svg>;
  }
  return <svg className={`rg ${outline ? 'r0a' : 'r0'}`} viewBox="0 0 10 10" aria-hidden="true"><path d="M5 .4 9.6 5 5 9.6 .4 5Z" /></svg>;
}
