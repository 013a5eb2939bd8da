/* SPDX-License-Identifier: BSD-2-Clause */
void put(unsigned int v)
{
	__asm__ volatile("msr cpsr_c, %0" : : "r"(v) : "memory");
}
