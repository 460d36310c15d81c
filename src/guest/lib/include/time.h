#ifndef _TIME_H
#define _TIME_H

#include <sys/types.h>

struct timespec {
	long tv_sec;
	long tv_nsec;
};

#define CLOCK_REALTIME	0
#define CLOCK_MONOTONIC	1
int clock_gettime(int clock, struct timespec *ts);
int nanosleep(const struct timespec *request, struct timespec *remain);
time_t time(time_t *t);
#endif
