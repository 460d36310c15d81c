/**
 * Our servers in our images, asked by programs that know nothing of us: under QEMU with a virtio card, the host's nc, memcached's clients and load
 * generator, and everything that went over the cable judged by tshark. Two hosts are at the other end: QEMU's own (libslirp's TCP, from BSD), and where
 * this process may make a network card, Linux itself, with time stamps, selective acknowledgements, scaled windows and ECN.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SERVERS, type Workload } from '../../guest/configs/servers.ts';
import { guestSources } from '../../lab/sources.ts';
import { buildGuest } from '../../toolchain/build.ts';
import type { freshCache } from '../../toolchain/compiler.ts';

import { resolveConfig, switchesOfApp } from '../../toolchain/kconfig.ts';
import { examine, HAS_TSHARK } from '../tshark.ts';
import type { Qemu } from './qemu.ts';

const CPUS = 4, GUEST = '10.0.2.15', HOST = '10.0.2.2', TAP = 'ringside0';
/** microvm's first place for a virtio device: hw/i386/microvm.c. Ours stands elsewhere; both are told on the command line, as Linux is. */
const WORDS = `virtio_mmio.device=512@0xfeb00000:5 ip=${GUEST}::${HOST}:255.255.255.0`;
const CARD = ['-global', 'virtio-mmio.force-legacy=false', '-device', 'virtio-net-device,netdev=net,bus=virtio-mmio-bus.0'];
const MEGABYTE = 1_000_000, SECONDS = 60;

type Peer = 'slirp' | 'Linux';

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
/** A network of our own, so that nothing of the host's is touched. */
const canTap = (): boolean => existsSync('/dev/net/tun') && has('nsenter', '--version') &&
  spawnSync('unshare', ['-n', 'ip', 'tuntap', 'add', TAP, 'mode', 'tap'], { stdio: 'ignore' }).status === 0;

interface Other {
  /** Options of QEMU; a command that ends by becoming QEMU. */
  options: string[];
  wrap: string[];
  host: string;
  port: number;
  /** Before the words of a program that talks to the guest, when QEMU is this process. */
  enter: (pid: number) => string[];
}

/** One that nobody listens at. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function otherEnd(peer: Peer, port: number): Promise<Other> {
  const own = await freePort();
  return peer === 'slirp' ? {
    options: ['-netdev', `user,id=net,hostfwd=tcp:127.0.0.1:${own}-:${port}`], wrap: [], host: '127.0.0.1', port: own, enter: () => [],
  } : {
    options: ['-netdev', `tap,id=net,ifname=${TAP},script=no,downscript=no,vnet_hdr=off`],
    wrap: ['unshare', '-n', 'sh', '-c', `ip tuntap add ${TAP} mode tap && ip addr add ${HOST}/24 dev ${TAP} && ip link set ${TAP} up &&
      echo 1 > /proc/sys/net/ipv4/tcp_ecn && exec "$0" "$@"`],
    host: GUEST, port, enter: (pid) => ['nsenter', '-t', String(pid), '-n'],
  };
}

interface Ran {
  status: number | null;
  out: Buffer;
  err: string;
}

/** A program of the host, with this as its input. */
function program(words: readonly string[], input: Uint8Array | string = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(words[0], words.slice(1), { timeout: SECONDS * 1000 }), parts: Buffer[] = [];
    let err = '';
    child.stdout.on('data', (data: Buffer) => void parts.push(data));
    child.stderr.on('data', (data: Buffer) => void (err += data.toString()));
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => void (err += error.message));
    child.on('close', (status) => resolve({ status, out: Buffer.concat(parts), err }));
    child.stdin.end(input);
  });
}

const noise = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let n = 0, x = 1; n < length; n++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[n] = x >>> 24;
  }
  return bytes;
};

/** What a client asks, and what is wrong with the answers. */
type Talk = (run: (words: readonly string[], input?: Uint8Array | string) => Promise<Ran>, at: Other, folder: string) => Promise<string[]>;

const askEcho: Talk = async (run, { host, port }) => {
  const found: string[] = [], bytes = noise(MEGABYTE);
  // -N: when all is sent, that end of the connection is closed, and the answers still come.
  const echo = await run(['nc', '-N', host, String(port)], bytes);
  if (!echo.out.equals(bytes)) found.push(`nc: ${echo.out.length} of ${bytes.length} bytes came back, or others; status ${echo.status} ${echo.err}`);
  const client = await run([process.execPath, join(import.meta.dirname, '../src/cli/qemu/network-client.mjs'), host, String(port)]);
  if (client.status !== 0) found.push(`network-client.mjs: status ${client.status}`, ...`${client.out.toString()}${client.err}`.trim().split('\n'));
  return found;
};

const SCRIPT = 'version\r\nset a 5 0 3\r\nabc\r\nget a b\r\nincr a 1\r\nquit\r\n';
const ANSWERS = /^VERSION [\d.]+\r\nSTORED\r\nVALUE a 5 3\r\nabc\r\nEND\r\nCLIENT_ERROR cannot increment or decrement non-numeric value\r\n$/;
const ASKERS = 4, REQUESTS = 25;

const askStore: Talk = async (run, { host, port }, folder) => {
  const found: string[] = [], bytes = noise(MEGABYTE), file = join(folder, 'value'), back = join(folder, 'back');
  const said = await run(['nc', '-N', host, String(port)], SCRIPT);
  if (!ANSWERS.test(said.out.toString())) found.push(`nc: ${JSON.stringify(said.out.toString())} ${said.err}`);
  writeFileSync(file, bytes);
  const servers = `--servers=${host}:${port}`;
  const stored = await run(['memccp', servers, file]), fetched = await run(['memccat', servers, `--file=${back}`, 'value']);
  if (stored.status !== 0 || fetched.status !== 0 || !existsSync(back) || !readFileSync(back).equals(bytes))
    found.push(`memccp, memccat: status ${stored.status}, ${fetched.status} ${stored.err}${fetched.err}`);
  const load = await run(['memcslap', servers, '--test=get', `--initial-load=${REQUESTS}`, `--concurrency=${ASKERS}`, `--execute-number=${REQUESTS}`]);
  const hits = Number(/STAT get_hits (\d+)/.exec((await run(['nc', '-N', host, String(port)], 'stats\r\nquit\r\n')).out.toString())?.[1]);
  if (load.status !== 0 || hits < ASKERS * REQUESTS) found.push(`memcslap: status ${load.status}, ${hits} hits; ${load.out.toString()}${load.err}`);
  return found;
};

const TALKS: Readonly<Record<Workload, { talk: Talk; tools: readonly string[]; says: string }>> = {
  echo: { talk: askEcho, tools: ['nc'], says: 'echo-server: port 7, a thread for each connection\n' },
  kv: { talk: askStore, tools: ['nc', 'memccp', 'memccat', 'memcslap'], says: 'kv-store: port 11211, 4 threads\n' },
};

export interface NetworkCase {
  title: string;
  workload: Workload;
  config: string;
  peer: Peer;
}

/** Each server in these configurations, with each host that can be at the other end; what is missing here is named. */
export function networkCases(configs: Readonly<Record<Workload, readonly string[]>>): { cases: NetworkCase[]; missing: string[] } {
  const peers: Peer[] = canTap() ? ['slirp', 'Linux'] : ['slirp'], cases: NetworkCase[] = [], missing = HAS_TSHARK ? [] : ['tshark'];
  for (const workload of Object.keys(TALKS) as Workload[]) {
    const absent = TALKS[workload].tools.filter((tool) => !has(tool, '-h'));
    missing.push(...absent);
    for (const config of absent.length ? [] : configs[workload]) for (const peer of peers)
      cases.push({ title: `network: ${SERVERS[workload].app} ${config}, ${CPUS} CPUs, talks to ${peer}`, workload, config, peer });
  }
  if (!peers.includes('Linux')) missing.push('a network card of our own');
  return { cases, missing: [...new Set(missing)] };
}

export async function compareNetwork(qemu: Qemu, { workload, config, peer }: NetworkCase, cache: ReturnType<typeof freshCache>): Promise<string[]> {
  const sources = guestSources(), { app, port } = SERVERS[workload], { talk, says } = TALKS[workload];
  const switches = resolveConfig(sources, config, { ...switchesOfApp(app), NR_CPUS: String(CPUS) });
  if (typeof switches === 'string') return [switches];
  const build = buildGuest({ sources, app, switches }, cache);
  if (!build.ok) return build.diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  const [kernel, ...init] = build.commandLine.split(' -- '), capture = join(qemu.folder, 'capture.pcap'), at = await otherEnd(peer, port);
  const server = qemu.serve({ ...build, commandLine: [`${kernel} ${WORDS}`, ...init].join(' -- ') },
    [...CARD, ...at.options, '-object', `filter-dump,id=dump,netdev=net,file=${capture}`], at.wrap);
  const found: string[] = [];
  try {
    await server.said(says.trim());
    found.push(...await talk((words, input) => program([...at.enter(server.pid), ...words], input), at, qemu.folder));
  } finally {
    await server.end();
  }
  const said = server.console().split(' as init process\n')[1];
  if (said !== says) found.push(`on the console: ${JSON.stringify(said)}`);
  if (HAS_TSHARK) found.push(...examine(capture).wrong.slice(0, 8));
  return found;
}
