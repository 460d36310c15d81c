import { describe, expect, it } from 'vitest';
import type { PathNode } from '../link/reports.ts';
import { openGuest } from './testing.ts';

/** A system call that faults in its library function, and again in the kernel on the buffer. */
const FAULTS = `#include <unistd.h>
#include <fcntl.h>
#include <sys/mman.h>
int main(void)
{
	char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("/etc/motd", O_RDONLY);

	read(fd < 0 ? 0 : fd, page, 4);
	return 0;
}
`;

async function pathOf(config: string, name: string, nth = 0): Promise<PathNode[]> {
  const lab = openGuest({ source: FAULTS, config, input: 'abcdef\n' });
  await lab.run({ direction: 'forward' });
  const path = lab.pathOf(name, nth);
  expect(path.call?.name).toBe(name);
  // Each delivery that was recorded while the call's own task ran is a node that says so, and no other node does.
  const { call, nodes } = path;
  const recorded = lab.eventsBetween(call!.tick, call!.endTick!, ['interrupt', 'exception'], 1000).filter(({ tick }) =>
    lab.tracer.task(tick + 1).pid === call!.task.pid);
  const delivered = nodes.filter(({ via }) => via === 'interrupt' || via === 'exception');
  expect(delivered.map(({ firstTick, via }) => `${firstTick - 1} ${via}`)).toEqual(recorded.map(({ tick, kind }) => `${tick} ${kind}`));
  return nodes;
}

describe('how a function of the path was reached', () => {
  it('linux: SYSCALL, a page fault of the kernel on the way, and the way back', async () => {
    const nodes = await pathOf('linux', 'read');
    expect(nodes[0]).toMatchObject({ name: 'read', domain: 'libc', via: 'call', ring: 3 });
    // The way back: each function by its RET, the entry code by SYSRET, and read itself is not left within its call.
    expect(nodes.find(({ via }) => via === 'syscall')?.left).toMatchObject({ via: 'sysret' });
    expect(nodes.find(({ name }) => name === 'ksys_read')?.left).toMatchObject({ via: 'return' });
    expect(nodes.filter(({ left }) => left?.via === 'iret')).toHaveLength(1);
    expect(nodes[0].left).toBeUndefined();
    expect(nodes.filter(({ via }) => via === 'syscall')).toEqual([expect.objectContaining({ name: expect.stringContaining('entry_SYSCALL_64'), ring: 0 })]);
    const fault = nodes.find(({ via }) => via === 'exception');
    expect(fault).toMatchObject({ event: '#PF', name: expect.stringContaining('page_fault'), ring: 0 });
    expect(nodes[fault!.parent!].ring).toBe(0);
  });

  it('unikernel: the kernel is called, and its faults are exceptions too', async () => {
    const nodes = await pathOf('ukl-nss', 'read');
    expect(nodes.some(({ via }) => via === 'syscall')).toBe(false);
    expect(nodes.find(({ via }) => via === 'exception')).toMatchObject({ event: '#PF' });
  });
});
