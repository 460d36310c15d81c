/** A lesson's file, dropped on the page or chosen, is opened; where the browser lets the page look at it again, whenever it changes. */
import { MOST_LETTERS } from '../../link/lesson.ts';
import { page } from '../store/page.ts';
import { machine } from '../store/app.ts';
import './lesson.css';

const LOOK_EVERY_MS = 500;

interface Handle {
  kind: string;
  getFile: () => Promise<File>;
}

let watch: ReturnType<typeof setInterval> | undefined;

/** The File System Access API, of the browsers that have it. */
interface Picking {
  showOpenFilePicker?: (options: object) => Promise<Handle[]>;
}
const picking = window as Picking;

/** A file is read again whenever it changes. */
export const readsAgain = picking.showOpenFilePicker !== undefined;

async function read(file: File): Promise<void> {
  if (!file.name.endsWith('.md') || file.size > MOST_LETTERS) {
    page.getState().say({ severity: 'error', text: file.size > MOST_LETTERS ? `${file.name} is too long for a scenario.`
      : `${file.name} is no scenario: that is a Markdown file, named NAME.md.` });
    return;
  }
  page.getState().endWriting();
  page.getState().showLesson(true);
  await machine.getState().author(file.name, await file.text());
}

/** One file at a time, the last that was brought. */
function follow(handle: Handle, seen: number): void {
  let last = seen;
  clearInterval(watch);
  const mine = watch = setInterval(() => {
    void handle.getFile().then((file) => {
      if (file.lastModified === last) return undefined;
      last = file.lastModified;
      return read(file);
    }).catch(() => clearInterval(mine)); // moved or deleted
  }, LOOK_EVERY_MS);
}

/** Asks which file, and opens it. */
export async function pickFile(): Promise<void> {
  let handle: Handle | undefined;
  try {
    [handle] = (await picking.showOpenFilePicker?.({ types: [{ description: 'A lesson', accept: { 'text/markdown': ['.md'] } }] })) ?? [];
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    // In a frame of another page it is not to be had.
  }
  if (handle) {
    const file = await handle.getFile();
    follow(handle, file.lastModified);
    await read(file);
    return;
  }
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.md,text/markdown';
  input.addEventListener('change', () => {
    clearInterval(watch);
    if (input.files?.[0]) void read(input.files[0]);
  });
  input.click();
}

/** What is said while a file is over the page. */
function hintOf(): HTMLElement {
  const hint = document.createElement('div');
  hint.className = 'drop-hint';
  hint.setAttribute('role', 'status');
  hint.append('Let go: a lesson, NAME.md, opens beside the lab');
  return hint;
}

/** @returns what ends it. */
export function takeFiles(): () => void {
  const hint = hintOf();
  const carries = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;
  const over = (event: DragEvent): void => {
    if (!carries(event)) return;
    event.preventDefault();
    if (!hint.isConnected) document.body.append(hint);
  };
  /** Out of the window; between two things on the page it names the second. */
  const leave = ({ relatedTarget }: DragEvent): void => {
    if (relatedTarget === null) hint.remove();
  };
  const drop = (event: DragEvent): void => {
    hint.remove();
    if (!carries(event)) return;
    event.preventDefault();
    const item = event.dataTransfer?.items[0], file = item?.getAsFile() ?? event.dataTransfer?.files[0];
    const handle = (item as { getAsFileSystemHandle?: () => Promise<Handle | null> } | undefined)?.getAsFileSystemHandle?.();
    clearInterval(watch);
    if (file) void read(file);
    void handle?.then((one) => {
      if (file && one?.kind === 'file') follow(one, file.lastModified);
    }).catch(() => undefined);
  };
  window.addEventListener('dragover', over);
  window.addEventListener('dragleave', leave);
  window.addEventListener('drop', drop);
  return () => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('dragleave', leave);
    window.removeEventListener('drop', drop);
    hint.remove();
    clearInterval(watch);
  };
}
