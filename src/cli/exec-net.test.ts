/**
 * Servers that we did not compile, on the model kernel behind a cable: our own applications by gcc and glibc, and with RINGSIDE_SERVERS=FOLDER stock ones,
 * static by musl, as `scripts/stock-servers.sh FOLDER` builds them. What the client at the other end asks and is answered is the test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programNetwork } from '../lab/network.ts';
import { Program } from '../lab/program.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { echoDialogue, kvDialogue } from '../net/dialogues.ts';
import { Load, type Dialogue, type Done } from '../net/load.ts';
import { Terminal } from '../net/terminal.ts';
import { GUEST_IP, type Program as ClientProgram } from '../net/wire.ts';
import type { Host } from '../net/host.ts';
import { compile, HAS_GCC } from './host-programs.ts';

const FOLDER = process.env['RINGSIDE_SERVERS'] ?? '';
const stock = (name: string): string => join(FOLDER, name);
const has = (name: string): boolean => FOLDER !== '' && existsSync(stock(name));
const MEMCACHED = ['-u', 'root', '-m', '8', '-t', '2'], REDIS = ['--save', '', '--protected-mode', 'no'];

/** A server and a client until `ended` says so. */
function serve<P extends ClientProgram>(path: string, args: readonly string[], client: (host: Host) => P, ended: (one: P) => boolean,
  listening: (program: Program, one: P) => void = () => undefined): { client: P; program: Program; said: string } {
  let one!: P, isHeard = false, said = '';
  const network = programNetwork((host) => (one = client(host)));
  const program = new Program({
    program: readFileSync(path), path: '/bin/server', argv: [path, ...args], env: [], memoryBytes: 64 << 20, compiler, network, stdin: () => new Uint8Array(0),
    files: [{ path: 'etc/passwd', mode: 0o100644, data: new TextEncoder().encode('root:x:0:0:root:/:/bin/sh\n') }, { path: 'tmp', mode: 0o041777,
      data: new Uint8Array(0) }],
    output: (_channel, byte) => (said += String.fromCharCode(byte)),
    listens: () => {
      isHeard = true;
      program.machine.requestStop();
    },
  });
  for (let n = 0; n < 200 && !ended(one); n++) {
    if (isHeard) listening(program, one);
    isHeard = false;
    const stop = program.run(2_000_000);
    expect(stop.kind, said).not.toBe('exit');
    if (stop.kind === 'idle') break;
  }
  return { client: one, program, said };
}

function load(path: string, args: readonly string[], port: number, dialogue: Dialogue): { phase: string; why: string; done: Done[] } {
  const done: Done[] = [];
  const { client } = serve(path, args, (host) => {
    const one = new Load(host, { ip: GUEST_IP, port, connections: 3, requests: 60, warmUp: 0, depth: 1, seed: 1 }, dialogue);
    one.onDone = (request) => void done.push(request);
    return one;
  }, ({ state }) => state.phase === 'done' || state.phase === 'failed');
  return { phase: client.state.phase, why: client.state.why, done };
}

/** What comes back for what is typed. */
function talk(path: string, args: readonly string[], port: number, typed: string): string {
  let text = '', isOver = false;
  serve(path, args, (host) => {
    const one = new Terminal(host, GUEST_IP, port);
    one.onBytes = (bytes) => (text += new TextDecoder().decode(bytes));
    one.onEnd = () => (isOver = true);
    return one;
  }, () => isOver, ({ machine }) => {
    if (text === '') machine.input('client', new TextEncoder().encode(typed));
  });
  return text;
}

describe('our servers by gcc and glibc', () => {
  it.skipIf(!HAS_GCC).each([[[]], [['epoll']]])('echo-server %j answers the load generator', (args) => {
    const path = compile('gcc', '../guest/apps/echo-server', '-static', '-O2', '-pthread');
    expect(load(path, args, 7, echoDialogue(100))).toMatchObject({ phase: 'done', why: '', done: { length: 60 } });
  });
});

describe('stock servers', () => {
  it.skipIf(!has('memcached'))('memcached: a conversation, and a load of gets and sets whose values are checked', () => {
    const typed = 'set a 0 0 3\r\nabc\r\nget a b\r\nincr a 1\r\nset n 0 0 1\r\n9\r\nincr n 1\r\ndelete a\r\nget a\r\nversion\r\nquit\r\n';
    expect(talk(stock('memcached'), MEMCACHED, 11_211, typed)).toMatch(
      /^STORED\r\nVALUE a 0 3\r\nabc\r\nEND\r\nCLIENT_ERROR .*\r\nSTORED\r\n10\r\nDELETED\r\nEND\r\nVERSION 1\.\S+\r\n$/);
    expect(load(stock('memcached'), MEMCACHED, 11_211, kvDialogue({ keys: 20, gets: 900, size: 'etc', seed: 1 }))).toMatchObject({ phase: 'done', why: '',
      done: { length: 80 } });
  });

  it.skipIf(!has('redis-server'))('redis-server: a conversation', () => {
    expect(talk(stock('redis-server'), REDIS, 6379, 'set a 41\r\nincr a\r\nlpush l 1 2 3\r\nlrange l 0 -1\r\ndbsize\r\nnonsense\r\nquit\r\n')).toMatch(
      /^\+OK\r\n:42\r\n:3\r\n\*3\r\n\$1\r\n3\r\n\$1\r\n2\r\n\$1\r\n1\r\n:2\r\n-ERR unknown command .*\r\n\+OK\r\n$/);
  });
});
