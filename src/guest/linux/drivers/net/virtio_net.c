/*
 * The driver of the network card. Linux: drivers/net/virtio_net.c. VIRTIO 1.2, "Network Device".
 *
 * An interrupt only turns further ones off and has the queue polled: virtnet_poll() takes packets as long as there are some, and turns
 * interrupts on when there are none. Packets that were sent are freed by the next that is sent, by a poll, or by an interrupt of the queue.
 * Simplified: one pair of queues; no offloads, no merged buffers, no XDP, no control queue.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/virtio.h>

#define VIRTIO_NET_F_MAC	5
#define VIRTIO_NET_F_STATUS	16
#define VIRTIO_NET_S_LINK_UP	1

#define GOOD_PACKET_LEN		(ETH_HLEN + 4 + ETH_DATA_LEN)
/* A packet of the most pieces: so many descriptors must be free before the next may come. */
#define TX_NEEDS		18

/* Linux: struct virtio_net_hdr_mrg_rxbuf. */
struct virtio_net_hdr {
	u8 flags;
	u8 gso_type;
	u16 hdr_len;
	u16 gso_size;
	u16 csum_start;
	u16 csum_offset;
	u16 num_buffers;
};

struct virtnet_info {
	struct virtio_device *vdev;
	struct virtqueue *rvq, *svq;
	struct napi_struct rx_napi, tx_napi;
	struct net_device dev;
	u16 status;
	struct timer_list refill;	/* no memory for buffers: again later */
};

static void virtqueue_napi_schedule(struct napi_struct *napi, struct virtqueue *vq)
{
	if (napi_schedule_prep(napi)) {
		virtqueue_disable_cb(vq);
		__napi_schedule(napi);
	}
}

/* No more to do, and nothing has come since: the next packet interrupts. */
static void virtqueue_napi_complete(struct napi_struct *napi, struct virtqueue *vq, int processed)
{
	unsigned int opaque = virtqueue_enable_cb_prepare(vq);

	if (napi_complete_done(napi, processed)) {
		if (unlikely(virtqueue_poll(vq, opaque)))
			virtqueue_napi_schedule(napi, vq);
	} else {
		virtqueue_disable_cb(vq);
	}
}

static void skb_recv_done(struct virtqueue *rvq)
{
	struct virtnet_info *vi = rvq->vdev->priv;

	virtqueue_napi_schedule(&vi->rx_napi, rvq);
}

static void skb_xmit_done(struct virtqueue *vq)
{
	struct virtnet_info *vi = vq->vdev->priv;

	/* Suppress further interrupts. */
	virtqueue_disable_cb(vq);
	virtqueue_napi_schedule(&vi->tx_napi, vq);
}

/* An empty packet for the device to fill: its header and the frame lie one behind the other. Linux: add_recvbuf_small(). */
static int add_recvbuf(struct virtnet_info *vi)
{
	unsigned int len = sizeof(struct virtio_net_hdr) + GOOD_PACKET_LEN;
	struct sk_buff *skb = netdev_alloc_skb(&vi->dev, len);
	struct scatterlist sg;
	int err;

	if (!skb)
		return -ENOMEM;
	sg = (struct scatterlist) { skb->data, len };
	err = virtqueue_add_inbuf(vi->rvq, &sg, 1, skb);
	if (err)
		kfree_skb(skb);
	return err;
}

/* As many as the ring takes. False: there was no memory. */
static bool try_fill_recv(struct virtnet_info *vi)
{
	int err = 0;

	while (vi->rvq->num_free && !err)
		err = add_recvbuf(vi);
	virtqueue_kick(vi->rvq);
	return err != -ENOMEM;
}

static void refill_work(struct timer_list *t)
{
	struct virtnet_info *vi = from_timer(vi, t, refill);

	/* In a poll, which has the queue to itself. */
	virtqueue_napi_schedule(&vi->rx_napi, vi->rvq);
}

static void receive_buf(struct virtnet_info *vi, struct sk_buff *skb, unsigned int len)
{
	const unsigned int hdr_len = sizeof(struct virtio_net_hdr);

	if (unlikely(len < hdr_len + ETH_HLEN || len > hdr_len + GOOD_PACKET_LEN)) {
		vi->dev.stats.rx_length_errors++;
		vi->dev.stats.rx_errors++;
		kfree_skb(skb);
		return;
	}
	skb_reserve(skb, hdr_len);
	skb_put(skb, len - hdr_len);
	skb->protocol = eth_type_trans(skb, &vi->dev);
	netif_receive_skb(skb);
}

static int virtnet_receive(struct virtnet_info *vi, int budget)
{
	unsigned int len;
	int received = 0;
	void *buf;

	while (received < budget && (buf = virtqueue_get_buf(vi->rvq, &len))) {
		receive_buf(vi, buf, len);
		received++;
	}
	if (vi->rvq->num_free > (unsigned int)min(budget, (int)virtqueue_get_vring_size(vi->rvq)) / 2 && !try_fill_recv(vi))
		mod_timer(&vi->refill, jiffies + HZ / 2);
	return received;
}

/* Those that the device is done with. */
static void free_old_xmit_skbs(struct virtnet_info *vi)
{
	unsigned int len;
	struct sk_buff *skb;

	while ((skb = virtqueue_get_buf(vi->svq, &len)))
		consume_skb(skb);
}

/* Whoever receives frees on the way what was sent. Who is sending now does it itself. */
static void virtnet_poll_cleantx(struct virtnet_info *vi)
{
	if (!arch_spin_trylock(&vi->dev.tx.lock))
		return;
	free_old_xmit_skbs(vi);
	/* With the lock: whoever fills the ring stops the queue with it. */
	if (vi->svq->num_free >= TX_NEEDS)
		netif_wake_queue(&vi->dev);
	arch_spin_unlock(&vi->dev.tx.lock);
}

static int virtnet_poll(struct napi_struct *napi, int budget)
{
	struct virtnet_info *vi = container_of(napi, struct virtnet_info, rx_napi);
	int received;

	virtnet_poll_cleantx(vi);
	received = virtnet_receive(vi, budget);
	if (received < budget)
		virtqueue_napi_complete(napi, vi->rvq, received);
	return received;
}

static int virtnet_poll_tx(struct napi_struct *napi, int budget)
{
	struct virtnet_info *vi = container_of(napi, struct virtnet_info, tx_napi);
	unsigned int opaque;
	bool done;

	(void)budget;
	spin_lock(&vi->dev.tx.lock);
	virtqueue_disable_cb(vi->svq);
	free_old_xmit_skbs(vi);
	if (vi->svq->num_free >= TX_NEEDS)
		netif_wake_queue(&vi->dev);
	opaque = virtqueue_enable_cb_prepare(vi->svq);
	done = napi_complete_done(napi, 0);
	if (!done)
		virtqueue_disable_cb(vi->svq);
	spin_unlock(&vi->dev.tx.lock);
	if (done && unlikely(virtqueue_poll(vi->svq, opaque)) && napi_schedule_prep(napi)) {
		spin_lock(&vi->dev.tx.lock);
		virtqueue_disable_cb(vi->svq);
		spin_unlock(&vi->dev.tx.lock);
		__napi_schedule(napi);
	}
	return 0;
}

/* Before the frame, where there is room; else as a piece of its own from the packet's control block. */
static int xmit_skb(struct virtnet_info *vi, struct sk_buff *skb)
{
	const unsigned int hdr_len = sizeof(struct virtio_net_hdr);
	bool can_push = !skb_header_cloned(skb) && skb_headroom(skb) >= hdr_len;
	struct virtio_net_hdr *hdr = can_push ? (struct virtio_net_hdr *)(skb->data - hdr_len) : (struct virtio_net_hdr *)skb->cb;
	struct scatterlist sg[2];
	int err;

	memset(hdr, 0, hdr_len);
	if (can_push) {
		sg[0] = (struct scatterlist) { hdr, hdr_len + skb->len };
		err = virtqueue_add_outbuf(vi->svq, sg, 1, skb);
	} else {
		sg[0] = (struct scatterlist) { hdr, hdr_len };
		sg[1] = (struct scatterlist) { skb->data, skb->len };
		err = virtqueue_add_outbuf(vi->svq, sg, 2, skb);
	}
	return err;
}

/* Caller holds dev->tx.lock. */
static netdev_tx_t start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct virtnet_info *vi = dev->priv;
	int err;

	virtqueue_disable_cb(vi->svq);
	free_old_xmit_skbs(vi);
	(void)virtqueue_enable_cb_delayed(vi->svq);
	err = xmit_skb(vi, skb);
	if (unlikely(err)) {
		dev->stats.tx_dropped++;
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	if (vi->svq->num_free < TX_NEEDS) {
		netif_stop_queue(dev);
		/* Some may be back by now; else the interrupt wakes the queue. */
		if (!virtqueue_enable_cb_delayed(vi->svq)) {
			free_old_xmit_skbs(vi);
			if (vi->svq->num_free >= TX_NEEDS) {
				dev->tx.stopped = false;
				virtqueue_disable_cb(vi->svq);
			}
		}
	}
	virtqueue_kick(vi->svq);
	return NETDEV_TX_OK;
}

static int virtnet_open(struct net_device *dev)
{
	struct virtnet_info *vi = dev->priv;

	if (!try_fill_recv(vi))
		mod_timer(&vi->refill, jiffies + HZ / 2);
	return 0;
}

static const struct net_device_ops virtnet_netdev = {
	.ndo_open = virtnet_open,
	.ndo_start_xmit = start_xmit,
};

/* The cable. Linux: virtnet_config_changed_work(). */
static void virtnet_config_changed(struct virtio_device *vdev)
{
	struct virtnet_info *vi = vdev->priv;
	u16 status = VIRTIO_NET_S_LINK_UP;

	if (virtio_has_feature(vdev, VIRTIO_NET_F_STATUS))
		vdev->config->get(vdev, 6, &status, sizeof(status));
	status &= VIRTIO_NET_S_LINK_UP;
	if (vi->status == status)
		return;
	vi->status = status;
	if (status) {
		vi->dev.flags |= IFF_RUNNING;
		netif_wake_queue(&vi->dev);
	} else {
		vi->dev.flags &= ~IFF_RUNNING;
		netif_stop_queue(&vi->dev);
	}
}

static int virtnet_probe(struct virtio_device *vdev)
{
	static const char *const names[] = { "input.0", "output.0" };
	static vq_callback_t *callbacks[] = { skb_recv_done, skb_xmit_done };
	struct virtnet_info *vi = kzalloc(sizeof(*vi), GFP_KERNEL);
	struct virtqueue *vqs[2];
	struct net_device *dev;
	int err;

	if (!vi)
		return -ENOMEM;
	vi->vdev = vdev;
	vdev->priv = vi;
	dev = &vi->dev;
	dev->priv = vi;
	ether_setup(dev);
	dev->netdev_ops = &virtnet_netdev;
	strscpy(dev->name, "eth0", IFNAMSIZ);
	if (virtio_has_feature(vdev, VIRTIO_NET_F_MAC))
		vdev->config->get(vdev, 0, dev->dev_addr, ETH_ALEN);
	timer_setup(&vi->refill, refill_work, 0);
	netif_napi_add(dev, &vi->rx_napi, virtnet_poll, NAPI_POLL_WEIGHT);
	netif_napi_add(dev, &vi->tx_napi, virtnet_poll_tx, NAPI_POLL_WEIGHT);
	err = vdev->config->find_vqs(vdev, 2, vqs, callbacks, names);
	if (err) {
		vdev->priv = NULL;
		kfree(vi);
		return err;
	}
	vi->rvq = vqs[0];
	vi->svq = vqs[1];
	register_netdevice(dev);
	virtio_device_ready(vdev);
	virtnet_config_changed(vdev);
	pr_info("virtio_net virtio0 %s: %02x:%02x:%02x:%02x:%02x:%02x\n", dev->name, dev->dev_addr[0], dev->dev_addr[1], dev->dev_addr[2],
		dev->dev_addr[3], dev->dev_addr[4], dev->dev_addr[5]);
	return 0;
}

static const unsigned int features[] = { VIRTIO_NET_F_MAC, VIRTIO_NET_F_STATUS };

static struct virtio_driver virtio_net_driver = {
	.name = "virtio_net",
	.id = VIRTIO_ID_NET,
	.feature_table = features,
	.feature_table_size = ARRAY_SIZE(features),
	.probe = virtnet_probe,
	.config_changed = virtnet_config_changed,
};

static int __init virtio_net_driver_init(void)
{
	return register_virtio_driver(&virtio_net_driver);
}
device_initcall(virtio_net_driver_init);
