/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Level 1 for C in Linux, in place of generic-arm's: this kernel asks of saved flags
 * only whether interrupts were masked, and leaves F clear. So flags are the irq_mask
 * word, saving is a load and a store, and restoring is a store and a test. */
#ifndef PVN_VCPU_PAGE
#define PVN_VCPU_PAGE 0xff000000u
#endif
#define PVN_WORD_(offset) (*(volatile unsigned int *)(PVN_VCPU_PAGE + (offset)))
#define PVN_IRQ_MASK_ PVN_WORD_(0x000)
#define PVN_IRQ_PENDING_ PVN_WORD_(0x004)
#define PVN_I_ 0x80u

static inline __attribute__((always_inline, unused)) void pvn_irq_disable(void)
{
	PVN_IRQ_MASK_ = PVN_I_;
	__asm__ volatile("" : : : "memory");
}

static inline __attribute__((always_inline, unused)) unsigned int pvn_flags(void)
{
	return PVN_IRQ_MASK_;
}

static inline __attribute__((always_inline, unused)) unsigned int pvn_irq_save(void)
{
	unsigned int flags = PVN_IRQ_MASK_;

	pvn_irq_disable();
	return flags;
}

/* The trap repeats what the store did, so an upcall in between does no harm. */
static inline __attribute__((always_inline, unused)) void pvn_flags_restore(unsigned int flags)
{
	__asm__ volatile("" : : : "memory");
	PVN_IRQ_MASK_ = flags;
	if (__builtin_expect(PVN_IRQ_PENDING_, 0) && !(flags & PVN_I_))
		__asm__ volatile("pvn_cpsie i" : : : "memory");
}

static inline __attribute__((always_inline, unused)) void pvn_irq_enable(void)
{
	pvn_flags_restore(0);
}
