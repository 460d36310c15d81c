/** Who waits: for a signal, and for the end of a process whose parent has gone. */
import { expect, it } from 'vitest';
import { runGuest } from '../lab/testing.ts';
import { guestSources } from '../lab/sources.ts';

const HEAD = `#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "lib/sysdep.h"
`;

it('a signal that does nothing by default is taken by who sleeps for it', async () => {
  const { output } = await runGuest({ source: `${HEAD}
int main(void)
{
	static const int quiet[] = { SIGCHLD, SIGCONT, SIGURG, SIGWINCH };
	struct timespec second = { 1, 0 };
	siginfo_t info;
	sigset_t set;

	for (int n = 0; n < 4; n++) {
		sigemptyset(&set);
		sigaddset(&set, quiet[n]);
		sigprocmask(SIG_BLOCK, &set, 0);
		if (!fork()) {
			usleep(100);
			if (quiet[n] != SIGCHLD)
				kill(getppid(), quiet[n]);
			_exit(0);
		}
		printf("%d ", sigtimedwait(&set, &info, &second) == quiet[n]);
	}
	return 0;
}
` });
  expect(output).toBe('1 1 1 1 ');
});

it('every thread of an orphan has init as its parent', async () => {
  const { output } = await runGuest({ source: `${HEAD}
static int there[2], gone[2];
static void *thread(void *none)
{
	char c;

	write(there[1], "x", 1);
	read(gone[0], &c, 1);
	/* Others come to where their parent was. */
	for (int n = 0; n < 3; n++) {
		if (!fork())
			_exit(0);
	}
	printf("a thread's parent: %d\\n", getppid());
	return 0;
}
int main(void)
{
	int done[2];
	char c;

	pipe(there);
	pipe(gone);
	pipe(done);
	if (!fork()) {
		if (!fork()) {
			pthread_t other;

			close(done[0]);
			pthread_create(&other, 0, thread, 0);
			pthread_join(other, 0);
			_exit(0);
		}
		read(there[0], &c, 1);
		_exit(0);
	}
	close(done[1]);
	wait(0);
	write(gone[1], "x", 1);
	read(done[0], &c, 1);
	return 0;
}
` });
  expect(output).toBe("a thread's parent: 1\n");
});

it('an init that ignores SIGCHLD has no zombies, not even those it is left with', async () => {
  const path = 'apps/sbin/init.c', text = guestSources().get(path)!;
  const waits = /\twhile \(pid > 0 && .*\n\t\t;\n/.exec(text)?.[0];
  if (!waits) throw new Error('where does init wait?');
  const edits = { [path]: text.replace(waits, `	{
		static long action[4] = { 1 /* SIG_IGN */ };

		syscall6(__NR_rt_sigaction, 17, (long)action, 0, 8, 0, 0);
		for (;;)
			syscall0(__NR_pause);
	}
`) };
  const { output } = await runGuest({ edits, maxInstructions: 20_000_000, source: `${HEAD}
int main(void)
{
	int zombie[2], pid;

	pipe(zombie);
	if (!fork()) {
		pid = fork();
		if (!pid)
			_exit(0);
		usleep(1000);
		write(zombie[1], &pid, sizeof(pid));
		return 0;
	}
	wait(0);
	read(zombie[0], &pid, sizeof(pid));
	printf("it is %s\\n", kill(pid, 0) == 0 ? "still there" : "gone");
	return 0;
}
` });
  expect(output).toBe('it is gone\n');
});
