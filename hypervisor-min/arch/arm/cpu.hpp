// SPDX-License-Identifier: BSD-2-Clause
// The coprocessor registers and barriers that C++ needs, one inline function each,
// named as the ARM ARM names them. Nothing here decides anything.
#pragma once

#include <stdint.h>

namespace paravane::arm::cpu {

#define PV_CP15(name, opc1, crn, crm, opc2)                                                        \
    inline uint32_t read_##name() {                                                                \
        uint32_t value;                                                                            \
        asm volatile("mrc p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : "=r"(value));          \
        return value;                                                                              \
    }                                                                                              \
    inline void write_##name(uint32_t value) {                                                     \
        asm volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 ::"r"(value)             \
                     : "memory");                                                                  \
    }

PV_CP15(midr, 0, c0, c0, 0)
PV_CP15(ctr, 0, c0, c0, 1)
PV_CP15(sctlr, 0, c1, c0, 0)
PV_CP15(cpacr, 0, c1, c0, 2)
PV_CP15(ttbr0, 0, c2, c0, 0)
PV_CP15(dacr, 0, c3, c0, 0)
PV_CP15(dfsr, 0, c5, c0, 0)
PV_CP15(ifsr, 0, c5, c0, 1)
PV_CP15(dfar, 0, c6, c0, 0)
PV_CP15(ifar, 0, c6, c0, 2)
PV_CP15(pmuserenr, 0, c9, c14, 0)
PV_CP15(vbar, 0, c12, c0, 0)
PV_CP15(contextidr, 0, c13, c0, 1)
PV_CP15(tpidrurw, 0, c13, c0, 2)
PV_CP15(tpidruro, 0, c13, c0, 3)
PV_CP15(cntfrq, 0, c14, c0, 0)
PV_CP15(cntkctl, 0, c14, c1, 0)
PV_CP15(cntp_ctl, 0, c14, c2, 1)

PV_CP15(dccmvau, 0, c7, c11, 1)
PV_CP15(dccmvac, 0, c7, c10, 1)
PV_CP15(dccimvac, 0, c7, c14, 1)
PV_CP15(icimvau, 0, c7, c5, 1)
PV_CP15(iciallu, 0, c7, c5, 0)
PV_CP15(bpiall, 0, c7, c5, 6)
PV_CP15(tlbimva, 0, c8, c7, 1)
PV_CP15(tlbiasid, 0, c8, c7, 2)
PV_CP15(tlbimvaa, 0, c8, c7, 3)
PV_CP15(tlbiall, 0, c8, c7, 0)
#undef PV_CP15

inline void dsb() {
    asm volatile("dsb" ::: "memory");
}
inline void isb() {
    asm volatile("isb" ::: "memory");
}
inline void dmb() {
    asm volatile("dmb" ::: "memory");
}
inline void clrex() {
    asm volatile("clrex" ::: "memory");
}
inline void wfi() {
    asm volatile("wfi" ::: "memory");
}

inline uint64_t read_cntpct() {
    uint64_t value;
    asm volatile("isb\n\tmrrc p15, 0, %Q0, %R0, c14" : "=r"(value));
    return value;
}

inline void write_cntp_cval(uint64_t value) {
    asm volatile("mcrr p15, 2, %Q0, %R0, c14" ::"r"(value));
}

inline uint32_t read_fpexc() {
    uint32_t value;
    asm volatile(".fpu neon\n\tvmrs %0, fpexc" : "=r"(value));
    return value;
}

inline void write_fpexc(uint32_t value) {
    asm volatile(".fpu neon\n\tvmsr fpexc, %0" ::"r"(value));
}

} // namespace paravane::arm::cpu
