/**
 * Somebody at a terminal: Debian's busybox as an interactive shell, natively on a pseudo-terminal (by script(1)) and on the model kernel's
 * serial port. What stands on the screen at the end must be the same: echo, editing, jobs, the keys that are signals.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONSOLE_PORT } from '../base/input.ts';
import { Program } from '../lab/program.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { folder, isLinux } from './host-programs.ts';
import { whyNotRunnable } from './program-file.ts';

const BUSYBOX = isLinux ? ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path) && whyNotRunnable(readFileSync(path)) === undefined) : undefined;
const HAS_SCRIPT = spawnSync('script', ['--version'], { stdio: 'ignore' }).status === 0;
const ENVIRONMENT = { PS1: '> ', HOME: '/', PATH: '/bin', TERM: 'dumb' };
const CTRL_C = '\x03', CTRL_D = '\x04', CTRL_Z = '\x1a', CTRL_BACKSLASH = '\x1c';
/** Milliseconds without a word after which the host's shell is taken to wait for the next line. */
const QUIET = 250;

interface Screen {
  text: string;
  status: number | null;
}

/** Types each of `lines` when nothing more is said. */
function natively(busybox: string, lines: readonly string[]): Promise<Screen> {
  return new Promise((done) => {
    const child = spawn('script', ['-qec', `${busybox} sh -i`, '/dev/null'], { env: ENVIRONMENT, cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '', n = 0, timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      clearTimeout(timer);
      timer = setTimeout(() => n < lines.length && child.stdin.write(lines[n++]!), QUIET);
    });
    child.on('close', (status) => done({ text, status }));
  });
}

/** Types each of `lines` when the machine idles. */
function onModel(busybox: string, lines: readonly string[]): Screen {
  const bytes = new TextEncoder(), applets = ['cat', 'sleep', 'head', 'stty', 'true', 'sh'];
  let text = '', n = 0;
  const program = new Program({
    program: readFileSync(busybox), path: '/bin/busybox', argv: [busybox, 'sh', '-i'],
    env: Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`),
    files: applets.map((name) => ({ path: `bin/${name}`, mode: 0o120777, data: bytes.encode('busybox') })), stdin: 'terminal',
    terminal: { stdout: true, stderr: true }, memoryBytes: 48 << 20, compiler, output: (_channel, byte) => (text += String.fromCharCode(byte)),
  });
  for (;;) {
    const stop = program.run(50_000_000);
    if (stop.kind === 'exit') return { text, status: stop.code ?? null };
    if (stop.kind === 'idle' && n < lines.length) program.machine.input(CONSOLE_PORT, bytes.encode(lines[n++]));
    else if (stop.kind !== 'limit' || program.machine.instructions > 1_000_000_000) return { text, status: null };
  }
}

describe('a shell at a terminal', () => {
  it.skipIf(BUSYBOX === undefined || !HAS_SCRIPT).each([
    ['jobs', ['echo one\n', 'cat\n', 'abc\n', CTRL_Z, 'jobs\n', 'fg\n', 'def\n', CTRL_C, 'echo $?\n', 'exit 3\n']],
    ['what reads in the background stops', ['cat &\n', 'true\n', 'jobs\n', 'fg\n', 'abc\n', CTRL_D, 'echo $?\n', 'exit\n']],
    ['quit, erase and kill', ['cat\n', CTRL_BACKSLASH, 'echo $?\n', 'cat\n', 'abx\x7fc\n', 'gone\x15here\n', 'flushed', CTRL_C, 'echo $?\n', 'exit\n']],
    ['a pipeline is one job', ['cat | cat\n', CTRL_Z, 'jobs\n', 'fg\n', 'abc\n', CTRL_D, 'echo $?\n', 'exit 0\n']],
    ['modes', ['stty -echo; cat; stty echo\n', 'unseen\n', CTRL_D,
      'stty intr ^X; cat\n', CTRL_C, '\x18', 'stty sane tostop; echo abc | cat &\n', 'fg\n', CTRL_D]],
    ['end of input', ['true\n', CTRL_D]],
    ['a shell in a shell', ['sh -i\n', 'cat\n', CTRL_Z, 'kill -STOP $$\n', 'jobs | head -c 14\n', 'fg\n', 'exit 5\n', 'exit 6\n', 'echo $?\n', 'exit\n']],
  ] as const)('%s', async (_what, lines) => {
    expect(onModel(BUSYBOX!, lines)).toEqual(await natively(BUSYBOX!, lines));
  });
});
