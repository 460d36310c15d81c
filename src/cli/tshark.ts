/** What tshark says of a capture: its own checks, made by people who have seen more TCP than we have. Debian package tshark. */
import { spawnSync } from 'node:child_process';

export const HAS_TSHARK = spawnSync('tshark', ['--version'], { stdio: 'ignore' }).status === 0;

const CHECKSUMS = ['ip', 'icmp', 'udp', 'tcp'] as const;
/** What the link did, or the other end's slowness: nobody's fault. */
const EVENTS = ['retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order', 'duplicate_ack', 'zero_window', 'window_full',
  'keep_alive', 'zero_window_probe', 'window_update', 'reused_ports'] as const;
/**
 * A capture that has every frame of both ends, in the order in which they were sent, has no segment that is acknowledged before it was sent, and no
 * hole between one end's segments.
 */
const MISSING = ['lost_segment', 'ack_lost_segment'] as const;
/** Zero has two spellings, which a receiver cannot tell apart. Linux's skb_checksum_help() writes 0xffff for every protocol; RFC 1624 has the other. */
const ALL_ONES = 'tcp.checksum.ffff';
const FIELDS = ['frame.number', '_ws.malformed', '_ws.expert.severity', '_ws.expert.message', ...CHECKSUMS.map((name) => `${name}.checksum.status`),
  ...[...MISSING, ...EVENTS].map((name) => `tcp.analysis.${name}`), ALL_ONES, 'frame.time_delta', '_ws.col.Info'];
const BAD = '0', PI_ERROR = 0x80_0000;

export type Event = (typeof EVENTS)[number];

export interface Verdict {
  frames: number;
  /** One line for each frame that is not as it must be. */
  wrong: string[];
  /** How many frames each event is told of. */
  events: Partial<Record<Event, number>>;
}

/** @param file A capture of all frames of both ends. */
export function examine(file: string): Verdict {
  const options = CHECKSUMS.filter((name) => name !== 'icmp').flatMap((name) => ['-o', `${name}.check_checksum:TRUE`]);
  const run = spawnSync('tshark', ['-n', '-r', file, ...options, '-T', 'fields', '-E', 'separator=/t', ...FIELDS.flatMap((name) => ['-e', name])], {
    encoding: 'latin1', maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(`tshark: ${run.stderr}`);
  const verdict: Verdict = { frames: 0, wrong: [], events: {} };
  for (const line of run.stdout.split('\n').filter((one) => one !== '')) {
    const row = Object.fromEntries(line.split('\t').map((value, n) => [FIELDS[n], value]));
    const why = [
      ...(row['_ws.malformed'] ? ['malformed'] : []),
      ...CHECKSUMS.filter((name) => row[`${name}.checksum.status`]?.split(',').includes(BAD) && !(name === 'tcp' && row[ALL_ONES]))
        .map((name) => `${name} checksum`),
      ...(row['_ws.expert.severity']?.split(',').some((severity) => Number(severity) >= PI_ERROR) ? [row['_ws.expert.message'] ?? ''] : []),
      ...MISSING.filter((name) => row[`tcp.analysis.${name}`]),
      ...(Number(row['frame.time_delta']) < 0 ? ['earlier than the frame before it'] : []),
    ];
    verdict.frames++;
    if (why.length) verdict.wrong.push(`frame ${row['frame.number']}: ${why.join(', ')}: ${row['_ws.col.Info']}`);
    for (const name of EVENTS) if (row[`tcp.analysis.${name}`]) verdict.events[name] = (verdict.events[name] ?? 0) + 1;
  }
  return verdict;
}
