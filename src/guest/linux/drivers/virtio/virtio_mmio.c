/* Virtio devices whose registers are in memory. Linux: drivers/virtio/virtio_mmio.c. VIRTIO 1.2, "Virtio Over MMIO". */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/virtio.h>
#include <asm/io.h>

#define VIRTIO_MMIO_MAGIC_VALUE		0x000
#define VIRTIO_MMIO_VERSION		0x004
#define VIRTIO_MMIO_DEVICE_ID		0x008
#define VIRTIO_MMIO_VENDOR_ID		0x00c
#define VIRTIO_MMIO_DEVICE_FEATURES	0x010
#define VIRTIO_MMIO_DEVICE_FEATURES_SEL	0x014
#define VIRTIO_MMIO_DRIVER_FEATURES	0x020
#define VIRTIO_MMIO_DRIVER_FEATURES_SEL	0x024
#define VIRTIO_MMIO_QUEUE_SEL		0x030
#define VIRTIO_MMIO_QUEUE_NUM_MAX	0x034
#define VIRTIO_MMIO_QUEUE_NUM		0x038
#define VIRTIO_MMIO_QUEUE_READY		0x044
#define VIRTIO_MMIO_QUEUE_NOTIFY	0x050
#define VIRTIO_MMIO_INTERRUPT_STATUS	0x060
#define VIRTIO_MMIO_INTERRUPT_ACK	0x064
#define VIRTIO_MMIO_STATUS		0x070
#define VIRTIO_MMIO_QUEUE_DESC_LOW	0x080
#define VIRTIO_MMIO_QUEUE_DESC_HIGH	0x084
#define VIRTIO_MMIO_QUEUE_AVAIL_LOW	0x090
#define VIRTIO_MMIO_QUEUE_AVAIL_HIGH	0x094
#define VIRTIO_MMIO_QUEUE_USED_LOW	0x0a0
#define VIRTIO_MMIO_QUEUE_USED_HIGH	0x0a4
#define VIRTIO_MMIO_CONFIG		0x100

#define VIRTIO_MMIO_INT_VRING		1
#define VIRTIO_MMIO_INT_CONFIG		2
#define MAGIC				0x74726976	/* "virt" */

struct virtio_mmio_device {
	struct virtio_device vdev;
	char *base;
	unsigned int irq;
	bool has_irq;
};

#define to_virtio_mmio_device(dev)	container_of(dev, struct virtio_mmio_device, vdev)

static u32 vm_read(struct virtio_device *vdev, unsigned int offset)
{
	return readl(to_virtio_mmio_device(vdev)->base + offset);
}

static void vm_write(struct virtio_device *vdev, unsigned int offset, u32 value)
{
	writel(value, to_virtio_mmio_device(vdev)->base + offset);
}

static u64 vm_get_features(struct virtio_device *vdev)
{
	u64 features;

	vm_write(vdev, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
	features = (u64)vm_read(vdev, VIRTIO_MMIO_DEVICE_FEATURES) << 32;
	vm_write(vdev, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
	return features | vm_read(vdev, VIRTIO_MMIO_DEVICE_FEATURES);
}

static int vm_finalize_features(struct virtio_device *vdev)
{
	/* Simplified: no legacy devices. */
	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1))
		return -EINVAL;
	vm_write(vdev, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
	vm_write(vdev, VIRTIO_MMIO_DRIVER_FEATURES, vdev->features >> 32);
	vm_write(vdev, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
	vm_write(vdev, VIRTIO_MMIO_DRIVER_FEATURES, vdev->features);
	return 0;
}

static void vm_get(struct virtio_device *vdev, unsigned int offset, void *buf, unsigned int len)
{
	const volatile u8 *config = (u8 *)to_virtio_mmio_device(vdev)->base + VIRTIO_MMIO_CONFIG + offset;
	unsigned int i;

	/* A field of two bytes must be read as one. */
	if (len == 2) {
		*(u16 *)buf = *(const volatile u16 *)config;
		return;
	}
	for (i = 0; i < len; i++)
		((u8 *)buf)[i] = config[i];
}

static u8 vm_get_status(struct virtio_device *vdev)
{
	return vm_read(vdev, VIRTIO_MMIO_STATUS);
}

static void vm_set_status(struct virtio_device *vdev, u8 status)
{
	vm_write(vdev, VIRTIO_MMIO_STATUS, status);
}

static void vm_reset(struct virtio_device *vdev)
{
	vm_write(vdev, VIRTIO_MMIO_STATUS, 0);
}

static void vm_notify(struct virtqueue *vq)
{
	vm_write(vq->vdev, VIRTIO_MMIO_QUEUE_NOTIFY, vq->index);
}

static irqreturn_t vm_interrupt(int irq, void *opaque)
{
	struct virtio_mmio_device *vm_dev = opaque;
	u32 status = vm_read(&vm_dev->vdev, VIRTIO_MMIO_INTERRUPT_STATUS);
	irqreturn_t ret = IRQ_NONE;
	struct virtqueue *vq;

	(void)irq;
	vm_write(&vm_dev->vdev, VIRTIO_MMIO_INTERRUPT_ACK, status);
	if (unlikely(status & VIRTIO_MMIO_INT_CONFIG)) {
		virtio_config_changed(&vm_dev->vdev);
		ret = IRQ_HANDLED;
	}
	if (likely(status & VIRTIO_MMIO_INT_VRING)) {
		list_for_each_entry(vq, &vm_dev->vdev.vqs, list)
			ret |= vring_interrupt(vq);
	}
	return ret;
}

static void write_address(struct virtio_device *vdev, unsigned int low, phys_addr_t addr)
{
	vm_write(vdev, low, addr);
	vm_write(vdev, low + 4, addr >> 32);
}

static struct virtqueue *vm_setup_vq(struct virtio_device *vdev, unsigned int index, vq_callback_t *callback, const char *name)
{
	struct virtqueue *vq;
	unsigned int num;

	vm_write(vdev, VIRTIO_MMIO_QUEUE_SEL, index);
	num = vm_read(vdev, VIRTIO_MMIO_QUEUE_NUM_MAX);
	if (!num || (num & (num - 1)) || vm_read(vdev, VIRTIO_MMIO_QUEUE_READY))
		return NULL;
	vq = vring_create_virtqueue(index, num, vdev, vm_notify, callback, name);
	if (!vq)
		return NULL;
	vm_write(vdev, VIRTIO_MMIO_QUEUE_NUM, virtqueue_get_vring_size(vq));
	write_address(vdev, VIRTIO_MMIO_QUEUE_DESC_LOW, virtqueue_get_desc_addr(vq));
	write_address(vdev, VIRTIO_MMIO_QUEUE_AVAIL_LOW, virtqueue_get_avail_addr(vq));
	write_address(vdev, VIRTIO_MMIO_QUEUE_USED_LOW, virtqueue_get_used_addr(vq));
	vm_write(vdev, VIRTIO_MMIO_QUEUE_READY, 1);
	return vq;
}

static int vm_find_vqs(struct virtio_device *vdev, unsigned int nvqs, struct virtqueue *vqs[], vq_callback_t *callbacks[], const char *const names[])
{
	struct virtio_mmio_device *vm_dev = to_virtio_mmio_device(vdev);
	unsigned int i;
	int err;

	for (i = 0; i < nvqs; i++) {
		vqs[i] = vm_setup_vq(vdev, i, callbacks[i], names[i]);
		if (!vqs[i])
			return -ENODEV;
	}
	err = request_irq(vm_dev->irq, vm_interrupt, IRQF_SHARED, "virtio0", vm_dev);
	vm_dev->has_irq = !err;
	return err;
}

static const struct virtio_config_ops virtio_mmio_config_ops = {
	.get = vm_get,
	.get_status = vm_get_status,
	.set_status = vm_set_status,
	.reset = vm_reset,
	.find_vqs = vm_find_vqs,
	.get_features = vm_get_features,
	.finalize_features = vm_finalize_features,
};

static void virtio_mmio_probe(phys_addr_t base, unsigned long size, unsigned int irq)
{
	struct virtio_mmio_device *vm_dev = kzalloc(sizeof(*vm_dev), GFP_KERNEL);
	u32 version;

	if (!vm_dev)
		return;
	vm_dev->base = ioremap(base, size);
	vm_dev->irq = irq;
	vm_dev->vdev.config = &virtio_mmio_config_ops;
	if (!vm_dev->base) {
		kfree(vm_dev);
		return;
	}
	version = vm_read(&vm_dev->vdev, VIRTIO_MMIO_VERSION);
	vm_dev->vdev.device = vm_read(&vm_dev->vdev, VIRTIO_MMIO_DEVICE_ID);
	vm_dev->vdev.vendor = vm_read(&vm_dev->vdev, VIRTIO_MMIO_VENDOR_ID);
	/* Id 0: there could be a device, but there is none. Simplified: version 1, the one before the standard, is not known. */
	if (vm_read(&vm_dev->vdev, VIRTIO_MMIO_MAGIC_VALUE) != MAGIC || version != 2 || !vm_dev->vdev.device) {
		kfree(vm_dev);
		return;
	}
	register_virtio_device(&vm_dev->vdev);
}

/* A number as C writes it, then K, M or G. *p goes on behind it. Linux: memparse(). */
static u64 memparse(const char **p)
{
	const char *s = *p;
	unsigned int base = 10;
	u64 value = 0;

	if (s[0] == '0' && s[1] == 'x') {
		base = 16;
		s += 2;
	}
	for (;; s++) {
		unsigned int digit = *s >= '0' && *s <= '9' ? *s - '0' : *s >= 'a' && *s <= 'f' ? *s - 'a' + 10 : 16;

		if (digit >= base)
			break;
		value = value * base + digit;
	}
	if (*s == 'K' || *s == 'M' || *s == 'G') {
		value <<= *s == 'K' ? 10 : *s == 'M' ? 20 : 30;
		s++;
	}
	*p = s;
	return value;
}

/* Each "virtio_mmio.device=SIZE@BASE:IRQ" of the command line. Linux: vm_cmdline_set(). */
static int __init virtio_mmio_init(void)
{
	static const char param[] = "virtio_mmio.device=";
	const char *p;

	for (p = boot_command_line; *p; p++) {
		u64 size, base, irq;

		if (strncmp(p, param, sizeof(param) - 1))
			continue;
		p += sizeof(param) - 1;
		size = memparse(&p);
		if (*p != '@')
			break;
		p++;
		base = memparse(&p);
		if (*p != ':')
			break;
		p++;
		irq = memparse(&p);
		virtio_mmio_probe(base, size, irq);
		if (!*p)
			break;
	}
	return 0;
}
device_initcall(virtio_mmio_init);
