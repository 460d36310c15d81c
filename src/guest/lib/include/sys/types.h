#ifndef _SYS_TYPES_H
#define _SYS_TYPES_H

#include <stddef.h>

typedef int pid_t;
typedef unsigned int uid_t, gid_t, mode_t;
typedef unsigned long dev_t, ino_t, nlink_t;
typedef long off_t, blksize_t, blkcnt_t, time_t;

#endif
