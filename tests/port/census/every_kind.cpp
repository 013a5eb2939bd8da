// SPDX-License-Identifier: BSD-2-Clause
// The fixture that holds every kind, ARM and Thumb, with data in between that
// looks like sensitive code.
#include "support.hpp"

namespace paravane::port::test {

const std::string_view EVERY_KIND = R"(
.arch armv7-a
.arch_extension virt
.arch_extension sec
.fpu vfpv3
.syntax unified
.text
.arm
.globl arm_function
.type arm_function, %function
arm_function:
mrs r0, cpsr
mrsne r1, spsr
msr cpsr_c, r0
msr cpsr_f, r0
msr cpsr_fsxc, r0
msr spsr_cxsf, r2
msrne cpsr_c, #0xd3
msr apsr_nzcvqg, r1
msr cpsr_x, r1
mrs r1, sp_irq
msr sp_irq, r1
cpsid i
cpsie if
cpsid i, #0x13
cps #0x1f
srsdb sp!, #0x13
srsia #0x12
rfeia sp!
rfedb r3
ldmia sp, {r0-lr}^
stmdb sp, {r0-lr}^
ldmia sp!, {r0-pc}^
ldmibeq r4, {r1, sp}^
movs pc, lr
subs pc, lr, #4
movseq pc, lr
subsne pc, lr, #8
adds pc, r1, r2, lsl #2
mvns pc, #3
ldrt r0, [r1]
ldrt r0, [r1], #4
strbtne r0, [r1], r2
ldrbt r0,[r1], -r2, lsl #3
strht r0,[r1], #40
ldrht r0,[r1], #-2
ldrsbt r0,[r1], #2
ldrsht r0,[r1], r3
mrc p15,0,r0,c1,c0,0
mcrne p15,0,r0,c7,c10,4
mcr p14,0,r0,c0,c1,0
mrc2 p15,0,r0,c1,c0,0
mcrr p15,1,r0,r1,c2
mrrc p15,1,r0,r1,c14
mcrr p14,1,r0,r1,c14
mrrc2 p15,1,r0,r1,c14
ldc p14,c5,[r0],#4
stcl p14,c5,[r0,#8]
stc2 p15,c3,[r1]
vmrs r0, fpexc
vmsr fpexc, r1
vmrs r0, fpscr
vmrs apsr_nzcv, fpscr
vmrs r0, mvfr0
wfi
wfene
sev
yield
dbg #1
smc #3
hvc #0x123
eret
setend be
mrc p10, 7, r0, cr8, cr0, 0
ldr r0, =0xf10c0080
bx lr
.ltorg
.word 0xe10f0000
.short 0xb672, 0xb672
.size arm_function, . - arm_function
.thumb
.thumb_func
.globl thumb_function
.type thumb_function, %function
thumb_function:
mrs r0, cpsr
mrs r1, spsr
msr cpsr_c, r0
msr cpsr_f, r0
msr spsr_cxsf, r2
mrs r1, sp_irq
msr sp_irq, r1
cpsid i
cpsie if
cpsid i, #0x13
cps #0x1f
cpsid.w a
wfi.w
wfi
wfe
sev
sev.w
yield
srsdb sp!, #0x13
srsia #0x12
rfeia sp!
rfedb r3
subs pc, lr, #4
eret
ldrt r0,[r1]
ldrt r0,[r1,#4]
strt r0,[r1,#4]
strbt r0,[r1,#4]
ldrbt r0,[r1,#4]
ldrht r0,[r1,#4]
strht r0,[r1,#4]
ldrsbt r0,[r1,#4]
ldrsht r0,[r1,#4]
it ne
mrcne p15,0,r0,c1,c0,0
mrc p15,0,r0,c1,c0,0
mcr2 p15,0,r0,c1,c0,0
mrrc p15,0,r0,r1,c2
ldc p14,c5,[r0],#4
vmrs r0, fpexc
vmsr fpscr, r0
smc #1
hvc #2
setend le
bx lr
.short 0xb672
.size thumb_function, . - thumb_function
.arm
static_function:
mrs r0, cpsr
bx lr
.section .hidden_code, "a"
.word 0
mrs r0, cpsr
.section .rodata, "a"
.word 0xe10f0000
)";

} // namespace paravane::port::test
