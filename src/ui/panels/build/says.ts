import type { AppState } from '../../store/app.ts';
import { count, plural } from '../../widgets/format.ts';

/** The build in one sentence: what it is, in which switches it differs from its configuration, and how large its code is. */
export function says({ build, catalogue }: Pick<AppState, 'build' | 'catalogue'>): string {
  if (!build) return 'nothing has been built yet.';
  const { config, switches, app, textBytes, milliseconds, uklLines } = build, base = catalogue?.configs.find(({ name }) => name === config)?.switches ?? {};
  const own = Object.entries(switches).filter(([key, value]) => base[key] !== undefined && base[key] !== value).map(([key, value]) => `${key}=${value}`);
  const flavour = uklLines > 0 ? `; UKL adds, changes or leaves out ${plural(uklLines, 'line')} of the kernel` : '';
  return `${config}${own.length > 0 ? ` with ${own.join(', ')}` : ''}, application ${app}: ${count(textBytes)} bytes of code, built in ${
    Math.round(milliseconds)} ms${flavour}.`;
}
