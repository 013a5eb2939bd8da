// SPDX-License-Identifier: BSD-2-Clause
// The vocabulary of the census: what a sensitive instruction is, and what
// becomes of it in User mode. Filled by classify.hpp, carried by site.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace paravane::port {

enum class isa : uint8_t { arm, thumb };

/// What an instruction does that the guest's privilege decides (ARM DDI 0406C, chapter B9).
enum class kind : uint8_t {
    none,
    mrs_cpsr,
    mrs_spsr,
    msr_cpsr,
    msr_spsr,
    banked_register,
    cps,
    srs,
    rfe,
    ldm_user,
    stm_user,
    ldm_exception,
    data_pc,
    eret,
    ldrt_strt,
    cp15,
    cp15_pair,
    cp15_memory,
    cp14,
    cp14_pair,
    cp14_memory,
    vfp_system,
    hint,
    smc,
    hvc,
    setend,
};

/// What the instruction does in User mode, on silicon and not only on QEMU.
enum class sensitivity : uint8_t {
    none,
    silent,
    trapping,
    unpredictable,
    harmless,
};

std::string_view name_of(kind k);
std::string_view name_of(sensitivity s);
std::string_view name_of(isa i);
std::optional<kind> kind_of(std::string_view name);
std::optional<sensitivity> sensitivity_of(std::string_view name);

} // namespace paravane::port
