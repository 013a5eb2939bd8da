// SPDX-License-Identifier: BSD-2-Clause
// From the Linux ARM boot protocol (r2 = device tree, MMU off, SVC) to boot_main()
// in C++ at the linked addresses. Runs where it was loaded; its page becomes the
// hypervisor's stack. The tables it makes stand after the image: first level
// (16 KiB aligned), then one second-level table for the last megabyte.
#include "arch/arm/layout.h"

    .syntax unified
    .arch   armv7-a
    .arch_extension mp
    .arch_extension virt

#define SECTION_NORMAL 0x140e  /* global, S=0, TEX=001 C B, AP=01, client 0, section */
#define SECTION_XN 0x10
#define PAGE_DATA 0x05f  /* XN, C, B, TEX=001, AP=001: privileged read/write */
#define PAGE_TEXT 0x25e  /* AP=101: privileged read-only, executable */
#define PAGE_BOOT 0x05e
#define PAGE_NOT_GLOBAL 0x800

    .section .head, "ax", %progbits
    .global start
start:
    .rept   8
    nop
    .endr
    b       1f
    .word   0x016f2818              @ zImage magic, so that bootz takes the image
    .word   0, image_bytes
1:  mrs     r0, cpsr
    and     r1, r0, #0x1f
    cmp     r1, #0x1a
    bne     2f
    @ Entered in Hyp mode: leave it for good.
    orr     r0, r0, #0x1c0
    bic     r0, r0, #0x1f
    orr     r0, r0, #0x13
    msr     spsr_cxsf, r0
    adr     lr, 2f
    msr     elr_hyp, lr
    eret
2:  cpsid   aif, #0x13
    adr     r9, start               @ where we are
    mov     r10, r2                 @ device tree
    mov     r11, r1

    mrc     p15, 0, r0, c1, c0, 0
    bic     r0, r0, #0x1000         @ I
    bic     r0, r0, #0x5            @ C, M
    mcr     p15, 0, r0, c1, c0, 0
    isb
    mov     r0, #0
    mcr     p15, 0, r0, c7, c5, 0   @ ICIALLU
    mcr     p15, 0, r0, c7, c5, 6   @ BPIALL
    mcr     p15, 0, r0, c8, c7, 0   @ TLBIALL
    dsb
    isb

    ldr     r8, =image_bytes
    add     r8, r8, r9
    ldr     r0, =0x3fff
    add     r8, r8, r0
    bic     r8, r8, r0              @ first-level table
    mov     r0, #0
    mov     r1, r8
    add     r2, r8, #0x5000
3:  str     r0, [r1], #4
    cmp     r1, r2
    blo     3b

    @ Identity for the megabytes around us, executable until boot_main() is reached.
    ldr     r2, =SECTION_NORMAL
    lsr     r0, r9, #20
    add     r1, r8, #0x5000
    lsr     r1, r1, #20
4:  orr     r3, r2, r0, lsl #20
    str     r3, [r8, r0, lsl #2]
    add     r0, r0, #1
    cmp     r0, r1
    bls     4b

    add     r7, r8, #0x4000         @ second level, megabyte 0xfff
    orr     r0, r7, #1
    ldr     r1, =(0xfff << 2)
    str     r0, [r8, r1]
    add     r6, r7, #(((PV_WINDOW >> 12) & 0xff) << 2)
    ldr     r0, =PAGE_DATA
    add     r0, r0, r9
    str     r0, [r6], #4            @ this page, soon the stack
    add     r5, r9, #0x1000         @ physical
    ldr     r4, =PAGE_TEXT
    ldr     r3, =text_pages
    bl      map
    ldr     r4, =PAGE_DATA
    ldr     r3, =data_pages
    bl      map
    add     r6, r7, #(((PV_ANNEX >> 12) & 0xff) << 2)
    ldr     r4, =(PAGE_TEXT | PAGE_NOT_GLOBAL)
    ldr     r3, =annex_text_pages
    bl      map
    ldr     r4, =(PAGE_DATA | PAGE_NOT_GLOBAL)
    ldr     r3, =annex_data_pages
    bl      map
    mov     r6, r7
    ldr     r4, =PAGE_BOOT
    ldr     r3, =boot_pages
    bl      map
    dsb

    mcr     p15, 0, r8, c2, c0, 0   @ TTBR0, walks uncached until boot_main()
    mov     r0, #0
    mcr     p15, 0, r0, c2, c0, 2   @ TTBCR
    mcr     p15, 0, r0, c13, c0, 1  @ CONTEXTIDR
    mov     r0, #1
    mcr     p15, 0, r0, c3, c0, 0   @ DACR: domain 0 client
    isb
    mrc     p15, 0, r0, c1, c0, 0
    ldr     r1, =0x32000002         @ TRE, AFE and EE off, and alignment checks
    bic     r0, r0, r1
    bic     r0, r0, #0x2000         @ V
    ldr     r1, =0x1805             @ I, Z, C, M
    orr     r0, r0, r1
    dsb
    mcr     p15, 0, r0, c1, c0, 0
    isb
    ldr     sp, =boot_stack_top
    mov     r0, r9
    mov     r1, r10
    mov     r2, r8
    mov     r3, r11
    ldr     pc, =boot_main

@ r3 pages from physical r5 with attributes r4, into entries from r6 on
map:
    cmp     r3, #0
    bxeq    lr
5:  orr     r0, r5, r4
    str     r0, [r6], #4
    add     r5, r5, #0x1000
    subs    r3, r3, #1
    bne     5b
    bx      lr
    .ltorg
