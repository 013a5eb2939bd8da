// SPDX-License-Identifier: BSD-2-Clause
// CP15 registers whose reads are no more than a load, from here or the vCPU page or the
// shadow MMU, by table. cp15_read.cpp and cp15_write.cpp ask it first for all that
// is not hot.
#pragma once

#include "arch/arm/plane/cp15_name.hpp"
#include "arch/arm/plane/environment.hpp"

#include <stddef.h>
#include <stdint.h>

namespace paravane::arm::plane {

enum class stored_in : uint8_t { state, page, mmu };

/// The name, where it lies and at which word.
struct stored_register {
    uint16_t name;
    stored_in where;
    uint8_t index;
};

constexpr stored_register in_page(uint32_t name, size_t offset) {
    return {static_cast<uint16_t>(name), stored_in::page, static_cast<uint8_t>(offset / 4)};
}
constexpr stored_register in_state(uint32_t name, size_t offset) {
    return {static_cast<uint16_t>(name), stored_in::state, static_cast<uint8_t>(offset / 4)};
}
constexpr stored_register in_mmu(uint32_t name, translation_register which) {
    return {static_cast<uint16_t>(name), stored_in::mmu, static_cast<uint8_t>(which)};
}

inline constexpr stored_register STORED[] = {
    in_mmu(CP_TTBR0, translation_register::ttbr0),
    in_mmu(CP_CONTEXTIDR, translation_register::contextidr),
    in_page(CP_TPIDRPRW, offsetof(vcpu_page, thread_private)),
    in_page(CP_DFSR, offsetof(vcpu_page, data_fault_status)),
    in_page(CP_DFAR, offsetof(vcpu_page, data_fault_address)),
    in_page(CP_IFSR, offsetof(vcpu_page, fetch_fault_status)),
    in_page(CP_IFAR, offsetof(vcpu_page, fetch_fault_address)),
    in_state(CP_PAR, offsetof(cp15_registers, par)),
    in_state(CP_ACTLR, offsetof(cp15_registers, actlr)),
    in_state(CP_ADFSR, offsetof(cp15_registers, adfsr)),
    in_state(CP_AIFSR, offsetof(cp15_registers, aifsr)),
    in_mmu(CP_TTBR1, translation_register::ttbr1),
    in_mmu(CP_TTBCR, translation_register::ttbcr),
    in_mmu(CP_PRRR, translation_register::prrr),
    in_mmu(CP_NMRR, translation_register::nmrr),
    // From here on a write does more.
    in_page(CP_DACR, offsetof(vcpu_page, domain)),
    in_state(CP_SCTLR, offsetof(cp15_registers, sctlr)),
    in_state(CP_CPACR, offsetof(cp15_registers, cpacr)),
    in_state(CP_VBAR, offsetof(cp15_registers, vbar)),
};
inline constexpr uint32_t PLAIN = 15; ///< so many are not more than storage
static_assert(STORED[PLAIN].name == CP_DACR);

inline const stored_register* find_stored(uint32_t name) {
    for (const stored_register& one : STORED) {
        if (one.name == name) {
            return &one;
        }
    }
    return nullptr;
}

/// The word of one that is not the shadow MMU's.
inline uint32_t& stored_word(environment& env, const stored_register& one) {
    auto* const words = one.where == stored_in::page ? reinterpret_cast<uint32_t*>(&env.page)
                                                     : reinterpret_cast<uint32_t*>(&env.state.cp15);
    return words[one.index];
}

} // namespace paravane::arm::plane
