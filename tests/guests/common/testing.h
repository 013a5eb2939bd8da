/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guests that test the hypervisor share: the vCPU page, upcall frames,
 * checks that end in one PASS or FAIL line, and small page tables. */
#ifndef PARAVANE_TESTING_H
#define PARAVANE_TESTING_H

#include "guest.h"

#include <paravane/stubs.h>

#define PAGE ((volatile struct pvn_vcpu_page *)PVN_VCPU_PAGE_DEFAULT)
#define RAM_BASE 0x40000000u

struct upcall_frame {
    uint32_t r[13];
    uint32_t sp, lr, pc, cpsr, kind;
};

void entry_syscall(void);
void entry_undefined(void);
void entry_fetch(void);
void entry_data(void);
void entry_irq(void);
uint32_t run_user(void (*pc)(uint32_t), void *sp, uint32_t argument);
__attribute__((noreturn)) void leave_user(uint32_t result);

/* Registers every upcall entry, for user and kernel mode; ends the guest if it cannot. */
void take_upcalls(void);
void unmask(void);
void mask(void);
uint64_t now(void);
/* Claims a source; whether it was pending. */
int claim(uint32_t source);

extern uint32_t failures;
/* Counts and tells a value that is not the wanted one. */
void check(const char *what, uint32_t got, uint32_t wanted);
/* Prints "NAME: PASS" or "NAME: FAIL" and ends the guest. */
__attribute__((noreturn)) void finish(const char *name);

/* First-level table of the guest: `map_sections` writes `count` descriptors. */
extern uint32_t translation_table[4096];
#define SECTION_KERNEL 0x1140eu /* AP=01, write-back, global */
#define SECTION_USER 0x11c0eu   /* AP=11 */
#define SECTION_READ 0x1180eu   /* AP=10 */
#define NOT_GLOBAL 0x20000u
void map_sections(uint32_t va, uint32_t pa, uint32_t count, uint32_t attributes);
/* TTBR0, DACR and SCTLR.M by plane codes. */
void mmu_on(void);

#endif
