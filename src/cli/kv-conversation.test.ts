/**
 * The conversation that kv-store is held to (kv-store.test.ts, exec.test.ts) is what memcached says: where it is installed, in the version whose answers
 * these are, it is asked the same. RINGSIDE_RECORD=1 writes its answers into the file; kv-store then has to give them.
 * Not asked: incr of a value that is empty or all spaces. memcached goes on reading behind it, where an older item's digits may stand.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { play, readConversation, writeConversation } from './kv-conversation.ts';

const FILE = new URL('programs/kv-conversation.txt', import.meta.url), PROTOCOL = new URL('../guest/apps/kv-store/protocol.h', import.meta.url);
const [, ours] = /^#define VERSION\s+"(.*)"$/m.exec(readFileSync(PROTOCOL, 'utf8')) ?? [];
const installed = spawnSync('memcached', ['--version'], { encoding: 'utf8' }).stdout?.trim();

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function listens(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).once('error', () => resolve(false));
    });
    if (isOpen || tries > 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it.skipIf(installed !== `memcached ${ours}`)('memcached gives every answer of the conversation', async () => {
  const port = await freePort(), user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const server = spawn('memcached', ['-l', '127.0.0.1', '-p', String(port), '-U', '0', ...user], { stdio: 'ignore' });
  try {
    await listens(port);
    const exchanges = readConversation(readFileSync(FILE, 'utf8')), played = await play(exchanges, port);
    if (process.env['RINGSIDE_RECORD']) writeFileSync(FILE, writeConversation(played));
    else expect(played).toEqual(exchanges);
  } finally {
    server.kill();
  }
}, 60_000);
