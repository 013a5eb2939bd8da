/* SPDX-License-Identifier: BSD-2-Clause */
unsigned int save(void)
{
	unsigned int v;
	__asm__ volatile("mrs %0, cpsr\n\tcpsid f" : "=r"(v) : : "memory");
	return v;
}
