#ifndef _SYS_SINGLE_THREADED_H
#define _SYS_SINGLE_THREADED_H
/* No thread was ever created: what only several need can be left out. */
extern char __libc_single_threaded;
#endif
