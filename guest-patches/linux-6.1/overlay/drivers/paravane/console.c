// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The VM's console as hvc0, and as the early console. Bytes pass through a static
 * buffer, since a caller's may lie on a stack that is not linearly mapped.
 */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/serial_core.h>
#include <asm/page.h>
#include <paravane/stubs.h>
#include "../tty/hvc/hvc_console.h"

static char pvn_buffer[256];
static DEFINE_RAW_SPINLOCK(pvn_buffer_lock);

static int pvn_put_chars(uint32_t vtermno, const char *text, int count)
{
	unsigned long flags;
	pvn_u32 written = 0;

	count = min_t(int, count, sizeof(pvn_buffer));
	raw_spin_lock_irqsave(&pvn_buffer_lock, flags);
	memcpy(pvn_buffer, text, count);
	pvn_console_write(__pa_symbol(pvn_buffer), count, &written);
	raw_spin_unlock_irqrestore(&pvn_buffer_lock, flags);
	return written;
}

static int pvn_get_chars(uint32_t vtermno, char *text, int count)
{
	pvn_u32 length = 0;
	pvn_u64 bytes = 0;

	if (count < 8 || pvn_console_read(&length, &bytes) != PVN_STATUS_SUCCESS)
		return 0;
	memcpy(text, &bytes, length);
	return length;
}

static const struct hv_ops pvn_hv_ops = {
	.get_chars = pvn_get_chars,
	.put_chars = pvn_put_chars,
	.notifier_add = notifier_add_irq,
	.notifier_del = notifier_del_irq,
	.notifier_hangup = notifier_hangup_irq,
};

static void pvn_early_write(struct console *con, const char *text, unsigned int count)
{
	while (count) {
		int written = pvn_put_chars(0, text, count);

		if (written <= 0)
			return;
		text += written;
		count -= written;
	}
}

static int __init pvn_early_setup(struct earlycon_device *device, const char *options)
{
	device->con->write = pvn_early_write;
	return 0;
}
EARLYCON_DECLARE(paravane, pvn_early_setup);

static int __init pvn_console_init(void)
{
	return hvc_instantiate(0, 0, &pvn_hv_ops);
}
console_initcall(pvn_console_init);

static int __init pvn_console_start(void)
{
	struct device_node *node = of_find_compatible_node(NULL, NULL, "paravane,console");
	struct hvc_struct *hvc;

	if (!node)
		return -ENODEV;
	hvc = hvc_alloc(0, irq_of_parse_and_map(node, 0), &pvn_hv_ops, sizeof(pvn_buffer));
	of_node_put(node);
	return PTR_ERR_OR_ZERO(hvc);
}
device_initcall(pvn_console_start);
