/** What is shown of the guest's objects: one at a time, by its type in debug information, and where one may begin to look. */
import type { VirtAddr } from '../base/units.ts';

/** A type by the name that C has for it: `struct file`, `spinlock_t`. */
export interface ObjectRef {
  at: VirtAddr;
  type: string;
}

export interface ObjectField {
  /** How deep it stands in structures within the object. */
  depth: number;
  /** `[3]` for an element. */
  name: string;
  type: string;
  at: VirtAddr;
  bytes: number;
  /** Its value; '' for what only holds others. */
  text: string;
  /** What the step that was just made found here, if it changed it. */
  was?: string;
  /** What it points to, or is. */
  link?: ObjectRef;
  /** A function that it points to. */
  code?: VirtAddr;
}

export interface ObjectCard extends ObjectRef {
  bytes: number;
  /** The first text in it, quoted; '' where there is none. */
  called: string;
  fields: ObjectField[];
  /** So many fields are not shown. */
  more: number;
  /** Why there are none. */
  missing?: string;
}

/** Where one may begin: variables of the function that runs, words of the CPU, the address space, locks that somebody has or wants, globals. */
export interface ObjectRoot extends ObjectRef {
  group: 'here' | 'CPU' | 'space' | 'locks' | 'globals';
  name: string;
}

export interface ObjectsView {
  cpu: number;
  card: ObjectCard | null;
  roots: ObjectRoot[];
  /** One sentence about the card. */
  says: string;
}
