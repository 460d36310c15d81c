/* Linux: include/net/sock.h, its part about streams. Bodies in net/core/stream.c. */
#ifndef _NET_STREAM_H
#define _NET_STREAM_H

#include <net/sock.h>

void sk_stream_write_space(struct sock *sk);
/* Owned; given away while one sleeps. 0 or an errno; *timeo_p is what is left. */
int sk_stream_wait_connect(struct sock *sk, long *timeo_p);
int sk_stream_wait_memory(struct sock *sk, long *timeo_p);
void sk_stream_wait_close(struct sock *sk, long timeout);

#endif
