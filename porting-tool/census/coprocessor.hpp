// SPDX-License-Identifier: BSD-2-Clause
// Classes of system-register accesses: which ones User mode may make, which
// ones trap. ARM and Thumb share the fields. Used by classify_arm.cpp and
// classify_thumb.cpp.
#pragma once

#include "classify.hpp"

namespace paravane::port {

/// The fields of MCR and MRC, which ARM and Thumb keep at the same bits.
struct register_access {
    bool read;
    uint8_t opc1, crn, crm, opc2;
};

constexpr register_access register_access_of(uint32_t word) {
    return {(word >> 20 & 1) != 0, static_cast<uint8_t>(word >> 21 & 7),
            static_cast<uint8_t>(word >> 16 & 15), static_cast<uint8_t>(word & 15),
            static_cast<uint8_t>(word >> 5 & 7)};
}

classification classify_cp15(register_access access, cpu_arch arch);
classification classify_cp14(register_access access);
classification classify_vfp_system(uint32_t word);

/// MCR, MRC, MCRR, MRRC, LDC, STC of p14 and p15 and VMRS, VMSR; bits 27:0 are read.
classification classify_coprocessor(uint32_t word, cpu_arch arch);

} // namespace paravane::port
