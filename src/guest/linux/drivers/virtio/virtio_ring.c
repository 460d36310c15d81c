/*
 * Split virtqueues. Linux: drivers/virtio/virtio_ring.c. VIRTIO 1.2, "Split Virtqueues".
 *
 * Three arrays in memory that both read: descriptors (pieces of buffers, in chains), the available ring (heads of chains, for the device)
 * and the used ring (heads that it is done with). Each side says up to where it wants not to be told (EVENT_IDX).
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/virtio.h>

#define VRING_DESC_F_NEXT	1
#define VRING_DESC_F_WRITE	2
#define VRING_AVAIL_F_NO_INTERRUPT	1
#define VRING_USED_F_NO_NOTIFY	1
#define VRING_ALIGN		4096UL

struct vring_desc {
	u64 addr;
	u32 len;
	u16 flags;
	u16 next;
};

struct vring_avail {
	u16 flags;
	u16 idx;
	u16 ring[];
};

struct vring_used_elem {
	u32 id;
	u32 len;
};

struct vring_used {
	u16 flags;
	u16 idx;
	struct vring_used_elem ring[];
};

struct vring {
	unsigned int num;
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
};

struct vring_virtqueue {
	struct virtqueue vq;
	bool broken;		/* the device has said nonsense */
	bool event;		/* EVENT_IDX */
	unsigned int free_head;
	unsigned int num_added;	/* since the device was told last */
	u16 last_used_idx;
	struct vring vring;
	u16 avail_flags_shadow;
	u16 avail_idx_shadow;
	void (*notify)(struct virtqueue *vq);
	void **desc_state;	/* by head: what virtqueue_add_ was given */
};

#define to_vvq(_vq)	container_of(_vq, struct vring_virtqueue, vq)

/* Other memory than ours may be read by the device at any time. Linux: virtio_mb() and its like. */
#define virtio_mb()	asm volatile("lock addl $0, -4(%%rsp)" : : : "memory", "cc")
#define virtio_rmb()	barrier()
#define virtio_wmb()	barrier()

#define vring_used_event(vr)	((vr)->avail->ring[(vr)->num])
#define vring_avail_event(vr)	(*(volatile u16 *)&(vr)->used->ring[(vr)->num])

/* Did the index, on its way from old to new, come past the one after which the other side wants to know? */
static bool vring_need_event(u16 event_idx, u16 new_idx, u16 old)
{
	return (u16)(new_idx - event_idx - 1) < (u16)(new_idx - old);
}

static unsigned long used_offset(unsigned int num)
{
	return ALIGN(sizeof(struct vring_desc) * num + sizeof(u16) * (3 + num), VRING_ALIGN);
}

static unsigned long vring_size(unsigned int num)
{
	return used_offset(num) + sizeof(u16) * 3 + sizeof(struct vring_used_elem) * num;
}

struct virtqueue *vring_create_virtqueue(unsigned int index, unsigned int num, struct virtio_device *vdev, void (*notify)(struct virtqueue *vq),
					 vq_callback_t *callback, const char *name)
{
	struct vring_virtqueue *vq = kzalloc(sizeof(*vq), GFP_KERNEL);
	char *queue = NULL;
	unsigned int i;

	if (vq) {
		queue = kzalloc(max(vring_size(num), VRING_ALIGN + 1), GFP_KERNEL);
		vq->desc_state = kcalloc(num, sizeof(void *), GFP_KERNEL);
	}
	if (!vq || !queue || !vq->desc_state) {
		kfree(queue);
		if (vq)
			kfree(vq->desc_state);
		kfree(vq);
		return NULL;
	}
	vq->vring = (struct vring) { num, (struct vring_desc *)queue, (struct vring_avail *)(queue + num * sizeof(struct vring_desc)),
				     (struct vring_used *)(queue + used_offset(num)) };
	vq->vq.callback = callback;
	vq->vq.vdev = vdev;
	vq->vq.name = name;
	vq->vq.index = index;
	vq->vq.num_free = num;
	vq->notify = notify;
	vq->event = virtio_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX);
	if (!callback) {
		vq->avail_flags_shadow |= VRING_AVAIL_F_NO_INTERRUPT;
		if (!vq->event)
			vq->vring.avail->flags = vq->avail_flags_shadow;
	}
	for (i = 0; i < num - 1; i++)
		vq->vring.desc[i].next = i + 1;
	list_add_tail(&vq->vq.list, &vdev->vqs);
	return &vq->vq;
}

static int virtqueue_add_split(struct virtqueue *_vq, const struct scatterlist *sg, unsigned int num, u16 write, void *data)
{
	struct vring_virtqueue *vq = to_vvq(_vq);
	unsigned int head = vq->free_head, i = head, n;

	if (unlikely(vq->broken))
		return -EIO;
	if (vq->vq.num_free < num)
		return -ENOSPC;
	for (n = 0; n < num; n++) {
		struct vring_desc *desc = &vq->vring.desc[i];

		desc->addr = __pa(sg[n].addr);
		desc->len = sg[n].length;
		desc->flags = write | (n + 1 < num ? VRING_DESC_F_NEXT : 0);
		i = desc->next;
	}
	vq->vq.num_free -= num;
	vq->free_head = i;
	vq->desc_state[head] = data;
	vq->vring.avail->ring[vq->avail_idx_shadow & (vq->vring.num - 1)] = head;
	/* Descriptors and ring first, then the index that makes them the device's. */
	virtio_wmb();
	vq->avail_idx_shadow++;
	WRITE_ONCE(vq->vring.avail->idx, vq->avail_idx_shadow);
	vq->num_added++;
	/* The device may only be told of so many at once. */
	if (unlikely(vq->num_added == (1 << 16) - 1))
		virtqueue_kick(_vq);
	return 0;
}

int virtqueue_add_outbuf(struct virtqueue *vq, const struct scatterlist *sg, unsigned int num, void *data)
{
	return virtqueue_add_split(vq, sg, num, 0, data);
}

int virtqueue_add_inbuf(struct virtqueue *vq, const struct scatterlist *sg, unsigned int num, void *data)
{
	return virtqueue_add_split(vq, sg, num, VRING_DESC_F_WRITE, data);
}

/* Does the device want to be told? */
bool virtqueue_kick_prepare(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vvq(_vq);
	u16 new = vq->avail_idx_shadow, old = new - vq->num_added;

	/* It must see the index before we see what it wants. */
	virtio_mb();
	vq->num_added = 0;
	if (vq->event)
		return vring_need_event(vring_avail_event(&vq->vring), new, old);
	return !(READ_ONCE(vq->vring.used->flags) & VRING_USED_F_NO_NOTIFY);
}

void virtqueue_notify(struct virtqueue *_vq)
{
	if (likely(!to_vvq(_vq)->broken))
		to_vvq(_vq)->notify(_vq);
}

void virtqueue_kick(struct virtqueue *vq)
{
	if (virtqueue_kick_prepare(vq))
		virtqueue_notify(vq);
}

static bool more_used(const struct vring_virtqueue *vq)
{
	return vq->last_used_idx != READ_ONCE(vq->vring.used->idx);
}

/* The chain's descriptors are free again. */
static void detach_buf_split(struct vring_virtqueue *vq, unsigned int head)
{
	unsigned int i = head;

	vq->desc_state[head] = NULL;
	vq->vq.num_free++;
	for (; vq->vring.desc[i].flags & VRING_DESC_F_NEXT; i = vq->vring.desc[i].next)
		vq->vq.num_free++;
	vq->vring.desc[i].next = vq->free_head;
	vq->free_head = head;
}

void *virtqueue_get_buf(struct virtqueue *_vq, unsigned int *len)
{
	struct vring_virtqueue *vq = to_vvq(_vq);
	struct vring_used_elem *elem;
	unsigned int i;
	void *ret;

	if (unlikely(vq->broken) || !more_used(vq))
		return NULL;
	virtio_rmb();
	elem = &vq->vring.used->ring[vq->last_used_idx & (vq->vring.num - 1)];
	i = READ_ONCE(elem->id);
	*len = READ_ONCE(elem->len);
	if (unlikely(i >= vq->vring.num || !vq->desc_state[i])) {
		pr_err("%s: id %u is not a head!\n", _vq->name, i);
		vq->broken = true;
		return NULL;
	}
	ret = vq->desc_state[i];
	detach_buf_split(vq, i);
	vq->last_used_idx++;
	/* Interrupts are on: the next buffer is to cause one. */
	if (!(vq->avail_flags_shadow & VRING_AVAIL_F_NO_INTERRUPT)) {
		WRITE_ONCE(vring_used_event(&vq->vring), vq->last_used_idx);
		virtio_mb();
	}
	return ret;
}

void virtqueue_disable_cb(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vvq(_vq);

	if (vq->avail_flags_shadow & VRING_AVAIL_F_NO_INTERRUPT)
		return;
	vq->avail_flags_shadow |= VRING_AVAIL_F_NO_INTERRUPT;
	/* With EVENT_IDX: an index that does not come for a long time. */
	if (vq->event)
		WRITE_ONCE(vring_used_event(&vq->vring), 0x0);
	else
		WRITE_ONCE(vq->vring.avail->flags, vq->avail_flags_shadow);
}

unsigned int virtqueue_enable_cb_prepare(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vvq(_vq);

	if (vq->avail_flags_shadow & VRING_AVAIL_F_NO_INTERRUPT) {
		vq->avail_flags_shadow &= ~VRING_AVAIL_F_NO_INTERRUPT;
		if (!vq->event)
			WRITE_ONCE(vq->vring.avail->flags, vq->avail_flags_shadow);
	}
	WRITE_ONCE(vring_used_event(&vq->vring), vq->last_used_idx);
	return vq->last_used_idx;
}

bool virtqueue_poll(struct virtqueue *_vq, unsigned int last_used_idx)
{
	struct vring_virtqueue *vq = to_vvq(_vq);

	if (unlikely(vq->broken))
		return false;
	virtio_mb();
	return (u16)last_used_idx != READ_ONCE(vq->vring.used->idx);
}

bool virtqueue_enable_cb_delayed(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vvq(_vq);
	u16 bufs = (u16)(vq->avail_idx_shadow - vq->last_used_idx) * 3 / 4;

	if (vq->avail_flags_shadow & VRING_AVAIL_F_NO_INTERRUPT) {
		vq->avail_flags_shadow &= ~VRING_AVAIL_F_NO_INTERRUPT;
		if (!vq->event)
			WRITE_ONCE(vq->vring.avail->flags, vq->avail_flags_shadow);
	}
	WRITE_ONCE(vring_used_event(&vq->vring), vq->last_used_idx + bufs);
	virtio_mb();
	return (u16)(READ_ONCE(vq->vring.used->idx) - vq->last_used_idx) <= bufs;
}

/* From the transport's handler: is it about this queue? */
irqreturn_t vring_interrupt(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vvq(_vq);

	if (!more_used(vq))
		return IRQ_NONE;
	if (likely(!vq->broken) && vq->vq.callback)
		vq->vq.callback(&vq->vq);
	return IRQ_HANDLED;
}

unsigned int virtqueue_get_vring_size(struct virtqueue *vq)
{
	return to_vvq(vq)->vring.num;
}

phys_addr_t virtqueue_get_desc_addr(struct virtqueue *vq)
{
	return __pa(to_vvq(vq)->vring.desc);
}

phys_addr_t virtqueue_get_avail_addr(struct virtqueue *vq)
{
	return __pa(to_vvq(vq)->vring.avail);
}

phys_addr_t virtqueue_get_used_addr(struct virtqueue *vq)
{
	return __pa(to_vvq(vq)->vring.used);
}
