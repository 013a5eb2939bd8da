/* SPDX-License-Identifier: BSD-2-Clause */
void f(void)
{
	unsigned long flags;
	asm volatile("mrs %0, cpsr\n\torr %0, %0, #64\n\tmsr cpsr_c, %0" : "=r"(flags) : : "memory", "cc");
}
