/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the cases that the host put at AT_CASES, each with every register as it says,
 * privileged and native, and writes what became of them to a file by semihosting.
 * A case stops at the first exception; the runner's own mode (SVC or UND) is the one
 * whose banked registers do not count. */
#include "layout.h"

#define USR 0x10
#define FIQ 0x11
#define IRQ 0x12
#define SVC 0x13
#define ABT 0x17
#define UND 0x1b
#define SYS 0x1f

    .syntax unified
    .arm
    .arch armv7-a
    .fpu vfpv3

    .macro load_bank mode, at
    cps #\mode
    ldr sp, [r0, #\at]
    ldr lr, [r0, #\at + 4]
    ldr r1, [r0, #\at + 8]
    msr spsr_cxsf, r1
    .endm

    .macro save_bank mode, at
    cps #\mode
    str sp, [r0, #\at]
    str lr, [r0, #\at + 4]
    mrs r1, spsr
    str r1, [r0, #\at + 8]
    .endm

    /* TPIDRURW keeps the SP of the mode that was entered. */
    .macro stop number
    mcr p15, 0, sp, c13, c0, 2
    ldr sp, =stopped
    stmia sp, {r0-r12}
    mov r1, #\number
    b save_case
    .endm

    .section .text.start, "ax"
    .globl _start
_start:
    cpsid aif, #SVC
    ldr r0, =vectors
    mcr p15, 0, r0, c12, c0, 0
    mrc p15, 0, r0, c1, c0, 2
    orr r0, r0, #0x00f00000
    mcr p15, 0, r0, c1, c0, 2
    isb
    b next_case

    .text
    .balign 32
vectors:
    b .
    b vector_undefined
    b vector_svc
    b vector_prefetch
    b vector_data
    b .
    b vector_irq
    b vector_fiq
vector_undefined:
    stop 1
vector_svc:
    stop 2
vector_prefetch:
    stop 3
vector_data:
    stop 4
vector_irq:
    stop 6
vector_fiq:
    stop 7
    .ltorg

next_case:
    ldr r2, =done
    ldr r3, [r2]
    ldr r4, =BASE + AT_CASES
    ldr r5, [r4]
    cmp r3, r5
    beq finish
    mov r6, #CASE_BYTES
    mla r0, r3, r6, r4
    add r0, r0, #64

    /* Code and data in place. */
    ldr r1, =BASE + AT_SLOT
    add r2, r0, #CASE_CODE
    ldmia r2, {r4-r11}
    stmia r1, {r4-r11}
    ldr r1, =BASE + AT_DATA
    add r2, r0, #CASE_DATA
    mov r3, #4
1:  ldmia r2!, {r4-r11}
    stmia r1!, {r4-r11}
    subs r3, r3, #1
    bne 1b
    dsb
    mcr p15, 0, r3, c7, c5, 0
    mcr p15, 0, r3, c7, c5, 6
    isb

    /* Floating point off, all thread and fault registers zero. */
    mov r1, #0x40000000
    vmsr fpexc, r1
    mov r1, #0
    vmsr fpscr, r1
    vmsr fpexc, r1
    mcr p15, 0, r1, c13, c0, 3
    mcr p15, 0, r1, c13, c0, 4
    mcr p15, 0, r1, c13, c0, 1
    mcr p15, 0, r1, c3, c0, 0
    mcr p15, 0, r1, c5, c0, 0
    mcr p15, 0, r1, c5, c0, 1
    mcr p15, 0, r1, c6, c0, 0
    mcr p15, 0, r1, c6, c0, 2

    /* What the RFE of the start needs: r0-r12, PC, CPSR. */
    ldr r1, =start_frame
    add r2, r0, #CASE_R
    ldmia r2!, {r4-r11}
    stmia r1!, {r4-r11}
    ldmia r2!, {r4-r8}
    stmia r1!, {r4-r8}
    ldr r2, [r0, #CASE_PC]
    ldr r3, [r0, #CASE_CPSR]
    stmia r1, {r2-r3}

    ldr r2, [r0, #CASE_RUNNER]
    load_bank ABT, CASE_ABT
    load_bank IRQ, CASE_IRQ
    load_bank FIQ, CASE_FIQ
    add r1, r0, #CASE_FIQ_R
    ldmia r1, {r8-r12}
    load_bank SVC, CASE_SVC
    load_bank UND, CASE_UND
    cps #SYS
    ldr sp, [r0, #CASE_USR]
    ldr lr, [r0, #CASE_USR + 4]
    cmp r2, #SVC
    bne 2f
    cps #SVC
    b 3f
2:  cps #UND
3:  ldr sp, =start_frame
    ldmia sp!, {r0-r12}
    rfeia sp

save_case:
    /* r1: vector. In the mode that the exception entered, SP at `stopped`. */
    mrs r3, spsr
    mov r2, lr
    ldr r4, =done
    ldr r5, [r4]
    ldr r0, =BASE + AT_RESULTS
    mov r6, #CASE_BYTES
    mla r0, r5, r6, r0
    str r3, [r0, #CASE_CPSR]
    str r1, [r0, #CASE_RUNNER]
    str r2, [r0, #CASE_PC]
    mrc p15, 0, r2, c13, c0, 2
    mov sp, r2
    setend le
    save_bank ABT, CASE_ABT
    save_bank IRQ, CASE_IRQ
    save_bank SVC, CASE_SVC
    save_bank UND, CASE_UND
    save_bank FIQ, CASE_FIQ
    add r1, r0, #CASE_FIQ_R
    stmia r1, {r8-r12}
    cps #SYS
    str sp, [r0, #CASE_USR]
    str lr, [r0, #CASE_USR + 4]

    ldr r1, =stopped
    add r2, r0, #CASE_R
    ldmia r1!, {r6-r12}
    stmia r2!, {r6-r12}
    ldmia r1!, {r6-r11}
    stmia r2!, {r6-r11}
    ldr r1, =BASE + AT_DATA
    add r2, r0, #CASE_DATA
    mov r3, #4
4:  ldmia r1!, {r6-r9}
    stmia r2!, {r6-r9}
    ldmia r1!, {r6-r9}
    stmia r2!, {r6-r9}
    subs r3, r3, #1
    bne 4b
    add r5, r5, #1
    str r5, [r4]
    cpsid aif, #SVC
    b next_case

finish:
    ldr r1, =open_block
    mov r0, #0x01
    .inst 0xe10f0070
    ldr r1, =write_block
    str r0, [r1]
    mov r2, #CASE_BYTES
    mul r3, r3, r2
    str r3, [r1, #8]
    mov r0, #0x05
    .inst 0xe10f0070
    ldr r1, =exit_block
    str r0, [r1, #4]
    mov r0, #0x20
    .inst 0xe10f0070
    b .
    .ltorg

    .data
    .balign 8
done:
    .word 0
stopped:
    .space 64
start_frame:
    .space 64
name:
    .asciz "plane-results.bin"
    .balign 4
open_block:
    .word name, 5, 17
write_block:
    .word 0, BASE + AT_RESULTS, 0
exit_block:
    .word 0x20026, 0
