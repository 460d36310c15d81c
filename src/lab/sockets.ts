/** The guest's sockets as they lie in memory. Where they are and how they are read the kernel says in tracepoints of constants, and debug information the rest. */
import type { VirtAddr } from '../base/units.ts';
import type { TracepointSite } from '../formats/debug-info.ts';
import type { SocketReport } from '../link/network.ts';
import { constant } from './constants.ts';
import type { Image } from './images.ts';
import type { Memory } from './memory.ts';

/** Lists of which some members are sockets. */
interface SocketTable {
  at: VirtAddr;
  slots: number;
  /** Offset of the link in a socket. */
  node: bigint;
  /** Where it says what it is, and what a socket says. */
  kind?: { at: bigint; mine: bigint };
}

interface SocketField {
  name: string;
  at: bigint;
  bytes: number;
}

export interface SocketLayout {
  /** As C has it. */
  type: string;
  tables: SocketTable[];
  fields: SocketField[];
  states: Map<bigint, string>;
}

/** What is made of some fields; the others are shown as they are. */
const KNOWN: ReadonlySet<string> = new Set(['state', 'local', 'local_port', 'remote', 'remote_port', 'unaccepted', 'backlog', 'received', 'read_to',
  'acknowledged', 'sent', 'written', 'receive_memory', 'receive_limit', 'send_memory', 'send_limit']);
/** More sockets are counted, not shown; more of a table is not looked through. */
const MOST_SOCKETS = 64, MOST_LINKS = 4096;
const POINTER = 8, PORT_BYTES = 2, KIND_BYTES = 4;
const asAddress = (value: bigint): VirtAddr => BigInt.asUintN(64, value);

/** How many bytes what stands there has. */
function bytesAt(kernel: Image, id: number, offset: number): number {
  let type = kernel.type(id);
  for (let n = 0; type.kind === 'typedef' && n < 32; n++) type = kernel.type(type.to);
  if (type.kind !== 'struct' && type.kind !== 'union') return Math.min(kernel.sizeOf(id), POINTER);
  const fields = type.fields.length > 0 ? type.fields : kernel.fieldsOf(type.name) ?? [];
  const within = fields.find((field) => offset >= field.offset && offset < field.offset + kernel.sizeOf(field.type));
  return within ? bytesAt(kernel, within.type, offset - within.offset) : 0;
}

/** The type that a site's socket has. */
function typeAt(kernel: Image, { args }: TracepointSite): number | undefined {
  const argument = args.find(({ name }) => name === 'sock'), pointer = argument && kernel.type(argument.type);
  return pointer?.kind === 'pointer' ? pointer.to : undefined;
}

export function socketLayouts(kernel: Image): SocketLayout[] {
  const layouts = new Map<string, SocketLayout>();
  for (const site of kernel.debug.tracepoints) {
    if (site.name !== 'socket_table' && site.name !== 'socket_field' && site.name !== 'socket_state') continue;
    const id = typeAt(kernel, site);
    if (id === undefined) continue;
    const type = kernel.typeName(id), layout: SocketLayout = layouts.get(type) ?? { type, tables: [], fields: [], states: new Map() };
    layouts.set(type, layout);
    const value = (name: string): bigint => asAddress(constant(site, name) ?? 0n), named = site.args.filter(({ name }) => name !== 'sock');
    if (site.name === 'socket_table') {
      const hasKinds = named.some(({ name }) => name === 'kind');
      layout.tables.push({ at: value('at'), slots: Number(value('slots')), node: value('node'),
        ...(hasKinds ? { kind: { at: value('kind'), mine: value('mine') } } : {}) });
    } else if (site.name === 'socket_field') {
      layout.fields.push(...named.map(({ name }) => ({ name, at: value(name), bytes: bytesAt(kernel, id, Number(value(name))) })));
    } else for (const { name } of named) layout.states.set(value(name), name);
  }
  return [...layouts.values()];
}

/** Where the sockets of a table are. What is written there is the guest's: a list may be broken, or a circle without its head. */
function* socketsIn(memory: Memory, { at, slots, node, kind }: SocketTable): Generator<VirtAddr> {
  let left = MOST_LINKS;
  for (let slot = 0; slot < slots && left-- > 0; slot++) {
    const head = asAddress(at + BigInt(2 * POINTER * slot));
    for (let link = memory.peekNumber(head, POINTER); link !== undefined && link !== head; link = memory.peekNumber(link, POINTER)) {
      if (left-- <= 0) return;
      const socket = asAddress(link - node);
      if (!kind || memory.peekNumber(asAddress(socket + kind.at), KIND_BYTES) === kind.mine) yield socket;
    }
  }
}

/** Bytes between two numbers of a stream, which are counted modulo 2^32. */
const between = (from: number, to: number): number => Math.max(0, (to - from) | 0);

/** @returns undefined where no socket can be. */
function socketAt(memory: Memory, { type, fields, states }: SocketLayout, at: VirtAddr): SocketReport | undefined {
  const bytesOf = (name: string): Uint8Array => {
    const field = fields.find((one) => one.name === name);
    return (field && memory.peek(asAddress(at + field.at), field.bytes)) ?? new Uint8Array();
  };
  const number = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const value = (name: string): number => Number(BigInt.asUintN(32, number(bytesOf(name))));
  const address = (name: string): string => (value(name) === 0 ? '*' : [...bytesOf(name)].join('.'));
  if (bytesOf('state').length === 0) return undefined;
  const state = number(bytesOf('state')), remotePort = Number(number(bytesOf('remote_port').slice(0, PORT_BYTES).reverse()));
  return {
    at, type, state: states.get(state) ?? String(state), local: `${address('local')}:${value('local_port')}`,
    remote: remotePort === 0 ? '' : `${address('remote')}:${remotePort}`,
    unaccepted: value('unaccepted'), backlog: value('backlog'),
    receive: { unread: between(value('read_to'), value('received')), memory: value('receive_memory'), limit: value('receive_limit') },
    send: { unsent: between(value('sent'), value('written')), unacknowledged: between(value('acknowledged'), value('sent')), memory: value('send_memory'),
      limit: value('send_limit') },
    words: fields.filter(({ name }) => !KNOWN.has(name)).map(({ name }) => ({ name, value: value(name) })),
  };
}

const layoutsOf = new WeakMap<Image, SocketLayout[]>();

/** The sockets that there are now, and how many more. */
export function socketsNow(memory: Memory, kernel: Image): { sockets: SocketReport[]; more: number } {
  const layouts = layoutsOf.get(kernel) ?? socketLayouts(kernel), sockets: SocketReport[] = [];
  layoutsOf.set(kernel, layouts);
  let more = 0;
  for (const layout of layouts) {
    const seen = new Set<VirtAddr>();
    for (const table of layout.tables) for (const at of socketsIn(memory, table)) {
      if (seen.has(at)) continue;
      seen.add(at);
      const one = sockets.length < MOST_SOCKETS ? socketAt(memory, layout, at) : undefined;
      if (one) sockets.push(one);
      else more++;
    }
  }
  return { sockets, more };
}
