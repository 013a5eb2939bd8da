// SPDX-License-Identifier: BSD-2-Clause
// Guest memory by the rules of the instruction that accesses it: byte order,
// alignment, single words at a time. Between the handlers and environment.hpp.
#pragma once

#include "arch/arm/plane/handlers.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

/// How to move: the bytes (1, 2 or 4) and these.
inline constexpr uint32_t MOVE_LOAD = 8;
inline constexpr uint32_t MOVE_ALIGNED = 16; ///< a misaligned one is an alignment fault
inline constexpr uint32_t MOVE_USER = 32;    ///< with the rights of virtual User mode

/// Loads into `value` or stores from it. Misaligned ones go by bytes, unless
/// MOVE_ALIGNED asks for alignment or SCTLR.A enforces it. On failure env.fault is set
/// and `value` is what it was.
bool move_memory(environment& env, uint32_t at, uint32_t how, uint32_t& value);

/// Instruction fetch: little-endian whatever CPSR.E is. Fails only where the guest
/// could not have fetched either.
bool fetch(environment& env, uint32_t at, uint32_t bytes, uint32_t& value);

/// Consecutive words, aligned, with the rights of the virtual mode.
bool move_words(environment& env, uint32_t at, uint32_t* words, uint32_t count, bool load);

/// What a failed access means: the guest's abort, or the end of the VM.
outcome access_failed(environment& env);

/// One of the four addressing modes of block transfers (ARM ARM A8.8.58): `words`
/// words from `start` up, and what the base becomes on writeback.
struct block {
    uint32_t start;
    uint32_t base_after;
};
constexpr block block_of(uint32_t word, uint32_t base, uint32_t words) {
    const bool up = bit(word, 23);
    const bool before = bit(word, 24);
    const uint32_t end = up ? base + 4 * words : base - 4 * words;
    const uint32_t lowest = up ? base : end;
    return {lowest + (before == up ? 4u : 0u), end};
}

} // namespace paravane::arm::plane
