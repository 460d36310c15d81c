/* Which driver a device gets, and what they agree upon. Linux: drivers/virtio/virtio.c. VIRTIO 1.2, "Device Initialization". */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/virtio.h>

static LIST_HEAD(drivers);

static void virtio_add_status(struct virtio_device *dev, u8 status)
{
	dev->config->set_status(dev, dev->config->get_status(dev) | status);
}

void virtio_device_ready(struct virtio_device *dev)
{
	virtio_add_status(dev, VIRTIO_CONFIG_S_DRIVER_OK);
}

void virtio_config_changed(struct virtio_device *dev)
{
	if (dev->driver && dev->driver->config_changed)
		dev->driver->config_changed(dev);
}

static int virtio_dev_probe(struct virtio_device *dev, struct virtio_driver *drv)
{
	u64 device_features, driver_features = 0;
	unsigned int i;
	int err;

	virtio_add_status(dev, VIRTIO_CONFIG_S_DRIVER);
	device_features = dev->config->get_features(dev);
	for (i = 0; i < drv->feature_table_size; i++)
		driver_features |= 1UL << drv->feature_table[i];
	/* Those of the transport are the ring's business, not the driver's. */
	driver_features |= 1UL << VIRTIO_F_VERSION_1 | 1UL << VIRTIO_RING_F_EVENT_IDX;
	dev->features = device_features & driver_features;
	err = dev->config->finalize_features(dev);
	if (!err) {
		virtio_add_status(dev, VIRTIO_CONFIG_S_FEATURES_OK);
		if (!(dev->config->get_status(dev) & VIRTIO_CONFIG_S_FEATURES_OK))
			err = -ENODEV;
	}
	if (!err)
		err = drv->probe(dev);
	if (err) {
		pr_err("%s: the device cannot be used (error %d)\n", drv->name, err);
		virtio_add_status(dev, VIRTIO_CONFIG_S_FAILED);
		return err;
	}
	dev->driver = drv;
	if (!(dev->config->get_status(dev) & VIRTIO_CONFIG_S_DRIVER_OK))
		virtio_device_ready(dev);
	return 0;
}

/* Simplified: drivers are there before devices are. */
int register_virtio_driver(struct virtio_driver *drv)
{
	list_add_tail(&drv->list, &drivers);
	return 0;
}

int register_virtio_device(struct virtio_device *dev)
{
	struct virtio_driver *drv;

	INIT_LIST_HEAD(&dev->vqs);
	dev->config->reset(dev);
	virtio_add_status(dev, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	list_for_each_entry(drv, &drivers, list) {
		if (drv->id == dev->device)
			return virtio_dev_probe(dev, drv);
	}
	return -ENODEV;
}
