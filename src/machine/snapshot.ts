/**
 * A machine at one moment, and back to it. RAM is kept as pages; a page that nobody wrote since the last snapshot is
 * shared with it, so a snapshot costs what changed.
 */
import type { Board } from './board.ts';
import type { TimedEvent } from './clock.ts';
import type { Socket } from './cpu/socket.ts';
import { EA_HI, HIGH_A, LOAD_HI, MEM, PFW, AFW, CF, OFW, RECIPE_KIND, RECIPE_X, RECIPE_Y, SFW, SIGNALS, START_VECTOR, WAITING, NMI_MASKED, IMM, PENDING_ERROR,
  PENDING_SOFTWARE, PENDING_VECTOR, BANK_WORDS, XMM_MEM, ZFW } from './cpu/state.ts';
import { readFlags } from './cpu/flags.ts';
import { cloneState, isWords } from './devices/state.ts';
import { PAGE_SHIFT, PAGE_SIZE, type Ram } from './mmu/ram.ts';

export interface Snapshot {
  readonly tick: number;
  readonly instructions: number;
  readonly extraTicks: number;
  readonly cpus: readonly { readonly words: Int32Array; readonly quarterCycles: number }[];
  /** Number of the CPU whose turn it is. */
  readonly running: number;
  readonly devices: readonly object[];
  readonly events: readonly TimedEvent[];
  readonly pages: readonly Uint8Array[];
  /** Memory that this snapshot holds alone, in bytes. */
  readonly bytes: number;
}

/** The pages as of the last snapshot taken or restored. */
export interface PageStore {
  pages: Uint8Array[];
}

const ZERO_PAGE = new Uint8Array(PAGE_SIZE);

function isZero(ram: Ram, page: number): boolean {
  const words = new Int32Array(ram.bytes.buffer, page << PAGE_SHIFT, PAGE_SIZE / 4);
  for (let n = 0; n < words.length; n++) if (words[n] !== 0) return false;
  return true;
}

export function takeSnapshot(socket: Socket, board: Board, ram: Ram, store: PageStore): Snapshot {
  const pages = store.pages.slice();
  let bytes = socket.cpus.length * BANK_WORDS * 4 + pages.length * 8;
  for (let page = 0; page < ram.pages; page++) {
    if (!ram.dirty[page]) continue;
    if (isZero(ram, page)) pages[page] = ZERO_PAGE;
    else {
      pages[page] = ram.bytes.slice(page << PAGE_SHIFT, (page + 1) << PAGE_SHIFT);
      bytes += PAGE_SIZE;
    }
    ram.dirty[page] = 0;
  }
  for (const { mmu } of socket.cpus) mmu.flushWrites();
  store.pages = pages;
  return {
    tick: socket.tick, instructions: socket.instructions, extraTicks: socket.extraTicks,
    cpus: socket.cpus.map(({ s, quarterCycles }) => ({ words: s.slice(), quarterCycles })), running: socket.running.number,
    devices: board.devices.map(({ id, state }) => cloneState(id, state)), events: board.clock.events.map((event) => ({ ...event })), pages, bytes,
  };
}

export function restoreSnapshot(socket: Socket, board: Board, ram: Ram, store: PageStore, snapshot: Snapshot): void {
  const changed: number[] = [];
  for (let page = 0; page < ram.pages; page++) {
    if (!ram.dirty[page] && store.pages[page] === snapshot.pages[page]) continue;
    ram.bytes.set(snapshot.pages[page], page << PAGE_SHIFT);
    ram.dirty[page] = 0;
    changed.push(page);
  }
  store.pages = snapshot.pages.slice();
  socket.cpus.forEach((cpu, n) => {
    const { words, quarterCycles } = snapshot.cpus[n];
    cpu.s.set(words);
    cpu.setTime(snapshot.tick, quarterCycles);
  });
  socket.running = socket.cpus[snapshot.running];
  socket.extraTicks = snapshot.extraTicks;
  board.devices.forEach((device, n) => {
    device.state = cloneState(device.id, snapshot.devices[n]);
  });
  board.clock.events = snapshot.events.map((event) => ({ ...event }));
  socket.forget(changed);
  socket.running.rearm();
}

/** Words that say how the CPU got here rather than where it is. */
const NOT_ARCHITECTURAL = new Set([MEM, MEM + 1, HIGH_A, HIGH_A + 1, HIGH_A + 2, HIGH_A + 3, EA_HI, LOAD_HI, XMM_MEM, XMM_MEM + 1, XMM_MEM + 2, XMM_MEM + 3, CF,
  OFW, AFW, ZFW, SFW, PFW, RECIPE_KIND, RECIPE_X, RECIPE_X + 1, RECIPE_Y, RECIPE_Y + 1]);

/** What messages between CPUs did: of no account where there are none. */
const MESSAGES = [SIGNALS, START_VECTOR, WAITING, NMI_MASKED];

/** Two 32-bit multiplicative hashes side by side (FNV-1a's scheme, word by word). */
export function hashMachine(socket: Socket, board: Board, ram: Ram): string {
  let a = 0x811c9dc5 | 0, b = 0x9e3779b9 | 0;
  const add = (word: number): void => {
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul((b ^ word) + 0x7f4a7c15, 0x85ebca6b);
    b ^= b >>> 13;
  };
  const { cpus } = socket;
  for (const { s } of cpus) {
    for (let n = 0; n < IMM; n++) if (!NOT_ARCHITECTURAL.has(n)) add(s[n]);
    add(readFlags(s));
  }
  for (const value of [socket.tick, ...cpus.map(({ quarterCycles }) => quarterCycles), socket.extraTicks]) {
    add(value % 0x1_0000_0000 | 0);
    add(value / 0x1_0000_0000 | 0);
  }
  for (const { s } of cpus) {
    add(s[PENDING_VECTOR]);
    add(s[PENDING_ERROR]);
    add(s[PENDING_SOFTWARE]);
    for (const word of MESSAGES) if (s[word] !== 0) add((word << 16) | s[word]);
  }
  if (cpus.length > 1) add(socket.running.number);
  const plain = (_key: string, value: unknown): unknown => (typeof value === 'object' && value !== null && isWords(value) ? [...value] : value);
  const text = JSON.stringify([board.devices.map(({ state }) => state), board.clock.events], plain);
  for (let n = 0; n < text.length; n++) add(text.charCodeAt(n));
  const words = new Int32Array(ram.bytes.buffer);
  for (let n = 0; n < words.length; n++) {
    const word = words[n];
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul(b + word, 0x85ebca6b) ^ (b >>> 15);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
