/** A build whose tracepoints tell all that the table of events keeps of them; one whose do not is a mistake in the sources. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { EVENT_KINDS, EVENTS, type EventRow } from '../link/events.ts';
import { buildGuest, type BuildCache, type BuildResult } from '../toolchain/build.ts';

type Request = Parameters<typeof buildGuest>[0];

/** Where tracepoints are declared. */
const DECLARED = 'linux/include/trace/events.h';
/** Fields of these kinds are put together by the tracer, of whatever the tracepoint tells. */
const COMPOSED: ReadonlySet<string> = new Set(['said', 'call']);

/** The fields of a row that have to be arguments of its tracepoint. */
const wantedOf = ({ site, fields }: EventRow): string[] =>
  (site === 'sched_switch' || Object.values(fields).some((kind) => COMPOSED.has(kind)) ? [] : Object.keys(fields));

function missing({ images }: BuildResult, sources: Request['sources']): Diagnostic[] {
  const points = images.find(({ isKernel }) => isKernel)?.debug.tracepoints ?? [], lines = sources.get(DECLARED)?.split('\n') ?? [];
  const seen = new Set<string>();
  return EVENT_KINDS.flatMap((kind) => points.filter(({ name }) => name === EVENTS[kind].site).flatMap(({ name, args }) =>
    wantedOf(EVENTS[kind]).filter((field) => !args.some((one) => one.name === field)).flatMap((field): Diagnostic[] => {
      if (seen.has(`${name} ${field}`)) return [];
      seen.add(`${name} ${field}`);
      const line = Math.max(1, 1 + lines.findIndex((text) => text.includes(`__trace("${name}"`)));
      return [{ severity: 'error', file: DECLARED, line, column: 0, length: 1,
        message: `tracepoint ${name} has no argument ${field}, which the event ${kind} keeps` }];
    })));
}

/** Builds, and looks whether what the kernel tells can be understood. */
export function buildTold(request: Request, cache: BuildCache): BuildResult {
  const build = buildGuest(request, cache), wrong = build.ok ? missing(build, request.sources) : [];
  return wrong.length === 0 ? build : { ...build, ok: false, diagnostics: [...build.diagnostics, ...wrong] };
}
