import { describe, expect, it } from 'vitest';
import { readPcap, writePcap } from './pcap.ts';

const FRAMES = [{ at: 5, frame: Uint8Array.of(1, 2, 3) }, { at: 3_000_000_007, frame: new Uint8Array(60).fill(9) }];

describe('a capture file', () => {
  it('begins as tcpdump writes it', () => {
    expect(Buffer.from(writePcap(FRAMES.slice(0, 1), 100)).toString('hex')).toBe(
      '4d3cb2a1' + '02000400' + '0000000000000000' + '00000400' + '01000000' + '64000000' + '05000000' + '03000000' + '03000000' + '010203');
  });

  it('is read back', () => {
    expect(readPcap(writePcap(FRAMES))).toEqual({ linkType: 1, frames: FRAMES });
  });

  it('may come from a host of the other byte order, in microseconds', () => {
    const hex = 'a1b2c3d4' + '00020004' + '0000000000000000' + '0000ffff' + '00000001' + '00000001' + '00000002' + '00000001' + '00000001' + 'ff';
    expect(readPcap(Uint8Array.from(Buffer.from(hex, 'hex')))).toEqual({ linkType: 1, frames: [{ at: 1_000_002_000, frame: Uint8Array.of(255) }] });
  });

  it.each([
    ['nothing', new Uint8Array(3), 'the file is shorter than its header'], ['something else', new Uint8Array(99), 'this is no pcap file'],
    ['a cut file', writePcap(FRAMES).subarray(0, 60), 'the record at byte 43 is cut short'],
  ])('%s is none', (_what, bytes, why) => {
    expect(readPcap(bytes)).toBe(why);
  });
});
