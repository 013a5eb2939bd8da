/* SPDX-License-Identifier: BSD-2-Clause */
/* mix_registers for floating.c: every NEON register takes part in every round. */
    .syntax unified
    .arm
    .fpu neon-vfpv4
    .text
    .global mix_registers
    .type mix_registers, %function
mix_registers:
    vpush {d8-d15}
    mov r2, r0
    vldmia r2!, {d0-d15}
    vldmia r2, {d16-d31}
1:  vadd.i64 q0, q0, q15
    veor q1, q1, q0
    vadd.i32 q2, q2, q1
    veor q3, q3, q2
    vadd.i16 q4, q4, q3
    veor q5, q5, q4
    vadd.i64 q6, q6, q5
    veor q7, q7, q6
    vadd.i32 q8, q8, q7
    veor q9, q9, q8
    vadd.i64 q10, q10, q9
    veor q11, q11, q10
    vadd.i32 q12, q12, q11
    veor q13, q13, q12
    vadd.i64 q14, q14, q13
    veor q15, q15, q14
    subs r1, r1, #1
    bne 1b
    mov r2, r0
    vstmia r2!, {d0-d15}
    vstmia r2, {d16-d31}
    vpop {d8-d15}
    bx lr
    .section .note.GNU-stack, "", %progbits
