// SPDX-License-Identifier: BSD-2-Clause
// The instruction plane: how a sensitive instruction becomes a trap of the same
// size, and back. Used by patch.hpp, by the walker (a word behind ESCAPE_NEXT
// is data) and by the rewriter. The layout is generated: <paravane/plane.hpp>.
#pragma once

#include "kind.hpp"

namespace paravane::port {

/// What a trap of the instruction plane stands for.
struct plane_trap {
    enum class form : uint8_t {
        direct,      ///< `word` is the original instruction
        escape,      ///< `index` into .paravane.insns
        escape_next, ///< the original instruction follows
    };
    form how = form::direct;
    uint32_t word = 0;
    uint32_t index = 0;
};

inline constexpr uint32_t ARM_ESCAPE_LIMIT = 0x10000;
inline constexpr uint32_t THUMB_ESCAPE_LIMIT = 0x8000;

/// The trap that encodes the instruction itself, or nothing when only an escape does.
std::optional<uint32_t> plane_encode_arm(uint32_t word);

/// The same for a 16-bit Thumb instruction.
std::optional<uint16_t> plane_encode_thumb16(uint16_t half);

/// SVC<cond> ESCAPE+index; the condition is that of the original word. @pre index in range
uint32_t plane_escape_arm(uint32_t original, uint32_t index);

/// UDF.W ESCAPE+index. @pre index < THUMB_ESCAPE_LIMIT
uint32_t plane_escape_thumb(uint32_t index);

/// What a trap stands for; nothing when the word is no trap of the plane or a reserved one.
std::optional<plane_trap> plane_decode_arm(uint32_t word);
std::optional<plane_trap> plane_decode_thumb16(uint16_t half);
std::optional<plane_trap> plane_decode_thumb32(uint32_t word);

/// True for SVC immediates that the plane owns, reserved ones included.
constexpr bool plane_owns_arm(uint32_t word) {
    return (word & 0x0fc00000) == 0x0fc00000 && (word >> 28) != 15;
}

} // namespace paravane::port
