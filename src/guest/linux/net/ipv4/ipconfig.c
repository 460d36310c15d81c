/*
 * "ip=ADDRESS::GATEWAY:NETMASK" of the command line. Linux: net/ipv4/ipconfig.c, Documentation/admin-guide/nfs/nfsroot.rst.
 * Simplified: addresses are only given that way, for the first network card; nobody is asked for them.
 */
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <net/route.h>

/* a.b.c.d in network byte order; 0 when it is none. *p goes on behind it. Linux: in_aton(). */
static u32 __init in_aton(const char **p)
{
	const char *s = *p;
	u32 addr = 0;
	int n;

	for (n = 0; n < 4; n++) {
		u32 value = 0;

		for (; *s >= '0' && *s <= '9'; s++)
			value = value * 10 + (*s - '0');
		addr = addr << 8 | (value & 0xff);
		if (*s != '.')
			break;
		s++;
	}
	*p = s;
	return n == 3 ? htonl(addr) : 0;
}

/* In the order of the parameter: client, server, gateway, netmask. */
static bool __init ip_auto_config_setup(u32 field[4])
{
	const char *p = boot_command_line;
	int n;

	for (; *p; p++) {
		if ((p == boot_command_line || p[-1] == ' ') && !strncmp(p, "ip=", 3))
			break;
	}
	if (!*p)
		return false;
	p += 3;
	for (n = 0; n < 4; n++) {
		field[n] = in_aton(&p);
		if (*p != ':')
			break;
		p++;
	}
	return field[0] != 0;
}

static int __init ip_auto_config(void)
{
	struct net_device *dev = dev_get_by_name("eth0");
	u32 field[4] = { 0 };

	fib_add_ifaddr(loopback_dev, htonl(INADDR_LOOPBACK), htonl(0xff000000));
	dev_open(loopback_dev);
	if (!dev || !ip_auto_config_setup(field) || dev_open(dev))
		return 0;
	/* By class, as it was before masks. */
	if (!field[3])
		field[3] = htonl(ntohl(field[0]) < 0x80000000U ? 0xff000000 : ntohl(field[0]) < 0xc0000000U ? 0xffff0000 : 0xffffff00);
	fib_add_ifaddr(dev, field[0], field[3]);
	if (field[2])
		fib_add_default(dev, field[2], field[0]);
	pr_info("IP-Config: Complete: device=%s, addr=%u.%u.%u.%u, gw=%u.%u.%u.%u\n", dev->name, ((u8 *)field)[0], ((u8 *)field)[1], ((u8 *)field)[2],
		((u8 *)field)[3], ((u8 *)field)[8], ((u8 *)field)[9], ((u8 *)field)[10], ((u8 *)field)[11]);
	return 0;
}
late_initcall(ip_auto_config);
