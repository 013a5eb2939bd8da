// SPDX-License-Identifier: BSD-2-Clause
static inline unsigned long save(void)
{
	unsigned long flags;
	asm volatile("mrs %0, cpsr @ save\n\tcpsid i" : "=r"(flags) : : "memory", "cc");
	return flags;
}
#define read_cp(x) ({ unsigned v; asm("mrc p15, 0, %0, c0, c0, " #x : "=r"(v)); v; })
#define READ(i, c) ({ unsigned __v; asm volatile(i " " c : "=r"(__v)); __v; })
#define SCTLR "mrc", "p15, 0, %0, c1, c0, 0"
#define XR(r) READ(r)
#define XREAD(a, ...) READ(a, __VA_ARGS__)
static void on(void) { asm volatile("cpsie i" ::: "memory"); }
static void idle(void) { __asm__ __volatile__("wfi\n"); }
static void restore(unsigned long f) { asm volatile("msr cpsr_c, %0" :: "r"(f) : "memory"); }
#define tlb(f, a) do { if (f) asm("mcr " "p15, 0, %0, " a : : "r"(0) : "cc"); else asm("tst %1, %1\n\tmcrne " "p15, 0, %0, " a :: "r"(0), "r"(f)); } while (0)
int main(void)
{
	unsigned long f = save();
	on(); idle();
	tlb(f, "c8, c7, 0");
	restore(f);
	asm volatile goto("mrs r0, cpsr\n\ttst r0, #1\n\tbne %l0" ::: "r0", "cc" : out);
out:
	return read_cp(0) + read_cp(5) + XREAD("mrc", "p15, 0, %0, c1, c0, 0");
}
