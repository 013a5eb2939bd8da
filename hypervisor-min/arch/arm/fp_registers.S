// SPDX-License-Identifier: BSD-2-Clause
// fp_save(registers, status), fp_load(registers, status): all 32 double registers.
// Called by fp.cpp with the unit enabled.
    .syntax unified
    .arch   armv7-a
    .fpu    neon

    .section .text.fp_save, "ax", %progbits
    .balign 4
    .global fp_save
    .type   fp_save, %function
fp_save:
    vstmia  r0!, {d0-d15}
    vstmia  r0, {d16-d31}
    vmrs    r2, fpscr
    str     r2, [r1]
    bx      lr

    .section .text.fp_load, "ax", %progbits
    .balign 4
    .global fp_load
    .type   fp_load, %function
fp_load:
    vldmia  r0!, {d0-d15}
    vldmia  r0, {d16-d31}
    ldr     r2, [r1]
    vmsr    fpscr, r2
    bx      lr
