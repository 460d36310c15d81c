#ifndef _ARPA_INET_H
#define _ARPA_INET_H

#include <netinet/in.h>

/* Four numbers with dots. 0: it is none. */
int inet_aton(const char *text, struct in_addr *address);
in_addr_t inet_addr(const char *text);
int inet_pton(int family, const char *text, void *address);
const char *inet_ntop(int family, const void *address, char *text, socklen_t size);

#endif
