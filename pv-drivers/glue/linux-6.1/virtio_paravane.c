// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Linux 6.1: a virtio transport on Paravane's device pages, so that the kernel's
 * own virtio drivers serve. The page and the service calls are the ABI's; the
 * device tree names each device (compatible "paravane,virtio").
 */
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include <paravane/stubs.h>

#define QUEUES_CHANGED	0xffffU
#define CONFIG_CHANGED	0xffff0000U

struct pvn_virtio {
	struct virtio_device vdev;
	struct pvn_device_page *page;
	u32 index;
	int irq;
	u32 seen;	/* interrupt_status at the last interrupt */
};

static struct pvn_virtio *to_pvn(struct virtio_device *vdev)
{
	return container_of(vdev, struct pvn_virtio, vdev);
}

static int pvn_call(struct pvn_virtio *pvn, u32 operation, u32 argument)
{
	/* What we wrote into the page must be there first. */
	wmb();
	return pvn_device_config(pvn->index, operation, argument);
}

static void pvn_get(struct virtio_device *vdev, unsigned int offset, void *buffer,
		    unsigned int length)
{
	struct pvn_virtio *pvn = to_pvn(vdev);

	if (WARN_ON_ONCE(offset > sizeof(pvn->page->config) ||
			 length > sizeof(pvn->page->config) - offset))
		memset(buffer, 0, length);
	else
		memcpy(buffer, pvn->page->config + offset, length);
}

static void pvn_set(struct virtio_device *vdev, unsigned int offset, const void *buffer,
		    unsigned int length)
{
	struct pvn_virtio *pvn = to_pvn(vdev);

	if (WARN_ON_ONCE(offset > sizeof(pvn->page->driver_config) ||
			 length > sizeof(pvn->page->driver_config) - offset))
		return;
	memcpy(pvn->page->driver_config + offset, buffer, length);
	pvn_call(pvn, PVN_DEVICE_OP_WRITE_CONFIG, offset | length << 16);
}

static u32 pvn_generation(struct virtio_device *vdev)
{
	return READ_ONCE(to_pvn(vdev)->page->generation);
}

static u8 pvn_get_status(struct virtio_device *vdev)
{
	return READ_ONCE(to_pvn(vdev)->page->status);
}

static void pvn_set_status(struct virtio_device *vdev, u8 status)
{
	struct pvn_virtio *pvn = to_pvn(vdev);

	WRITE_ONCE(pvn->page->driver_status, status);
	pvn_call(pvn, PVN_DEVICE_OP_SET_STATUS, 0);
}

static void pvn_reset(struct virtio_device *vdev)
{
	pvn_call(to_pvn(vdev), PVN_DEVICE_OP_RESET, 0);
}

static u64 pvn_get_features(struct virtio_device *vdev)
{
	return to_pvn(vdev)->page->device_features;
}

static int pvn_finalize_features(struct virtio_device *vdev)
{
	vring_transport_features(vdev);
	if (!__virtio_test_bit(vdev, VIRTIO_F_VERSION_1)) {
		dev_err(&vdev->dev, "the driver does not accept virtio 1\n");
		return -EINVAL;
	}
	to_pvn(vdev)->page->driver_features = vdev->features;
	return 0;
}

static bool pvn_notify(struct virtqueue *vq)
{
	return pvn_device_kick(to_pvn(vq->vdev)->index, vq->index) == PVN_STATUS_SUCCESS;
}

static irqreturn_t pvn_interrupt(int irq, void *context)
{
	struct pvn_virtio *pvn = context;
	u32 now = READ_ONCE(pvn->page->interrupt_status);
	u32 changed = now ^ pvn->seen;
	struct virtqueue *vq;

	pvn->seen = now;
	if (changed & CONFIG_CHANGED)
		virtio_config_changed(&pvn->vdev);
	if (changed & QUEUES_CHANGED)
		virtio_device_for_each_vq(&pvn->vdev, vq)
			vring_interrupt(irq, vq);
	return changed ? IRQ_HANDLED : IRQ_NONE;
}

static struct virtqueue *pvn_setup_queue(struct pvn_virtio *pvn, unsigned int index,
					 vq_callback_t *callback, const char *name, bool ctx)
{
	struct pvn_device_queue *words;
	struct virtqueue *vq;
	u16 limit;

	if (index >= ARRAY_SIZE(pvn->page->queues))
		return ERR_PTR(-ENOENT);
	words = &pvn->page->queues[index];
	limit = READ_ONCE(words->size_max);
	if (!limit || READ_ONCE(words->enabled))
		return ERR_PTR(-ENOENT);
	vq = vring_create_virtqueue(index, limit, PAGE_SIZE, &pvn->vdev, true, true, ctx,
				    pvn_notify, callback, name);
	if (!vq)
		return ERR_PTR(-ENOMEM);
	vq->num_max = limit;
	words->size = virtqueue_get_vring_size(vq);
	words->descriptors = virtqueue_get_desc_addr(vq);
	words->driver = virtqueue_get_avail_addr(vq);
	words->device = virtqueue_get_used_addr(vq);
	if (pvn_call(pvn, PVN_DEVICE_OP_ENABLE_QUEUE, index) != PVN_STATUS_SUCCESS) {
		vring_del_virtqueue(vq);
		return ERR_PTR(-EIO);
	}
	return vq;
}

static void pvn_del_vqs(struct virtio_device *vdev)
{
	struct virtqueue *vq, *next;

	free_irq(to_pvn(vdev)->irq, to_pvn(vdev));
	list_for_each_entry_safe(vq, next, &vdev->vqs, list)
		vring_del_virtqueue(vq);
}

static int pvn_find_vqs(struct virtio_device *vdev, unsigned int count, struct virtqueue *vqs[],
			vq_callback_t *callbacks[], const char * const names[], const bool *ctx,
			struct irq_affinity *affinity)
{
	struct pvn_virtio *pvn = to_pvn(vdev);
	unsigned int i, index = 0;
	int err;

	pvn->seen = READ_ONCE(pvn->page->interrupt_status);
	err = request_irq(pvn->irq, pvn_interrupt, 0, dev_name(&vdev->dev), pvn);
	if (err)
		return err;
	for (i = 0; i < count; i++) {
		vqs[i] = NULL;
		if (!names[i])
			continue;
		vqs[i] = pvn_setup_queue(pvn, index++, callbacks[i], names[i], ctx && ctx[i]);
		if (IS_ERR(vqs[i])) {
			err = PTR_ERR(vqs[i]);
			pvn_del_vqs(vdev);
			return err;
		}
	}
	return 0;
}

static void pvn_synchronize_cbs(struct virtio_device *vdev)
{
	synchronize_irq(to_pvn(vdev)->irq);
}

static const char *pvn_bus_name(struct virtio_device *vdev)
{
	return dev_name(vdev->dev.parent);
}

static const struct virtio_config_ops pvn_config_ops = {
	.get = pvn_get,
	.set = pvn_set,
	.generation = pvn_generation,
	.get_status = pvn_get_status,
	.set_status = pvn_set_status,
	.reset = pvn_reset,
	.find_vqs = pvn_find_vqs,
	.del_vqs = pvn_del_vqs,
	.synchronize_cbs = pvn_synchronize_cbs,
	.get_features = pvn_get_features,
	.finalize_features = pvn_finalize_features,
	.bus_name = pvn_bus_name,
};

static void pvn_release(struct device *device)
{
	kfree(to_pvn(dev_to_virtio(device)));
}

static int pvn_register(struct platform_device *platform, struct pvn_virtio *pvn)
{
	int err;

	pvn->vdev.dev.parent = &platform->dev;
	pvn->vdev.dev.release = pvn_release;
	pvn->vdev.config = &pvn_config_ops;
	pvn->vdev.id.device = READ_ONCE(pvn->page->device_id);
	pvn->vdev.id.vendor = READ_ONCE(pvn->page->vendor_id);
	platform_set_drvdata(platform, pvn);
	err = register_virtio_device(&pvn->vdev);
	if (err)
		put_device(&pvn->vdev.dev);
	return err;
}

static int pvn_probe(struct platform_device *platform)
{
	struct device *device = &platform->dev;
	struct resource *window = platform_get_resource(platform, IORESOURCE_MEM, 0);
	struct pvn_device_page *page;
	struct pvn_virtio *pvn;
	u32 index;
	int irq;

	if (!window || resource_size(window) < sizeof(*page) ||
	    of_property_read_u32(device->of_node, "paravane,device", &index))
		return dev_err_probe(device, -EINVAL, "reg or paravane,device is missing\n");
	/* RAM that the hypervisor writes too, not registers. */
	page = devm_memremap(device, window->start, sizeof(*page), MEMREMAP_WB);
	if (IS_ERR(page))
		return PTR_ERR(page);
	if (READ_ONCE(page->magic) != PVN_DEVICE_MAGIC)
		return dev_err_probe(device, -ENODEV, "no device page here\n");
	if (!READ_ONCE(page->device_id))
		return -ENODEV;
	irq = platform_get_irq(platform, 0);
	if (irq < 0)
		return irq;
	pvn = kzalloc(sizeof(*pvn), GFP_KERNEL);
	if (!pvn)
		return -ENOMEM;
	pvn->page = page;
	pvn->index = index;
	pvn->irq = irq;
	return pvn_register(platform, pvn);
}

static int pvn_remove(struct platform_device *platform)
{
	struct pvn_virtio *pvn = platform_get_drvdata(platform);

	unregister_virtio_device(&pvn->vdev);
	return 0;
}

static const struct of_device_id pvn_match[] = {
	{ .compatible = "paravane,virtio" },
	{},
};
MODULE_DEVICE_TABLE(of, pvn_match);

static struct platform_driver pvn_driver = {
	.probe = pvn_probe,
	.remove = pvn_remove,
	.driver = {
		.name = "virtio-paravane",
		.of_match_table = pvn_match,
	},
};
module_platform_driver(pvn_driver);

MODULE_DESCRIPTION("virtio transport of the Paravane hypervisor");
MODULE_LICENSE("Dual BSD/GPL");
