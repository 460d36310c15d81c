/* Time that passes, and time of day. */
#include <time.h>
#include <unistd.h>
#include "lib/sysdep.h"

unsigned int sleep(unsigned int seconds)
{
	struct timespec t = { .tv_sec = seconds };

	return nanosleep(&t, &t) < 0 ? (unsigned int)t.tv_sec + (t.tv_nsec > 0) : 0;
}

int usleep(unsigned int microseconds)
{
	struct timespec t = { .tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000L };

	return nanosleep(&t, NULL);
}

time_t time(time_t *t)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (t)
		*t = now.tv_sec;
	return now.tv_sec;
}
