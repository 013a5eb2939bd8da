// SPDX-License-Identifier: BSD-2-Clause
// Guest memory by the rules of the instruction that accesses it: byte order,
// alignment, single words at a time. Between the handlers and environment.hpp.
#pragma once

#include "arch/arm/plane/handlers.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

/// Reads 1, 2 or 4 bytes. Misaligned ones go by bytes, unless `aligned` asks for
/// (or SCTLR.A enforces) alignment: then that is an alignment fault. On failure
/// env.fault is set.
bool read_memory(environment& env, uint32_t at, uint32_t bytes, mmu::privilege level, bool aligned,
                 uint32_t& value);
bool write_memory(environment& env, uint32_t at, uint32_t bytes, mmu::privilege level, bool aligned,
                  uint32_t value);

/// What a failed access means: the guest's abort, or the end of the VM.
outcome access_failed(environment& env);

inline mmu::privilege current_privilege(const environment& env) {
    return is_user(env) ? mmu::privilege::user : mmu::privilege::kernel;
}

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
