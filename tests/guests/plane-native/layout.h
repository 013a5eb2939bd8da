/* SPDX-License-Identifier: BSD-2-Clause */
/* The case record that the host writes and the guest fills in, for start.S and for
 * tests/hypervisor/plane/native_test.cpp. All offsets in bytes. */
#ifndef PLANE_NATIVE_LAYOUT_H
#define PLANE_NATIVE_LAYOUT_H

#define CASE_CPSR 0    /* start; in a result: at the stop */
#define CASE_RUNNER 4  /* mode of the runner; in a result: number of the vector */
#define CASE_PC 8      /* start; in a result: LR at the stop */
#define CASE_CODE 12   /* 8 words */
#define CASE_R 44      /* r0-r12 of every mode but FIQ */
#define CASE_USR 96    /* SP, LR */
#define CASE_SVC 104   /* SP, LR, SPSR, as the four that follow */
#define CASE_ABT 116
#define CASE_UND 128
#define CASE_IRQ 140
#define CASE_FIQ 152
#define CASE_FIQ_R 164 /* r8-r12 of FIQ mode */
#define CASE_DATA 184  /* 32 words */
#define CASE_BYTES 320

/* Places, from the start of the image on. */
#define AT_SLOT 0x40000
#define AT_DATA 0x50000
#define AT_CASES 0x100000 /* the number of cases, then at + 64 the cases */
#define AT_RESULTS 0x800000

#endif
