// SPDX-License-Identifier: BSD-2-Clause
// The forms of sensitive instructions, recognized from original encodings. A form
// names a handler, not an exact encoding: each handler takes every variant of its
// instruction. decode.cpp fills it in; emulate.cpp dispatches on it.
#pragma once

#include <stdint.h>

namespace paravane::arm::plane {

/// One handler each. The names are those of the description's ARM codes.
enum class form : uint8_t {
    none, ///< nothing that the plane knows: undefined
    cps,
    mrs,
    msr_register,
    msr_immediate,
    cp15,
    hint,
    return_register,  ///< S-bit data processing to PC, register operand
    return_immediate, ///< the same, immediate operand
    block,            ///< LDM (exception return), LDM and STM (User registers)
    rfe,
    srs,
    unprivileged,       ///< LDRT and STRT of words, bytes and halfwords
    unprivileged_thumb, ///< the Thumb encodings: an offset, no writeback
    cp15_pair,
    cp14,
    fp_status,
    smc,
    hvc,
    setend,
};

/// The form of an instruction; condition not regarded. A Thumb one that has an ARM
/// equivalent becomes it.
form decode_arm(uint32_t word);
form decode_thumb16(uint32_t& halfword);
/// First halfword in bits 31-16.
form decode_thumb32(uint32_t& word);

constexpr bool is_thumb32(uint32_t first_halfword) {
    return (first_halfword & 0xffff) >= 0xe800;
}

} // namespace paravane::arm::plane
