/* Addresses as text. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

int inet_aton(const char *text, struct in_addr *address)
{
	uint32_t value = 0;
	int part;

	for (part = 0; part < 4; part++) {
		unsigned int n = 0, digits = 0;

		while (*text >= '0' && *text <= '9' && digits++ < 3)
			n = n * 10 + (*text++ - '0');
		if (!digits || n > 255 || *text++ != (part < 3 ? '.' : '\0'))
			return 0;
		value = value << 8 | n;
	}
	address->s_addr = htonl(value);
	return 1;
}

in_addr_t inet_addr(const char *text)
{
	struct in_addr address;

	return inet_aton(text, &address) ? address.s_addr : INADDR_NONE;
}

int inet_pton(int family, const char *text, void *address)
{
	if (family == AF_INET)
		return inet_aton(text, address);
	errno = EAFNOSUPPORT;
	return -1;
}

const char *inet_ntop(int family, const void *address, char *text, socklen_t size)
{
	const unsigned char *byte = address;
	char made[INET_ADDRSTRLEN];

	if (family != AF_INET) {
		errno = EAFNOSUPPORT;
		return NULL;
	}
	snprintf(made, sizeof(made), "%u.%u.%u.%u", byte[0], byte[1], byte[2], byte[3]);
	if (strlen(made) >= size) {
		errno = ENOSPC;
		return NULL;
	}
	return strcpy(text, made);
}
