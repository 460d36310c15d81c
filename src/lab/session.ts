/** One page's, or one test's, conversation with the lab: opens machines and answers the requests of the link. */
import { Refusal } from '../base/refusal.ts';
import { isLater, isWhole } from '../base/texts.ts';
import type { Handlers, Method, OpenParams, OpenResult, Showing, Shown, Views, Wants } from '../link/protocol.ts';
import type { BuildReport, ScenarioInfo, StopReport } from '../link/reports.ts';
import { appAbout } from '../toolchain/app-about.ts';
import { flavourLines } from '../toolchain/kernel-lines.ts';
import { appNames, configAbout, configNames, conflictsOf, mergeConfig, resolveConfig, soleAppNames } from '../toolchain/kconfig.ts';
import { syscallRows } from '../toolchain/syscall-table.ts';
import { SWITCHES } from '../guest/configs/switches.ts';
import type { Builder, BuildOrder, Built } from './builder.ts';
import { Lab, type Compiler, type LabOptions, type Pump } from './lab.ts';
import type { Lesson } from './lesson.ts';
import type { Scenario } from './scenario.ts';
import { Pauses } from './pauses.ts';
import { ownScenarios } from './scenarios.ts';
import { guestSources } from './sources.ts';
import { changed, mendOf } from './switch-set.ts';

export interface SessionOptions {
  /** The guest's sources, kept up to date here: those that come later are put in their places. */
  originals?: Map<string, string>;
  /** Brings what is not here yet: texts of the guest, by path, and scenarios with their courses. */
  rest?: () => Promise<{ REST?: Readonly<Record<string, string>>; COURSES?: readonly Scenario[] }>;
  /** Builds images, here or in another thread. */
  build: Builder;
  /** Told how far a build is, in files. */
  building?: (done: number, total: number) => void;
  /** Told how far back a search has looked. */
  searched?: (tick: number) => void;
  /** Brings what makes running code fast. */
  compiler?: () => Promise<Compiler>;
  /** Lets messages in while a long request runs. */
  pump: Pump;
  /** Told after each slice of a run, with the number of characters that had been printed when it began. */
  progress?: (lab: Lab, printed: number) => void;
}

/** What tells one order from another. */
const keyOf = (order: BuildOrder): string => JSON.stringify(order);

/** Images that are kept: of the machine that is open, and of the one before. */
const MOST_KEPT = 2;

export interface Session {
  /** Of the link. */
  handlers: Handlers;
  /** A request arrives; see `serve`. */
  arrive: () => () => () => void;
  /** The machine now open. */
  lab: () => Lab | undefined;
  /** Brings what came after the first load. */
  complete: () => Promise<void>;
}

export function createSession(options: SessionOptions): Session {
  const originals = options.originals ?? guestSources();
  const scenarios = new Map(ownScenarios().map((one) => [one.id, one])), bundled: ReadonlySet<string> = new Set(scenarios.keys());
  /** The images that were asked for last, by order, the newest at the end: `open` takes one of them, and so does who goes to and fro between two builds. */
  const kept = new Map<string, Promise<Built>>();
  let lab: Lab | undefined;
  /** What it was opened for. */
  let scenario: Scenario | undefined;
  /** What it was built to. */
  let ordered: BuildOrder | undefined;
  let printed = 0;

  let coming: Promise<void> | undefined;
  /** All texts are here. */
  const complete = (): Promise<void> => {
    coming ??= (async () => {
      const { REST = {}, COURSES = [] } = (await options.rest?.()) ?? {};
      for (const [file, text] of Object.entries(REST)) originals.set(file, text);
      for (const one of COURSES) scenarios.set(one.id, one);
    })();
    // Of a network that failed one asks again.
    coming.catch(() => (coming = undefined));
    return coming;
  };

  let compiler: Compiler | undefined, fetched: Promise<void> | undefined;
  /** Running code is translated, from here on in every machine; without what does it the interpreter goes on. */
  const fast = (): Promise<void> => {
    fetched ??= (async () => {
      compiler = await options.compiler?.();
      if (lab && compiler) lab.compiler = compiler;
    })().catch(() => void (fetched = undefined));
    return fetched;
  };

  const pauses = new Pauses();
  const opened = (): Lab => {
    if (!lab) throw new Refusal('No machine is open yet: open a scenario first.');
    return lab;
  };
  /** What a first build left out of the debug information is here. */
  let detail: Promise<void> | undefined;
  const whole = (): Promise<void> => {
    const bare = lab, order = ordered;
    if (!bare?.isBare || !order) return Promise.resolve();
    detail ??= options.build({ ...order, whole: true }, () => undefined).then((all) => {
      bare.complete(all.image);
      // Who comes back to it has it whole.
      if (kept.has(keyOf(order))) kept.set(keyOf(order), Promise.resolve(all));
    }, (error: Error) => {
      throw new Refusal(error.message);
    }).finally(() => (detail = undefined));
    return detail;
  };

  const pump: Pump = async () => {
    if (lab) {
      const wanted = lab.wantsDetail;
      options.progress?.(lab, printed);
      // Where a run just was is seen for a moment only.
      if (!wanted) lab.forgetWants();
    }
    await options.pump();
  };

  /** What is asked to be seen; a listing waits for the text of its source. */
  const seen = async (wants: Wants): Promise<Partial<Views>> => {
    await opened().ready(wants);
    let views = opened().show(wants);
    if (opened().wantsDetail) {
      await whole();
      views = opened().show(wants);
    }
    if (!views.listings?.some(({ rows }) => rows.some((row) => row.kind === 'line' && isLater(originals.get(row.file))))) return views;
    await complete();
    return opened().show(wants);
  };

  /** A move is answered with what is to be shown of where it came to. */
  const shown = async (moved: StopReport | Promise<StopReport>, wants: Wants | undefined): Promise<Shown> => {
    const report = await moved;
    return { ...report, views: wants ? await seen(wants) : {} };
  };

  /** `far` from the beginning, all that is known of the kernel is wanted at once. */
  const built = (order: BuildOrder, far = false): Promise<Built> => {
    const key = keyOf(order);
    let wanted = kept.get(key);
    kept.delete(key);
    if (!wanted) {
      // Objects serve for a stock configuration of a process; for whatever else, and where they do not, the texts are read.
      const needsNone = !isWhole(originals) && Object.keys(order.edits).length === 0 && order.switches['PRIVILEGE'] === 'user';
      const build = (): Promise<Built> => options.build(needsNone && !far ? order : { ...order, whole: true }, options.building ?? (() => undefined));
      const begun = wanted = needsNone ? build().catch(() => complete().then(build)) : complete().then(build);
      // One that broke down is begun anew by whoever asks next.
      begun.catch(() => {
        if (kept.get(key) === begun) kept.delete(key);
      });
    }
    kept.set(key, wanted);
    for (const [oldest] of kept) if (kept.size > MOST_KEPT) kept.delete(oldest);
    return wanted;
  };

  const sole = soleAppNames(originals);
  const stock = configNames(originals).flatMap((name) => {
    const switches = resolveConfig(originals, name);
    return typeof switches === 'string' ? [] : [{ name, about: configAbout(originals, name), switches }];
  });

  /** What is asked for on top of the scenario's own, which hold as far as they go with this configuration. */
  const setOf = (params: OpenParams): { known: Scenario; config: string; set: Record<string, string> } => {
    const known = scenarios.get(params.scenario);
    if (!known) throw new Refusal(`There is no scenario '${params.scenario}'; there are ${[...scenarios.keys()].join(', ')}.`);
    const { app, config, set = {} } = params;
    return { known, ...changed(known, { set, ...(app === undefined ? {} : { app }), ...(config === undefined ? {} : { config }) }) };
  };

  const orderOf = (params: OpenParams): { known: Scenario; order: BuildOrder } => {
    const { known, config, set } = setOf(params), app = params.app ?? known.app;
    const switches = resolveConfig(originals, config, set);
    if (typeof switches === 'string') throw new Refusal(switches);
    return { known, order: { config, app, switches, args: known.args, edits: params.edits ?? {} } };
  };

  const reportOf = ({ config, switches, app }: BuildOrder, { image, milliseconds }: Built): BuildReport => {
    const { ok, diagnostics, imageHash, application, textBytes, uklLines } = image;
    return { ok, config, switches, app, diagnostics, milliseconds, imageHash, application, textBytes, uklLines };
  };

  const machineOf = async (order: BuildOrder, known: Scenario, { image, milliseconds }: Built, own: Pick<LabOptions, 'sources' | 'input' | 'pauses'>) => {
    const network = order.switches['NET'] === 'on' ? (await import('./network.ts')).networkOf(order.app, known) : undefined;
    return new Lab({ originals, config: order.config, switches: order.switches, port: known.port, network, ...(compiler ? { compiler } : {}), ...own }, image,
      milliseconds);
  };

  const open = async (params: OpenParams & Showing): Promise<OpenResult> => {
    const { known, order } = orderOf(params), isFirst = lab === undefined && params.moment === undefined;
    const [result] = await Promise.all([built(order, params.moment !== undefined), isFirst ? undefined : fast()]), build = reportOf(order, result);
    // A build that failed leaves the old machine as it was.
    if (!build.ok) return { build, scenario: infoOf(known), breakpoints: lab?.breakpoints.list ?? [] };
    const { edits } = order, sources = Object.keys(edits).length > 0 ? new Map([...originals, ...Object.entries(edits)]) : originals;
    // Without a moment there are no ticks to type at: what was typed goes out as a scenario's input does.
    const typed = params.inputs?.filter(({ port }) => port === known.port);
    const input = !typed ? known.input : params.moment ? [] : typed.map(({ bytes }) => bytes);
    const made = await machineOf(order, known, result, { sources, input, pauses });
    made.breakpoints.adopt(lab?.breakpoints.list ?? []);
    made.isBare = !result.isWhole;
    [lab, ordered] = [made, order];
    scenario = known;
    let stop: StopReport, notice: string | undefined;
    if (params.moment) {
      await whole();
      notice = await made.reach(params.moment, params.inputs ?? [], pump);
      stop = made.seek(made.tick);
    } else {
      stop = await made.start(pump);
      if (made.wantsDetail) {
        await whole();
        stop = made.seek(made.tick);
      }
    }
    return { build, scenario: infoOf(known), stop: await shown(stop, params.show), breakpoints: made.breakpoints.list,
      ...(notice === undefined ? {} : { notice }) };
  };

  let lesson: { lab: Lab; made: Promise<Lesson> } | undefined;
  /** Of the machine that is open; who has no lesson beside the lab does not load what plays one. */
  const course = (): Promise<Lesson> => {
    const now = opened(), played = scenario;
    if (!played) throw new Refusal('No scenario is open.');
    if (lesson?.lab !== now) {
      const begun = lesson = { lab: now, made: Promise.all([import('./lesson.ts'), complete(), fast()]).then(([module]) =>
        // One that came without its course is here with it now.
        new module.Lesson(scenarios.get(played.id) ?? played, now, pump)) };
      // Of a network that failed one asks again.
      begun.made.catch(() => {
        if (lesson === begun) lesson = undefined;
      });
    }
    return lesson.made;
  };
  /** Where a lesson went, with what is to be shown of it. */
  const told = async <T>(going: (lesson: Lesson) => Promise<T>, wants: Wants | undefined): Promise<T & Shown> => {
    const said = await going(await course());
    return { ...said, ...(await shown(opened().seek(opened().tick), wants)) };
  };

  /** The newest proof: those before it are given up. */
  let proof = 0;

  const handlers: Handlers = {
    catalogue: () => ({
      scenarios: [...scenarios.values()].map(infoOf),
      configs: stock,
      apps: appNames(originals).map((name) => ({ name, isTool: !sole.includes(name), about: sole.includes(name) ? appAbout(originals, name) : '' })),
      switches: SWITCHES.map(({ key, values, default: value, help }) => ({ key, values: values === 'number' ? 'number' : [...values], default: value, help })),
      syscalls: syscallRows(originals).map(({ nr, name }) => ({ nr, name })),
    }),
    switches: ({ chosen, ...params }) => {
      const { config, set } = setOf(params), values = mergeConfig(originals, config, set);
      if (typeof values === 'string') throw new Refusal(values);
      const mend = mendOf(values, chosen, stock.map(({ switches }) => switches));
      return { values, conflicts: conflictsOf(values), ...(mend ? { mend } : {}) };
    },
    build: async (params) => {
      const { order } = orderOf(params);
      return reportOf(order, await built(order));
    },
    open,
    run: async ({ show, ...spec }) => {
      await fast();
      printed = opened().consoleText().length;
      return shown(opened().run(spec, pump), show);
    },
    step: ({ unit, direction, stay, show }) => shown(opened().step(unit, direction, pump, stay), show),
    focus: ({ focus, show }) => shown(opened().focus(focus ?? undefined), show),
    seek: ({ tick, show }) => shown(opened().seek(tick), show),
    pause: () => opened().pause(),
    views: ({ show }) => seen(show),
    source: async ({ file }) => {
      if (isLater(originals.get(file))) await complete();
      return opened().source(file);
    },
    files: () => [...originals.keys()],
    kernelLines: async () => {
      await complete();
      return flavourLines(ordered ? new Map([...originals, ...Object.entries(ordered.edits)]) : originals);
    },
    buildParts: async () => {
      const [{ buildParts }] = await Promise.all([import('./build-parts.ts'), complete()]);
      return buildParts(opened().symbols.images, originals, ordered?.edits ?? {}, ordered?.switches ?? {});
    },
    input: ({ port, bytes, show }) => shown(opened().input(port, bytes), show),
    poke: ({ addr, bytes, show }) => shown(opened().poke(addr, bytes), show),
    setBreakpoint: ({ spec }) => opened().setBreakpoint(spec),
    updateBreakpoint: ({ id, enabled }) => opened().breakpoints.enable(id, enabled),
    removeBreakpoint: ({ id }) => opened().breakpoints.remove(id),
    whoWrote: ({ addr, length, space }) => {
      const now = opened();
      return now.searchWriter(addr, length, space, async (tick) => {
        options.searched?.(tick);
        await options.pump();
        return lab === now;
      });
    },
    memory: ({ addr, length, space }) => opened().memory(addr, length, space),
    events: ({ from, to, kinds, limit }) => opened().eventsBetween(from, to, kinds, limit),
    syscalls: () => opened().syscalls(),
    callCosts: async () => (await import('./call-costs.ts')).runCosts(opened()),
    pathOf: ({ name, nth }) => opened().pathOf(name, nth),
    explain: ({ addr, space }) => opened().explain(addr, space),
    describe: ({ addr, space }) => opened().describe(addr, space),
    hash: () => ({ hash: opened().machine.hash() }),
    moment: () => opened().moment(),
    switchBranch: ({ branch, show }) => shown(opened().switchBranch(branch), show),
    lesson: async () => (await course()).view(),
    lessonStep: ({ step, show }) => told((one) => one.go(step), show),
    lessonAnswer: ({ step, choice, show }) => told((one) => one.answer(step, choice), show),
    lessonRefute: ({ step, choice, show }) => told((one) => one.refute(step, choice), show),
    lessonEnd: async ({ show }) => {
      const { report, ...said } = await (await course()).end();
      return { ...said, ...(await shown(report, show)) };
    },
    author: async ({ file, text, keep = true }) => {
      // Whether a function or a line is there, its source says.
      const [{ parseScenario }] = await Promise.all([import('./scenario.ts'), complete()]), read = parseScenario(file, text, originals), { diagnostics } = read;
      if (!read.scenario) return { diagnostics };
      const { id } = read.scenario, line = 1 + text.split('\n').findIndex((one) => one.trimStart().startsWith('id:'));
      // What is linked to by its name is the same for everybody.
      if (bundled.has(id)) return { diagnostics: [{ severity: 'error', file, line, column: 1, length: 1,
        message: `'${id}' is one of the lessons that come with Ringside; this one needs another id` }] };
      if (keep) scenarios.set(id, read.scenario);
      return { diagnostics, scenario: infoOf(read.scenario) };
    },
    writeHere: async ({ show, ...asked }) => {
      const now = opened(), { tick } = now, order = ordered;
      const [{ writeHere }] = await Promise.all([import('./write-here.ts'), complete(), fast()]);
      const written = order ? await now.trial(() => writeHere(asked, now, order, pump)) : '';
      return { ...(typeof written === 'string' ? { refused: written } : { edit: written }), ...(await shown(now.seek(tick), show)) };
    },
    prove: async ({ file, text }) => {
      const mine = ++proof, [{ parseScenario }, { prove }] = await Promise.all([import('./scenario.ts'), import('./write-here.ts'), complete(), fast()]);
      const known = parseScenario(file, text, originals).scenario, switches = known && resolveConfig(originals, known.config, changed(known, { set: {} }).set);
      if (!known || typeof switches === 'string' || !switches) return {};
      const { app, config, args } = known, order: BuildOrder = { config, app, switches, args, edits: {} }, result = await built(order, true);
      if (!result.image.ok || mine !== proof) return {};
      const made = await machineOf(order, known, result, { sources: originals, input: known.input, pauses: new Pauses() });
      return await prove(known, text, made, async () => {
        await options.pump();
        if (mine !== proof) made.pause();
      }) ?? {};
    },
    complete: async ({ text, at }) => {
      const [{ completionsAt }] = await Promise.all([import('./completion.ts'), complete()]);
      return completionsAt(text, at, { sources: originals, functions: lab?.symbols.images.flatMap(({ functions }) => functions) ?? [] });
    },
  };
  const ready = Object.fromEntries(Object.entries(handlers).map(([method, handler]) => [method, ALWAYS.has(method as Method) ? handler
    : (params: never) => (lab?.isBare ? whole().then(() => handler(params)) : handler(params))])) as unknown as Handlers;
  return { handlers: ready, arrive: () => pauses.arrive(), lab: () => lab, complete: () => Promise.all([whole(), complete(), fast()]).then(() => undefined) };
}

/** What is answered whether or not all is known of the kernel; what is shown says itself when it wants more. */
const ALWAYS: ReadonlySet<Method> = new Set(['catalogue', 'switches', 'build', 'open', 'pause', 'files', 'kernelLines', 'views', 'moment', 'hash']);

export function infoOf({ id, title, question, learn, order, app, config, set, input, sample, port, load, args, panels,
  tags }: Scenario): ScenarioInfo {
  return { id, title, question, learn, ...(order === undefined ? {} : { order }), app, config, set, input, sample, port,
    ...(load ? { load } : {}), args, panels, tags };
}
