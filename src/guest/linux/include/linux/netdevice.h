/* Network devices and NAPI. Linux: include/linux/netdevice.h, include/uapi/linux/if.h. Bodies in net/core/dev.c. */
#ifndef _LINUX_NETDEVICE_H
#define _LINUX_NETDEVICE_H

#include <linux/bottom_half.h>
#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/skbuff.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct napi_struct;
struct net_device;

#define IFNAMSIZ	16

/* flags */
#define IFF_UP		0x1
#define IFF_BROADCAST	0x2
#define IFF_LOOPBACK	0x8
#define IFF_RUNNING	0x40
#define IFF_NOARP	0x80
#define IFF_MULTICAST	0x1000

/* features */
#define NETIF_F_HW_CSUM	0x08	/* checksums need not be made: the device does it, or nobody needs them */

#define ARPHRD_ETHER	1
#define ARPHRD_LOOPBACK	772

typedef int netdev_tx_t;
#define NETDEV_TX_OK	0
#define NETDEV_TX_BUSY	0x10
#define NET_XMIT_SUCCESS 0
#define NET_XMIT_DROP	1
#define NET_RX_SUCCESS	0
#define NET_RX_DROP	1

#define DEFAULT_TX_QUEUE_LEN	1000
#define NAPI_POLL_WEIGHT	64

struct net_device_stats {
	unsigned long rx_packets, tx_packets, rx_bytes, tx_bytes;
	unsigned long rx_errors, tx_errors, rx_dropped, tx_dropped;
	unsigned long rx_length_errors;
};

struct net_device_ops {
	int (*ndo_open)(struct net_device *dev);
	netdev_tx_t (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *dev);
};

struct header_ops {
	int (*create)(struct sk_buff *skb, struct net_device *dev, unsigned short type, const void *daddr, const void *saddr, unsigned int len);
};

/*
 * What waits to be sent. Simplified: the queueing discipline (pfifo_fast, with one band) and the device's queue are one structure with one
 * lock, which is held while the driver puts a packet on its ring.
 */
struct netdev_queue {
	spinlock_t lock;
	struct sk_buff_head q;
	bool stopped;			/* by the driver: its ring is full */
	atomic_t scheduled;		/* 1: on some CPU's output_queue, for net_tx_action() */
	struct net_device *dev;
	struct list_head output;
};

struct net_device {
	char name[IFNAMSIZ];
	int ifindex;
	unsigned int flags;
	unsigned int mtu;
	unsigned short type;
	unsigned short hard_header_len;
	unsigned char addr_len;
	unsigned int features;
	unsigned int tx_queue_len;	/* 0: no queue, what cannot be sent is dropped */
	unsigned char dev_addr[ETH_ALEN];
	unsigned char broadcast[ETH_ALEN];
	const struct net_device_ops *netdev_ops;
	const struct header_ops *header_ops;
	struct netdev_queue tx;
	struct net_device_stats stats;
	struct list_head dev_list;
	void *priv;
};

/* Who takes packets of an Ethernet type. */
struct packet_type {
	u16 type;			/* network byte order */
	int (*func)(struct sk_buff *skb, struct net_device *dev);
	struct list_head list;
};

/* napi->state: bit numbers. */
enum {
	NAPI_STATE_SCHED,		/* on a poll list, or being polled */
	NAPI_STATE_MISSED,		/* asked for meanwhile */
	NAPI_STATE_DISABLE,
};

#define NAPIF_STATE_SCHED	(1L << NAPI_STATE_SCHED)
#define NAPIF_STATE_MISSED	(1L << NAPI_STATE_MISSED)

/* A source of packets that is asked for them as long as it has some, in place of interrupting for each. */
struct napi_struct {
	struct list_head poll_list;
	atomic_long_t state;
	int weight;
	int (*poll)(struct napi_struct *napi, int budget);
	struct net_device *dev;
};

/* One CPU's part. */
struct softnet_data {
	struct list_head poll_list;
	struct sk_buff_head process_queue;
	unsigned int processed;
	unsigned int time_squeeze;
	unsigned int dropped;
	struct list_head output_queue;		/* netdev_queues that can go on */
	struct sk_buff_head input_pkt_queue;
	struct napi_struct backlog;
#ifdef CONFIG_RPS
	struct softnet_data *rps_ipi_list;	/* those to whom this CPU has given packets, and has not told it yet */
	struct softnet_data *rps_ipi_next;
	struct __call_single_data csd;
	int cpu;
	unsigned int received_rps;
#endif
};

DECLARE_PER_CPU(struct softnet_data, softnet_data);
extern struct list_head dev_base_head;
/* What arrives on no wire. drivers/net/loopback.c. */
extern struct net_device *loopback_dev;

#define for_each_netdev(d)	list_for_each_entry(d, &dev_base_head, dev_list)

int register_netdevice(struct net_device *dev);
int dev_open(struct net_device *dev);
struct net_device *dev_get_by_name(const char *name);
void dev_add_pack(struct packet_type *pt);
/* Down to the device; the packet is taken, whatever comes of it. NET_XMIT_ or a negative errno. */
int dev_queue_xmit(struct sk_buff *skb);
/* Up from a driver's poll function. */
int netif_receive_skb(struct sk_buff *skb);
/* Up from wherever else: by this CPU's backlog. */
int netif_rx(struct sk_buff *skb);

void netif_napi_add(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int), int weight);
bool napi_schedule_prep(struct napi_struct *n);
void __napi_schedule(struct napi_struct *n);
/* No more to do. False: more has come meanwhile, and it is polled again. */
bool napi_complete_done(struct napi_struct *n, int work_done);

void netif_stop_queue(struct net_device *dev);
void netif_wake_queue(struct net_device *dev);

static inline bool netif_queue_stopped(const struct net_device *dev)
{
	return READ_ONCE(dev->tx.stopped);
}

static inline int dev_hard_header(struct sk_buff *skb, struct net_device *dev, unsigned short type, const void *daddr, const void *saddr,
				  unsigned int len)
{
	return dev->header_ops ? dev->header_ops->create(skb, dev, type, daddr, saddr, len) : 0;
}

/* Room for the headers of the link. Linux: LL_RESERVED_SPACE(). */
#define LL_MAX_HEADER		32

#endif
