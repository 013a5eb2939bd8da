/* SPDX-License-Identifier: BSD-2-Clause */
/* First instructions on QEMU's bare `virt` board, and its exit. Next: main.c. */
    .syntax unified
    .arm
    .section .text.start, "ax"
    .globl _start
_start:
    ldr sp, =stack_top
    ldr r0, =bss_start
    ldr r1, =bss_end
    mov r2, #0
1:  cmp r0, r1
    strlo r2, [r0], #4
    blo 1b
    bl guest_main

    /* void guest_exit(int status): SYS_EXIT_EXTENDED, ADP_Stopped_ApplicationExit */
    .globl guest_exit
guest_exit:
    sub sp, sp, #8
    ldr r1, =0x20026
    str r1, [sp]
    str r0, [sp, #4]
    mov r1, sp
    mov r0, #0x20
    .inst 0xe10f0070 /* hlt #0xf000 */
2:  b 2b
