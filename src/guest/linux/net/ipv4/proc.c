/* The counters, as /proc/net shows them. Linux: net/ipv4/proc.c. */
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <net/snmp.h>
#include <net/tcp.h>

struct netns_mib net_mib;

#define __MIB_NAME(id, name)	name,
static const char *const ip_names[] = { IPSTATS_MIBS(__MIB_NAME) };
static const char *const icmp_names[] = { ICMP_MIBS(__MIB_NAME) };
static const char *const tcp_names[] = { TCP_MIBS(__MIB_NAME) };
static const char *const udp_names[] = { UDP_MIBS(__MIB_NAME) };
static const char *const net_names[] = { LINUX_MIBS(__MIB_NAME) };

/* A line of names, a line of values. Simplified: those that something here counts. */
static void show(struct seq_file *m, const char *group, const char *const *names, const unsigned long *values, unsigned int n)
{
	unsigned int i;

	seq_printf(m, "%s:", group);
	for (i = 0; i < n; i++)
		seq_printf(m, " %s", names[i]);
	seq_printf(m, "\n%s:", group);
	for (i = 0; i < n; i++)
		seq_printf(m, " %lu", values[i]);
	seq_printf(m, "\n");
}

void snmp_seq_show(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	show(m, "Ip", ip_names, net_mib.ip, ARRAY_SIZE(ip_names));
	show(m, "Icmp", icmp_names, net_mib.icmp, ARRAY_SIZE(icmp_names));
	show(m, "Tcp", tcp_names, net_mib.tcp, ARRAY_SIZE(tcp_names));
	show(m, "Udp", udp_names, net_mib.udp, ARRAY_SIZE(udp_names));
}

void netstat_seq_show(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	show(m, "TcpExt", net_names, net_mib.net, ARRAY_SIZE(net_names));
}
