/**
 * What nc does not do to an echo server: `network-client.mjs HOST PORT`. Goes away with answers unread, resets, closes one direction, asks whether the
 * server still lives, and lets the answers stand until both windows are closed. Prints what went wrong; exit status 1 then.
 */
import { connect } from 'node:net';

const [host, port] = process.argv.slice(2), HALF = 4000, MOST_WAITING = 2_500_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function open(options = {}) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), allowHalfOpen: true, ...options }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** All that comes until the other end closes. */
function all(socket) {
  return new Promise((resolve, reject) => {
    const parts = [];
    socket.on('data', (data) => parts.push(data));
    socket.on('end', () => resolve(Buffer.concat(parts)));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`closed after ${Buffer.concat(parts).length} bytes`)));
  });
}

async function echoes(bytes, socket) {
  socket.end(bytes);
  const back = await all(socket);
  if (!back.equals(bytes)) throw new Error(`${back.length} of ${bytes.length} bytes came back, or others`);
}

const PARTS = {
  async 'closes with answers unread'() {
    const socket = await open();
    socket.pause();
    socket.write(Buffer.alloc(50_000, 'x'));
    await pause(200);
    socket.destroy();
    await echoes(Buffer.from('after that'), await open());
  },
  async 'resets'() {
    const socket = await open();
    socket.write('abc');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.resetAndDestroy();
    await echoes(Buffer.from('after that'), await open());
  },
  async 'closes one direction'() {
    await echoes(Buffer.alloc(HALF, 'half'), await open());
  },
  async 'asks whether the server lives'() {
    const socket = await open({ keepAlive: true, keepAliveInitialDelay: 1000 });
    await pause(2200);
    await echoes(Buffer.from('alive'), socket);
  },
  async 'does not read until nothing moves any more'() {
    const socket = await open();
    socket.pause();
    // More than both ends keep: the server stops to read when nobody reads its answers.
    const bytes = Buffer.alloc(MOST_WAITING, '0123456789abcdef');
    socket.write(bytes);
    for (let before = -1, now = 0; before !== now; before = now, now = socket.bytesWritten - socket.writableLength) await pause(300);
    socket.end();
    const back = await all(socket.resume());
    if (!back.equals(bytes)) throw new Error(`${back.length} of ${bytes.length} bytes came back, or others`);
  },
  async 'calls where nobody listens'() {
    const error = await open({ port: Number(port) + 1 }).then(() => undefined, (reason) => reason);
    // What QEMU does not forward, the host itself refuses.
    if (error?.code !== 'ECONNREFUSED') throw new Error(`not refused: ${error?.code}`);
  },
};

for (const [name, part] of Object.entries(PARTS)) {
  try {
    await part();
  } catch (error) {
    console.log(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
