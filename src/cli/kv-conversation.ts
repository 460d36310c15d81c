/** programs/kv-conversation.txt played to a server over TCP; its marks are described in programs/kv-conversation.c. */
import { connect, type Socket } from 'node:net';

/** What the client sends, line by line, and what it is answered. */
export interface Exchange {
  readonly asks: readonly string[];
  readonly answers: readonly string[];
}

const CRLF = '\r\n', LAST = /VERSION [\d.]+\r\n$/;
/** Long enough for a server to have read what came before. Milliseconds. */
const BETWEEN = 3, PATIENCE = 10_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function readConversation(text: string): Exchange[] {
  return text.split(/(?<=^<.*\n)(?=>)/m).map((one) => {
    const lines = one.split('\n').slice(0, -1), at = lines.findIndex((line) => line.startsWith('<'));
    return { asks: lines.slice(0, at), answers: lines.slice(at) };
  });
}

export const writeConversation = (exchanges: readonly Exchange[]): string =>
  exchanges.flatMap(({ asks, answers }) => [...asks, ...answers]).map((line) => `${line}\n`).join('');

function many(text: string): string {
  const [, count, letter] = /^(\d+) (.)$/.exec(text) ?? [];
  return `${letter?.repeat(Number(count))}${CRLF}`;
}
const fromHex = (text: string): string => Buffer.from(text.replaceAll(' ', ''), 'hex').toString('latin1');

/** What was answered as lines of the conversation. */
function answersOf(text: string, closed: boolean): string[] {
  const lines = text.split(CRLF), hasEnd = lines.at(-1) === '';
  // Only bytes that no line can show are shown as such.
  const plain = hasEnd && /^[\x20-\x7e\t]*$/.test(lines.join(''));
  const shown = text === '' ? [] : plain ? lines.slice(0, -1).map((line) => (/^(.)\1{999,}$/.test(line) ? `<* ${line.length} ${line[0]}` : `< ${line}`))
    : [`<x ${Buffer.from(text, 'latin1').toString('hex').replace(/..(?!$)/g, '$& ')}`];
  return closed ? [...shown, '<!'] : shown.length ? shown : ['<'];
}

/** Do these lines fit? #NAME stands for a number, which is then known by that name. */
function fits(wanted: readonly string[], found: readonly string[], names: Map<string, string>): boolean {
  if (wanted.length !== found.length) return false;
  const whole = (line: string): string => (line.startsWith('<* ') ? `< ${many(line.slice(3)).trimEnd()}` : line);
  return wanted.every((line, n) => {
    if (!line.includes('#')) return whole(line) === whole(found[n]);
    const pattern = line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/#([a-z0-9]+)/g, (_all, name: string) => `(?<${name}>\\d+)`);
    const match = new RegExp(`^${pattern}$`).exec(found[n]);
    for (const [name, value] of Object.entries(match?.groups ?? {})) names.set(name, value);
    return match !== null;
  });
}

/** The exchanges with the answers that this server gives. Where an answer has names for numbers and fits, it is left as it is. */
export async function play(exchanges: readonly Exchange[], port: number): Promise<Exchange[]> {
  const names = new Map<string, string>(), played: Exchange[] = [];
  let socket: Socket | undefined, got = '', told: () => void = () => undefined, isOpen = false;
  const meet = (): Promise<void> => new Promise((resolve, reject) => {
    const fresh = connect(port, '127.0.0.1', () => {
      isOpen = true;
      resolve();
    });
    socket = fresh.setNoDelay(true).setEncoding('latin1');
    fresh.on('data', (data) => {
      got += data.toString();
      told();
    });
    fresh.on('error', reject).on('close', () => {
      isOpen = false;
      told();
    });
  });
  const send = (text: string): void => void socket?.write(text, 'latin1');
  try {
    for (const { asks, answers } of exchanges) {
      if (!isOpen) await meet();
      for (const line of asks) {
        const rest = line.slice(line[1] === ' ' ? 2 : 3).replace(/\$([a-z0-9]+)/g, (_all, name: string) => names.get(name) ?? '0');
        switch (line[1]) {
          case '-': send(rest); break;
          case 'x': send(fromHex(rest)); break;
          case '*': send(many(rest)); break;
          case '~': await pause(1000 * Number(rest)); break;
          default: send(`${rest}${CRLF}`);
        }
        if (line[1] === '-' || line[1] === 'x') await pause(BETWEEN);
      }
      if (answers.at(-1) !== '<!') send(`version${CRLF}`);
      // Of the versions that the client asked for itself none is the last.
      const asked = answers.filter((line) => line.startsWith('< VERSION ')).length, isDone = (): boolean => answers.at(-1) !== '<!' &&
        LAST.test(got.slice(-40)) && (asked === 0 || got.split('VERSION ').length > asked + 1);
      for (const started = performance.now(); isOpen && !isDone();) {
        if (performance.now() - started > PATIENCE) throw new Error(`no answer to ${asks.join(' | ').slice(0, 200)}: ${got.slice(-200)}`);
        await Promise.race([new Promise<void>((resolve) => void (told = resolve)), pause(PATIENCE)]);
      }
      const found = answersOf(isOpen ? got.replace(LAST, '') : got, !isOpen);
      got = '';
      played.push({ asks, answers: fits(answers, found, names) ? answers : found });
    }
  } finally {
    socket?.destroy();
  }
  return played;
}
