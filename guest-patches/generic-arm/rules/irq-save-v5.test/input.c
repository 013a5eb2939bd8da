/* SPDX-License-Identifier: BSD-2-Clause */
unsigned int save(void)
{
	unsigned int v, t;
	__asm__ volatile("mrs %0, cpsr\n\torr %1, %0, #128\n\tmsr cpsr_c, %1" : "=r"(v), "=r"(t) : : "memory");
	return v;
}
