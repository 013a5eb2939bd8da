/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Level 1 for C: interrupt flags as words of the vCPU page. Offsets are those
 * of vcpu_page in hypercall-abi/paravane.toml; the kernel must run with the
 * page mapped, which the hypervisor does from the first instruction on. */
#ifndef PVN_VCPU_PAGE
#define PVN_VCPU_PAGE 0xff000000u
#endif
#define PVN_WORD_(offset) (*(volatile unsigned int *)(PVN_VCPU_PAGE + (offset)))
#define PVN_IRQ_MASK_ PVN_WORD_(0x000)
#define PVN_IRQ_PENDING_ PVN_WORD_(0x004)
#define PVN_MODE_ PVN_WORD_(0x008)
#define PVN_I_ 0x80u
#define PVN_F_ 0x40u

static inline __attribute__((always_inline, unused)) void pvn_irq_disable(void)
{
	PVN_IRQ_MASK_ |= PVN_I_;
	__asm__ volatile("" : : : "memory");
}

/* The trap repeats what the store did, so an upcall in between does no harm. */
static inline __attribute__((always_inline, unused)) void pvn_irq_enable(void)
{
	__asm__ volatile("" : : : "memory");
	PVN_IRQ_MASK_ &= ~PVN_I_;
	if (PVN_IRQ_PENDING_)
		__asm__ volatile("pvn_cpsie i" : : : "memory");
}

/* What MRS would read, without the condition flags. */
static inline __attribute__((always_inline, unused)) unsigned int pvn_flags(void)
{
	return PVN_MODE_ | PVN_IRQ_MASK_;
}

static inline __attribute__((always_inline, unused)) unsigned int pvn_irq_save(void)
{
	unsigned int flags = pvn_flags();

	pvn_irq_disable();
	return flags;
}

/* A value of another mode is a mode change: that stays with the hypervisor. */
static inline __attribute__((always_inline, unused)) void pvn_flags_restore(unsigned int flags)
{
	__asm__ volatile("" : : : "memory");
	if ((flags ^ PVN_MODE_) & 0x1fu) {
		__asm__ volatile("pvn_msr cpsr_c, %0" : : "r"(flags) : "memory", "cc");
		return;
	}
	PVN_IRQ_MASK_ = flags & (PVN_I_ | PVN_F_);
	if (!(flags & PVN_I_) && PVN_IRQ_PENDING_)
		__asm__ volatile("pvn_cpsie i" : : : "memory");
}
