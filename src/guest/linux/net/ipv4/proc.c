/* The counters. Linux: net/ipv4/proc.c. */
#include <net/snmp.h>

struct netns_mib net_mib;
