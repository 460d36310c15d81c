/* Virtio devices, their drivers and their queues. Linux: include/linux/virtio.h, virtio_config.h, virtio_ring.h, uapi/linux/virtio_*.h. */
#ifndef _LINUX_VIRTIO_H
#define _LINUX_VIRTIO_H

#include <linux/list.h>
#include <linux/interrupt.h>
#include <linux/types.h>

struct virtio_device;
struct virtqueue;

/* Device status */
#define VIRTIO_CONFIG_S_ACKNOWLEDGE	1
#define VIRTIO_CONFIG_S_DRIVER		2
#define VIRTIO_CONFIG_S_DRIVER_OK	4
#define VIRTIO_CONFIG_S_FEATURES_OK	8
#define VIRTIO_CONFIG_S_NEEDS_RESET	0x40
#define VIRTIO_CONFIG_S_FAILED		0x80

/* Features of every device: bit numbers. */
#define VIRTIO_RING_F_EVENT_IDX		29
#define VIRTIO_F_VERSION_1		32

#define VIRTIO_ID_NET	1

typedef void vq_callback_t(struct virtqueue *vq);

struct virtqueue {
	struct list_head list;
	vq_callback_t *callback;
	const char *name;
	struct virtio_device *vdev;
	unsigned int index;
	unsigned int num_free;
	void *priv;
};

struct virtio_config_ops {
	void (*get)(struct virtio_device *vdev, unsigned int offset, void *buf, unsigned int len);
	u8 (*get_status)(struct virtio_device *vdev);
	void (*set_status)(struct virtio_device *vdev, u8 status);
	void (*reset)(struct virtio_device *vdev);
	int (*find_vqs)(struct virtio_device *vdev, unsigned int nvqs, struct virtqueue *vqs[], vq_callback_t *callbacks[], const char *const names[]);
	u64 (*get_features)(struct virtio_device *vdev);
	int (*finalize_features)(struct virtio_device *vdev);
};

struct virtio_device {
	u32 device, vendor;
	u64 features;			/* that both want */
	const struct virtio_config_ops *config;
	struct virtio_driver *driver;
	struct list_head vqs;
	void *priv;
};

struct virtio_driver {
	const char *name;
	u32 id;
	const unsigned int *feature_table;
	unsigned int feature_table_size;
	int (*probe)(struct virtio_device *dev);
	void (*config_changed)(struct virtio_device *dev);
	struct list_head list;
};

static inline bool virtio_has_feature(const struct virtio_device *vdev, unsigned int fbit)
{
	return (vdev->features >> fbit) & 1;
}

int register_virtio_driver(struct virtio_driver *drv);
int register_virtio_device(struct virtio_device *dev);
void virtio_device_ready(struct virtio_device *dev);
void virtio_config_changed(struct virtio_device *dev);

/* A piece of memory that the device reads or writes. Simplified: its address in the direct map, no struct page. */
struct scatterlist {
	void *addr;
	unsigned int length;
};

/* drivers/virtio/virtio_ring.c */
struct virtqueue *vring_create_virtqueue(unsigned int index, unsigned int num, struct virtio_device *vdev, void (*notify)(struct virtqueue *vq),
					 vq_callback_t *callback, const char *name);
/* One buffer of `num` pieces that the device reads (out) or writes (in); data comes back with it. 0 or -ENOSPC. */
int virtqueue_add_outbuf(struct virtqueue *vq, const struct scatterlist *sg, unsigned int num, void *data);
int virtqueue_add_inbuf(struct virtqueue *vq, const struct scatterlist *sg, unsigned int num, void *data);
bool virtqueue_kick_prepare(struct virtqueue *vq);
void virtqueue_notify(struct virtqueue *vq);
void virtqueue_kick(struct virtqueue *vq);
/* A buffer that the device is done with, and how many bytes it wrote. */
void *virtqueue_get_buf(struct virtqueue *vq, unsigned int *len);
void virtqueue_disable_cb(struct virtqueue *vq);
/* Interrupts are wanted again. What came before that is asked for by virtqueue_poll() with what this returned. */
unsigned int virtqueue_enable_cb_prepare(struct virtqueue *vq);
bool virtqueue_poll(struct virtqueue *vq, unsigned int last_used_idx);
/* The same when three quarters of what is out are back. False: they are. */
bool virtqueue_enable_cb_delayed(struct virtqueue *vq);
irqreturn_t vring_interrupt(struct virtqueue *vq);
unsigned int virtqueue_get_vring_size(struct virtqueue *vq);
phys_addr_t virtqueue_get_desc_addr(struct virtqueue *vq);
phys_addr_t virtqueue_get_avail_addr(struct virtqueue *vq);
phys_addr_t virtqueue_get_used_addr(struct virtqueue *vq);

#endif
