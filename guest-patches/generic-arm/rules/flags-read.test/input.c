/* SPDX-License-Identifier: BSD-2-Clause */
unsigned int get(void)
{
	unsigned int v;
	__asm__ volatile("mrs %0, cpsr" : "=r"(v));
	return v;
}
