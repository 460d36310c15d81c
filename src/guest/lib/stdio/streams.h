/* What the streams' own files share: all streams that are open. */
#ifndef _STDIO_STREAMS_H
#define _STDIO_STREAMS_H

#include <stdio.h>

extern FILE *__streams;
extern int __streams_lock;
int __getc_unlocked(FILE *f);

#endif
