// SPDX-License-Identifier: BSD-2-Clause
// CP15 registers by name: opc1, CRn, CRm and opc2 side by side, as the code of MRC
// and MCR has them, so that the hot path takes a name without shuffling (ARM ARM
// B3.17). Used by the cp15 files.
#pragma once

#include "paravane/plane.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

constexpr uint32_t cp_name(uint32_t crn, uint32_t opc1, uint32_t crm, uint32_t opc2) {
    return opc1 << 11 | crn << 7 | crm << 3 | opc2;
}

constexpr uint32_t cp_opc1(uint32_t name) {
    return name >> 11;
}
constexpr uint32_t cp_crn(uint32_t name) {
    return name >> 7 & 0xf;
}
constexpr uint32_t cp_crm(uint32_t name) {
    return name >> 3 & 0xf;
}
constexpr uint32_t cp_opc2(uint32_t name) {
    return name & 7;
}

/// Payload of the code of an MRC or MCR: the name above bit 4, Rt below, bit 18 set for
/// a load.
constexpr uint32_t cp15_payload(uint32_t word) {
    const uint32_t name = cp_name(word >> 16 & 0xf, word >> 21 & 7, word & 0xf, word >> 5 & 7);
    return (word >> 2 & 1u << 18) | name << 4 | (word >> 12 & 0xf);
}

enum cp15_name : uint32_t {
    CP_CCSIDR = cp_name(0, 1, 0, 0),
    CP_CLIDR = cp_name(0, 1, 0, 1),
    CP_AIDR = cp_name(0, 1, 0, 7),
    CP_CSSELR = cp_name(0, 2, 0, 0),
    CP_SCTLR = cp_name(1, 0, 0, 0),
    CP_ACTLR = cp_name(1, 0, 0, 1),
    CP_CPACR = cp_name(1, 0, 0, 2),
    CP_TTBR0 = cp_name(2, 0, 0, 0),
    CP_TTBR1 = cp_name(2, 0, 0, 1),
    CP_TTBCR = cp_name(2, 0, 0, 2),
    CP_DACR = cp_name(3, 0, 0, 0),
    CP_DFSR = cp_name(5, 0, 0, 0),
    CP_IFSR = cp_name(5, 0, 0, 1),
    CP_ADFSR = cp_name(5, 0, 1, 0),
    CP_AIFSR = cp_name(5, 0, 1, 1),
    CP_DFAR = cp_name(6, 0, 0, 0),
    CP_IFAR = cp_name(6, 0, 0, 2),
    CP_NOP_WFI = cp_name(7, 0, 0, 4),
    CP_ICIALLUIS = cp_name(7, 0, 1, 0),
    CP_BPIALLIS = cp_name(7, 0, 1, 6),
    CP_PAR = cp_name(7, 0, 4, 0),
    CP_ICIALLU = cp_name(7, 0, 5, 0),
    CP_ICIMVAU = cp_name(7, 0, 5, 1),
    CP_ISB = cp_name(7, 0, 5, 4),
    CP_BPIALL = cp_name(7, 0, 5, 6),
    CP_BPIMVA = cp_name(7, 0, 5, 7),
    CP_DCIMVAC = cp_name(7, 0, 6, 1),
    CP_DCISW = cp_name(7, 0, 6, 2),
    CP_ATS1CPR = cp_name(7, 0, 8, 0),
    CP_ATS1CPW = cp_name(7, 0, 8, 1),
    CP_ATS1CUR = cp_name(7, 0, 8, 2),
    CP_ATS1CUW = cp_name(7, 0, 8, 3),
    CP_DCCMVAC = cp_name(7, 0, 10, 1),
    CP_DCCSW = cp_name(7, 0, 10, 2),
    CP_DSB = cp_name(7, 0, 10, 4),
    CP_DMB = cp_name(7, 0, 10, 5),
    CP_DCCMVAU = cp_name(7, 0, 11, 1),
    CP_NOP_PREFETCH = cp_name(7, 0, 13, 1),
    CP_DCCIMVAC = cp_name(7, 0, 14, 1),
    CP_DCCISW = cp_name(7, 0, 14, 2),
    CP_PMUSERENR = cp_name(9, 0, 14, 0),
    CP_PRRR = cp_name(10, 0, 2, 0),
    CP_NMRR = cp_name(10, 0, 2, 1),
    CP_VBAR = cp_name(12, 0, 0, 0),
    CP_ISR = cp_name(12, 0, 1, 0),
    CP_FCSEIDR = cp_name(13, 0, 0, 0),
    CP_CONTEXTIDR = cp_name(13, 0, 0, 1),
    CP_TPIDRURW = cp_name(13, 0, 0, 2),
    CP_TPIDRURO = cp_name(13, 0, 0, 3),
    CP_TPIDRPRW = cp_name(13, 0, 0, 4),
    CP_CNTFRQ = cp_name(14, 0, 0, 0),
};

static_assert(abi::plane::cp15_code{CP_DACR << 4 | 5}.word() == 0xee035f10);
static_assert(cp15_payload(0xee1d5f90) == (1u << 18 | CP_TPIDRPRW << 4 | 5));

} // namespace paravane::arm::plane
