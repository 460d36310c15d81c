#include <linux/init.h>
#include <net/ip.h>
static struct packet_type ip_packet_type = { .type = htons(ETH_P_IP), .func = ip_rcv };
static int __init inet_init(void)
{
	dev_add_pack(&ip_packet_type);
	return 0;
}
fs_initcall(inet_init);
