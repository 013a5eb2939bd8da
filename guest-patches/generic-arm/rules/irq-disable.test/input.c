/* SPDX-License-Identifier: BSD-2-Clause */
void off(void)
{
	__asm__ volatile("cpsid i" : : : "memory");
}
