/*
 * Packets between drivers and protocols. Linux: net/core/dev.c, net/sched/sch_generic.c.
 *
 * Up: an interrupt puts the driver's napi_struct on this CPU's poll list and raises NET_RX_SOFTIRQ. net_rx_action() polls those on the list
 * in turn, at most netdev_budget packets and two jiffies long; what is left then is done in the next round, or by ksoftirqd.
 * Down: dev_queue_xmit() gives a packet to the driver at once where none waits before it.
 * With CONFIG_RPS an arriving packet goes on on the CPU that a hash of its connection chooses (receive packet steering): it is put on that
 * CPU's queue, which is told by an interrupt.
 * Simplified: no taps (packet sockets), no VLANs, no bridges, no offloads.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/smp.h>
#include <linux/timer.h>
#ifdef CONFIG_RPS
#include <linux/in.h>
#include <linux/jhash.h>
#endif
#include <trace/events.h>

static int netdev_budget = 300;
static unsigned int netdev_budget_usecs = 2 * 1000000 / HZ;
static unsigned int netdev_max_backlog = 1000;
static int weight_p = 64;

DEFINE_PER_CPU(struct softnet_data, softnet_data) = { .processed = 0 };
LIST_HEAD(dev_base_head);
static LIST_HEAD(ptype_base);

/* At boot, or with the big kernel lock. Devices and protocols never go. */
int register_netdevice(struct net_device *dev)
{
	static int ifindex;

	dev->ifindex = ++ifindex;
	spin_lock_init(&dev->tx.lock);
	__skb_queue_head_init(&dev->tx.q);
	dev->tx.dev = dev;
	list_add_tail(&dev->dev_list, &dev_base_head);
	return 0;
}

int dev_open(struct net_device *dev)
{
	int err = 0;

	if (dev->flags & IFF_UP)
		return 0;
	if (dev->netdev_ops->ndo_open)
		err = dev->netdev_ops->ndo_open(dev);
	if (!err)
		dev->flags |= IFF_UP | IFF_RUNNING;
	return err;
}

struct net_device *dev_get_by_name(const char *name)
{
	struct net_device *dev;

	for_each_netdev(dev) {
		if (!strcmp(dev->name, name))
			return dev;
	}
	return NULL;
}

void dev_add_pack(struct packet_type *pt)
{
	list_add_tail(&pt->list, &ptype_base);
}

/* The driver has room again, or there was too much to be sent at once. */
static void __netif_schedule(struct netdev_queue *txq)
{
	unsigned long flags;

	/* Two CPUs may want it at once, and it is on one list. */
	if (atomic_cmpxchg(&txq->scheduled, 0, 1))
		return;
	local_irq_save(flags);
	list_add_tail(&txq->output, &this_cpu_ptr(&softnet_data)->output_queue);
	raise_softirq_irqoff(NET_TX_SOFTIRQ);
	local_irq_restore(flags);
}

void netif_stop_queue(struct net_device *dev)
{
	WRITE_ONCE(dev->tx.stopped, true);
}

void netif_wake_queue(struct net_device *dev)
{
	if (dev->tx.stopped) {
		WRITE_ONCE(dev->tx.stopped, false);
		__netif_schedule(&dev->tx);
	}
}

/* Gives it to the driver. Only a driver that says NETDEV_TX_BUSY has not taken it. */
static int dev_hard_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	unsigned int len = skb->len;
	int rc;

	/* The device makes no checksums, so now is the time. */
	if (skb->ip_summed == CHECKSUM_PARTIAL && !(dev->features & NETIF_F_HW_CSUM) && skb_checksum_help(skb)) {
		dev->stats.tx_dropped++;
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	trace_net_dev_start_xmit(skb);
	rc = dev->netdev_ops->ndo_start_xmit(skb, dev);
	trace_net_dev_xmit(skb, rc);
	if (rc == NETDEV_TX_OK) {
		dev->stats.tx_packets++;
		dev->stats.tx_bytes += len;
	}
	return rc;
}

/* What waits goes to the driver, as long as it takes it; 64 at once. Caller holds txq->lock. */
static void __qdisc_run(struct netdev_queue *txq)
{
	int quota = weight_p;

	while (!txq->stopped) {
		struct sk_buff *skb;

		if (!quota--) {
			__netif_schedule(txq);
			break;
		}
		skb = __skb_dequeue(&txq->q);
		if (!skb)
			break;
		if (dev_hard_start_xmit(skb, txq->dev) == NETDEV_TX_BUSY) {
			__skb_queue_head(&txq->q, skb);
			break;
		}
	}
}

int dev_queue_xmit(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct netdev_queue *txq = &dev->tx;
	int rc = NET_XMIT_SUCCESS;

	skb_reset_mac_header(skb);
	trace_net_dev_queue(skb);
	local_bh_disable();
	if (unlikely(!(dev->flags & IFF_UP))) {
		kfree_skb(skb);
		rc = -ENETDOWN;
	} else if (!dev->tx_queue_len) {
		/* A device of software only; nothing can be full. */
		(void)dev_hard_start_xmit(skb, dev);
	} else {
		spin_lock(&txq->lock);
		if (skb_queue_empty(&txq->q) && !txq->stopped) {
			if (dev_hard_start_xmit(skb, dev) == NETDEV_TX_BUSY)
				__skb_queue_tail(&txq->q, skb);
		} else if (skb_queue_len(&txq->q) >= dev->tx_queue_len) {
			dev->stats.tx_dropped++;
			kfree_skb(skb);
			rc = NET_XMIT_DROP;
		} else {
			__skb_queue_tail(&txq->q, skb);
			__qdisc_run(txq);
		}
		spin_unlock(&txq->lock);
	}
	local_bh_enable();
	return rc;
}

static void net_tx_action(struct softirq_action *h)
{
	struct softnet_data *sd = this_cpu_ptr(&softnet_data);

	(void)h;
	for (;;) {
		struct netdev_queue *txq = NULL;

		local_irq_disable();
		if (!list_empty(&sd->output_queue)) {
			txq = list_first_entry(&sd->output_queue, struct netdev_queue, output);
			list_del(&txq->output);
			atomic_set(&txq->scheduled, 0);
		}
		local_irq_enable();
		if (!txq)
			break;
		spin_lock(&txq->lock);
		__qdisc_run(txq);
		spin_unlock(&txq->lock);
	}
}

#ifdef CONFIG_RPS
/* Linux: a random number, made at the first packet. */
static u32 hashrnd = 0x5bd1e995;

/*
 * A number for the connection that an IPv4 packet is part of, the same in both directions; 0 for what has none. Linux: skb_get_hash(),
 * __skb_flow_dissect(), flow_hash_from_keys(). Simplified: no tunnels, and jhash in place of siphash.
 */
static u32 skb_get_hash(const struct sk_buff *skb)
{
	const u8 *iph = skb->data;
	u32 ports = 0, hash, ihl;
	u32 a, b, c;

	if (skb->protocol != htons(ETH_P_IP) || !pskb_may_pull((struct sk_buff *)skb, 20) || iph[0] >> 4 != 4)
		return 0;
	ihl = (iph[0] & 15) * 4;
	/* A fragment tells no ports. */
	if ((iph[9] == 6 || iph[9] == 17) && !(iph[6] & 0x3f) && !iph[7] && pskb_may_pull((struct sk_buff *)skb, ihl + 4)) {
		u32 source = iph[ihl] << 8 | iph[ihl + 1], dest = iph[ihl + 2] << 8 | iph[ihl + 3];

		ports = source < dest ? source << 16 | dest : dest << 16 | source;
	}
	a = *(const u32 *)(iph + 12);
	b = *(const u32 *)(iph + 16);
	if (a > b) {
		c = a;
		a = b;
		b = c;
	}
	hash = jhash_3words(a, b, ports, hashrnd);
	return hash ? hash : 1;
}

/*
 * Who is to have it, or -1: whoever has it now. Simplified: all CPUs take part and no flow limit is kept; Linux has a mask for each queue,
 * empty until somebody writes to /sys/class/net/eth0/queues/rx-0/rps_cpus.
 */
static int get_rps_cpu(const struct sk_buff *skb)
{
	u32 hash = skb_get_hash(skb), cpu;

	if (!hash || nr_cpu_ids == 1)
		return -1;
	cpu = ((u64)hash * nr_cpu_ids) >> 32;
	return cpu_online(cpu) ? (int)cpu : -1;
}

/* On the CPU that is told: what was put on its queue is to be looked at. */
static void rps_trigger_softirq(void *data)
{
	struct softnet_data *sd = data;

	__napi_schedule(&sd->backlog);
	sd->received_rps++;
}

static int enqueue_to_backlog(struct sk_buff *skb, int cpu)
{
	struct softnet_data *sd = per_cpu_ptr(&softnet_data, cpu), *mysd;
	unsigned long flags;

	spin_lock_irqsave(&sd->input_pkt_queue.lock, flags);
	if (unlikely(skb_queue_len(&sd->input_pkt_queue) > netdev_max_backlog)) {
		sd->dropped++;
		spin_unlock_irqrestore(&sd->input_pkt_queue.lock, flags);
		skb->dev->stats.rx_dropped++;
		kfree_skb(skb);
		return NET_RX_DROP;
	}
	__skb_queue_tail(&sd->input_pkt_queue, skb);
	if (!(atomic_long_read(&sd->backlog.state) & NAPIF_STATE_SCHED)) {
		/* Only changed with this lock. */
		atomic_long_set(&sd->backlog.state, NAPIF_STATE_SCHED);
		mysd = this_cpu_ptr(&softnet_data);
		if (sd == mysd) {
			__napi_schedule(&sd->backlog);
		} else {
			/* Told of all at once, when this round ends. */
			sd->rps_ipi_next = mysd->rps_ipi_list;
			mysd->rps_ipi_list = sd;
			raise_softirq_irqoff(NET_RX_SOFTIRQ);
		}
	}
	spin_unlock_irqrestore(&sd->input_pkt_queue.lock, flags);
	return NET_RX_SUCCESS;
}

/* Interrupts are off, and on afterwards. */
static void net_rps_action_and_irq_enable(struct softnet_data *sd)
{
	struct softnet_data *remsd = sd->rps_ipi_list, *next;

	sd->rps_ipi_list = NULL;
	local_irq_enable();
	for (; remsd; remsd = next) {
		next = remsd->rps_ipi_next;
		smp_call_function_single_async(remsd->cpu, &remsd->csd);
	}
}
#endif

/* To whoever takes packets of its type. Linux: __netif_receive_skb_core(). */
static int __netif_receive_skb(struct sk_buff *skb)
{
	struct packet_type *ptype;

	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
	skb_reset_mac_len(skb);
	this_cpu_ptr(&softnet_data)->processed++;
	list_for_each_entry(ptype, &ptype_base, list) {
		if (ptype->type == skb->protocol)
			return ptype->func(skb, skb->dev);
	}
	skb->dev->stats.rx_dropped++;
	kfree_skb(skb);
	return NET_RX_DROP;
}

int netif_receive_skb(struct sk_buff *skb)
{
#ifdef CONFIG_RPS
	int cpu = get_rps_cpu(skb);

	if (cpu >= 0) {
		/* By the poll, which is on one CPU at a time. */
		skb->dev->stats.rx_packets++;
		skb->dev->stats.rx_bytes += skb->len + ETH_HLEN;
		return enqueue_to_backlog(skb, cpu);
	}
#endif
	trace_netif_receive_skb(skb);
	skb->dev->stats.rx_packets++;
	skb->dev->stats.rx_bytes += skb->len + ETH_HLEN;
	return __netif_receive_skb(skb);
}

int netif_rx(struct sk_buff *skb)
{
#ifdef CONFIG_RPS
	int cpu = get_rps_cpu(skb);

	trace_netif_rx(skb);
	/* Simplified: a packet that two CPUs count at once may be counted once. */
	skb->dev->stats.rx_packets++;
	skb->dev->stats.rx_bytes += skb->len + ETH_HLEN;
	return enqueue_to_backlog(skb, cpu >= 0 ? cpu : smp_processor_id());
#else
	struct softnet_data *sd;
	unsigned long flags;

	trace_netif_rx(skb);
	local_irq_save(flags);
	sd = this_cpu_ptr(&softnet_data);
	if (skb_queue_len(&sd->input_pkt_queue) > netdev_max_backlog) {
		sd->dropped++;
		local_irq_restore(flags);
		skb->dev->stats.rx_dropped++;
		kfree_skb(skb);
		return NET_RX_DROP;
	}
	__skb_queue_tail(&sd->input_pkt_queue, skb);
	if (napi_schedule_prep(&sd->backlog))
		__napi_schedule(&sd->backlog);
	local_irq_restore(flags);
	return NET_RX_SUCCESS;
#endif
}

/* The poll function of what came by netif_rx(). */
static int process_backlog(struct napi_struct *napi, int quota)
{
	struct softnet_data *sd = container_of(napi, struct softnet_data, backlog);
	int work = 0;

	for (;;) {
		struct sk_buff *skb;

		while ((skb = __skb_dequeue(&sd->process_queue))) {
			trace_netif_receive_skb(skb);
#ifndef CONFIG_RPS
			skb->dev->stats.rx_packets++;
			skb->dev->stats.rx_bytes += skb->len + ETH_HLEN;
#endif
			__netif_receive_skb(skb);
			if (++work >= quota)
				return work;
		}
#ifdef CONFIG_RPS
		spin_lock_irq(&sd->input_pkt_queue.lock);
		if (skb_queue_empty(&sd->input_pkt_queue)) {
			atomic_long_set(&napi->state, 0);
			spin_unlock_irq(&sd->input_pkt_queue.lock);
			break;
		}
		skb_queue_splice_tail_init(&sd->input_pkt_queue, &sd->process_queue);
		spin_unlock_irq(&sd->input_pkt_queue.lock);
#else
		local_irq_disable();
		if (skb_queue_empty(&sd->input_pkt_queue)) {
			atomic_long_set(&napi->state, 0);
			local_irq_enable();
			break;
		}
		skb_queue_splice_tail_init(&sd->input_pkt_queue, &sd->process_queue);
		local_irq_enable();
#endif
	}
	return work;
}

void netif_napi_add(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int), int weight)
{
	INIT_LIST_HEAD(&napi->poll_list);
	atomic_long_set(&napi->state, 0);
	napi->dev = dev;
	napi->poll = poll;
	napi->weight = weight;
}

/* Whoever gets true puts it on a poll list. Who does not: it is on one, and will be polled once more. */
bool napi_schedule_prep(struct napi_struct *n)
{
	long val, new;

	do {
		val = atomic_long_read(&n->state);
		new = val | (val & NAPIF_STATE_SCHED ? NAPIF_STATE_MISSED : NAPIF_STATE_SCHED);
	} while (atomic_long_cmpxchg(&n->state, val, new) != val);
	return !(val & NAPIF_STATE_SCHED);
}

void __napi_schedule(struct napi_struct *n)
{
	unsigned long flags;

	local_irq_save(flags);
	list_add_tail(&n->poll_list, &this_cpu_ptr(&softnet_data)->poll_list);
	raise_softirq_irqoff(NET_RX_SOFTIRQ);
	local_irq_restore(flags);
}

/* Asked for while it was polled: it stays ours, and is polled once more. Else whoever asks next may be on any CPU. */
bool napi_complete_done(struct napi_struct *n, int work_done)
{
	unsigned long flags;
	long val, new;

	(void)work_done;
	if (!list_empty(&n->poll_list)) {
		local_irq_save(flags);
		list_del_init(&n->poll_list);
		local_irq_restore(flags);
	}
	do {
		val = atomic_long_read(&n->state);
		new = val & ~(NAPIF_STATE_MISSED | NAPIF_STATE_SCHED);
		if (val & NAPIF_STATE_MISSED)
			new |= NAPIF_STATE_SCHED;
	} while (atomic_long_cmpxchg(&n->state, val, new) != val);
	if (val & NAPIF_STATE_MISSED) {
		__napi_schedule(n);
		return false;
	}
	return true;
}

/* One turn. A napi_struct that used up its weight is still ours, and comes to the end of the list. */
static int napi_poll(struct napi_struct *n, struct list_head *repoll)
{
	int weight = n->weight, work = 0;

	list_del_init(&n->poll_list);
	if (atomic_long_read(&n->state) & NAPIF_STATE_SCHED) {
		work = n->poll(n, weight);
		trace_napi_poll(n, work, weight);
	}
	if (work >= weight)
		list_add_tail(&n->poll_list, repoll);
	return work;
}

static void splice_tail(struct list_head *list, struct list_head *head)
{
	while (!list_empty(list))
		list_move_tail(list->next, head);
}

static void net_rx_action(struct softirq_action *h)
{
	struct softnet_data *sd = this_cpu_ptr(&softnet_data);
	unsigned long time_limit = jiffies + usecs_to_jiffies(netdev_budget_usecs);
	int budget = netdev_budget;
	LIST_HEAD(list);
	LIST_HEAD(repoll);

	(void)h;
	local_irq_disable();
	splice_tail(&sd->poll_list, &list);
	local_irq_enable();
	while (!list_empty(&list)) {
		budget -= napi_poll(list_first_entry(&list, struct napi_struct, poll_list), &repoll);
		if (unlikely(budget <= 0 || time_after_eq(jiffies, time_limit))) {
			sd->time_squeeze++;
			break;
		}
	}
	local_irq_disable();
	splice_tail(&list, &repoll);
	/* Those that were scheduled meanwhile come last. */
	splice_tail(&sd->poll_list, &repoll);
	splice_tail(&repoll, &sd->poll_list);
	if (!list_empty(&sd->poll_list))
		__raise_softirq_irqoff(NET_RX_SOFTIRQ);
#ifdef CONFIG_RPS
	net_rps_action_and_irq_enable(sd);
#else
	local_irq_enable();
#endif
}

static int __init net_dev_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct softnet_data *sd = per_cpu_ptr(&softnet_data, cpu);

		INIT_LIST_HEAD(&sd->poll_list);
		INIT_LIST_HEAD(&sd->output_queue);
		skb_queue_head_init(&sd->process_queue);
		skb_queue_head_init(&sd->input_pkt_queue);
		netif_napi_add(NULL, &sd->backlog, process_backlog, weight_p);
#ifdef CONFIG_RPS
		sd->csd.func = rps_trigger_softirq;
		sd->csd.info = sd;
		sd->cpu = cpu;
#endif
	}
	open_softirq(NET_TX_SOFTIRQ, net_tx_action);
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	return 0;
}
subsys_initcall(net_dev_init);
