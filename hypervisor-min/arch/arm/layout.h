/* SPDX-License-Identifier: BSD-2-Clause
 * Addresses in the hypervisor's window and offsets into the vCPU block, shared by
 * C++ and assembly. vcpu_state.hpp checks the offsets, image/link.ld the map.
 *
 *   0xfffc0000  annex: code and data of the devices, in the private space alone
 *   0xfffe0000  stack (one page; the image's head and start code before that)
 *   0xfffe1000  vectors, text, rodata, data: at most 52 KiB
 *   0xfffee000  vCPU block of the current vCPU, the hypervisor's own
 *   0xfffef000  vCPU page of the current vCPU, shared with the guest
 *
 * In SVC, ABT, UND and IRQ mode SP is FRAME_SP at every trap: words of the page
 * and of the block are then one load or store away (see entry.S).
 */
#ifndef PARAVANE_ARCH_ARM_LAYOUT_H
#define PARAVANE_ARCH_ARM_LAYOUT_H

#define PV_WINDOW 0xfffe0000
#define PV_STACK_TOP 0xfffe1000
#define PV_IMAGE 0xfffe1000
#define PV_IMAGE_LIMIT 0xfffee000
#define PV_BLOCK 0xfffee000
#define PV_PAGE 0xfffef000
#define PV_BOOT 0xfff00000
#define PV_ANNEX 0xfffc0000

#define PV_FRAME_SP 0xfffef020
#define PV_SP_TO_PAGE 0x20

/* Size of vcpu_state, which ends the block. */
#define PV_STATE_BYTES 0x400
#define PV_STATE_AT 0xc00

/* Offsets into vcpu_state; SP-relative they are negative (SP - 0x420 + offset). */
#define PV_FPEXC 0x104
#define PV_ASYNC_MASK 0x108
#define PV_ENTRY_USER 0x150
#define PV_ENTRY_KERNEL 0x170
#define PV_INSTRUCTIONS 0x194
#define PV_QUICK_FAULTS 0x1a0
#define PV_FP_QUICK 0x1a4
#define PV_BANKS 0x2f0
#define PV_FRAME 0x340
#define PV_FRAME_R12 0x370
#define PV_FRAME_SP_LR 0x374
#define PV_FRAME_PC 0x37c
#define PV_FRAME_CPSR 0x380
#define PV_HOST_CONTEXT 0x3a0
#define PV_GUEST_CONTEXT 0x3a8
#define PV_SERVICES 0x3b0
#define PV_MODE 0x3b4
#define PV_TRAP_WORD 0x3b8
#define PV_ABORT_SCRATCH 0x3c0
#define PV_FAULT 0x3c8
#define PV_SHADOW 0x3d0
#define PV_FOUND 0x3d4
#define PV_ENTRY_FRAME 0x3d8
#define PV_USER_PAIR 0x3e0
#define PV_KERNEL_PAIR 0x3e8
#define PV_SCRATCH 0x3f0
#define PV_ATTENTION 0x3f8
#define PV_SVC_VECTOR 0x3fc

/* Values of attention but 0. SEE_TO: see_to() has work before the guest goes on.
 * WHEN_UNMASKED: nothing waits but an interrupt, for the guest to unmask it. */
#define PV_ATTENTION_SEE_TO 1
#define PV_ATTENTION_WHEN_UNMASKED 2

#define PV_SP(offset) (-PV_SP_TO_PAGE - PV_STATE_BYTES + (offset))

#endif
