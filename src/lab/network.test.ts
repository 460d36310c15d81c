import { describe, expect, it } from 'vitest';
import { CLIENT_PORT, typed } from '../base/input.ts';
import { machineWith } from '../machine/testing.ts';
import { assembled } from '../toolchain/asm/testing.ts';
import { configNames, resolveConfig } from '../toolchain/kconfig.ts';
import { networkOf } from './network.ts';
import { guestSources } from './sources.ts';
import { openGuest } from './testing.ts';

/** With RINGSIDE_SWEEP=1 on several CPUs, too. */
const isSweep = Boolean(process.env['RINGSIDE_SWEEP']);
const CONFIGS = configNames(guestSources());
function resolved(config: string): Readonly<Record<string, string>> {
  const switches = resolveConfig(guestSources(), config, { NET: 'on' });
  if (typeof switches === 'string') throw new Error(switches);
  return switches;
}

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

/**
 * As the Network panel has it typed: an input at the port `client`. On several CPUs not where kernel code sleeps on the stack of an address space: there
 * an interrupt of the card on another CPU, which has loaded another space, cannot follow the wait queue to whoever waits.
 */
const sleepsOnUserStack = (config: string): boolean => resolved(config)['UKL_STACK'] === 'same' && resolved(config)['UKL_ENTRY'] !== 'none';
it.each(CONFIGS.flatMap((config) => (isSweep && !sleepsOnUserStack(config) ? ['1', '4'] : ['1']).map((cpus) => [config, cpus])))(
  '%s, %s CPUs: a line that somebody types at the client is echoed, another one too, and the end is answered', async (config, cpus) => {
    const lab = openGuest({ app: 'echo-server', config, set: { NET: 'on', NR_CPUS: cpus } });
    await lab.ready({ network: { packet: null } });
    await lab.finish();
    const typeAndRun = async (text: string): Promise<string[]> => {
      lab.input(CLIENT_PORT, typed(text));
      await lab.finish();
      return lab.show({ network: { packet: null } }).network?.lines.map(({ from, text: line }) => `${from}: ${line}`) ?? [];
    };
    const once = ['client: one\r\n', ': connected', 'guest: one\r\n'], twice = [...once, 'client: and another\r\n', 'guest: and another\r\n'];
    expect(await typeAndRun('one\r\n')).toEqual(once);
    expect(await typeAndRun('and another\r\n')).toEqual(twice);
    expect(await typeAndRun('')).toEqual([...twice, ': closed by the guest']);
  });
