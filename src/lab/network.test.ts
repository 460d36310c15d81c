import { describe, expect, it } from 'vitest';
import { CLIENT_PORT, typed } from '../base/input.ts';
import { machineWith } from '../machine/testing.ts';
import { assembled } from '../toolchain/asm/testing.ts';
import { networkOf } from './network.ts';

const LOOK = assembled('mov $0xd0000000, %edi\n mov (%rdi), %eax\n mov 8(%rdi), %ebx\n hlt');

describe('a machine with a network', () => {
  it('has a card, and somebody at the other end, whose state is the machine\'s', () => {
    const network = networkOf('echo-server'), m = machineWith(LOOK, { wire: network.make });
    m.run(100);
    expect(m.registers().gpr.slice(0, 4).filter((_, n) => n === 0 || n === 3)).toEqual([0x74726976n, 1n]);
    const before = m.snapshot(), hash = m.hash();
    m.input(CLIENT_PORT, typed('hello'));
    expect(m.hash()).not.toBe(hash);
    expect(network.wire.host.connection(1)).toMatchObject({ remotePort: 7, phase: 'SYN_SENT' });
    m.restore(before);
    expect([m.hash(), network.wire.host.connection(1)]).toEqual([hash, undefined]);
    // Nobody drives the card: after three questions it is given up, and then nothing is left to happen.
    m.input(CLIENT_PORT, typed('hello'));
    expect(m.run(1000).kind).toBe('idle');
    expect(m.board.nic?.state.frames.dropped).toBeGreaterThan(2);
  });

  it('tells the kernel of it in front of what is init\'s', () => {
    expect(networkOf('echo-server').commandLine('console=ttyS0 init=/x -- a b')).toBe(
      'console=ttyS0 init=/x virtio_mmio.device=4K@0xd0000000:5 ip=10.0.2.15::10.0.2.2:255.255.255.0 -- a b');
  });

  it('is not there where nobody asked for one', () => {
    const m = machineWith(LOOK);
    m.run(100);
    expect(m.registers().gpr[0]).toBe(0xffff_ffffn);
    expect(m.refuses(CLIENT_PORT, typed('x'))).toContain('There is no input port \'client\'');
  });
});
