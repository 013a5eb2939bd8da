/* SPDX-License-Identifier: BSD-2-Clause */
void on(void)
{
	__asm__ volatile("cpsie a" : : : "memory");
}
