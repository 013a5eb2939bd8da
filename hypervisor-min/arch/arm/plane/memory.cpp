// SPDX-License-Identifier: BSD-2-Clause
// Alignment and byte order of emulated accesses; see memory.hpp.
#include "arch/arm/plane/memory.hpp"
#include "arch/arm/plane/sctlr.hpp"

namespace paravane::arm::plane {

namespace {

constexpr uint32_t ALIGNMENT_FAULT = 0x001;
constexpr uint32_t FAULT_WRITE = 0x800;

uint32_t swapped(uint32_t value, uint32_t bytes) {
    return __builtin_bswap32(value) >> (32 - 8 * bytes);
}

/// One aligned piece, little-endian.
bool move_piece(environment& env, uint32_t at, uint32_t bytes, uint32_t how, uint32_t& value) {
    const bool user = (how & MOVE_USER) != 0 || is_user(env);
    const mmu::privilege level = user ? mmu::privilege::user : mmu::privilege::kernel;
    const mmu::access kind = (how & MOVE_LOAD) != 0 ? mmu::access::read : mmu::access::write;
    return env.move(gva{at}, kind, bytes, level, value);
}

bool move_bytes(environment& env, uint32_t at, uint32_t how, uint32_t& value) {
    uint32_t gathered = 0;
    for (uint32_t i = 0; i < (how & 7); ++i) {
        uint32_t piece = value >> (8 * i) & 0xff;
        if (!move_piece(env, at + i, 1, how, piece)) {
            return false;
        }
        gathered |= (piece & 0xff) << (8 * i);
    }
    value = gathered;
    return true;
}

} // namespace

bool fetch(environment& env, uint32_t at, uint32_t bytes, uint32_t& value) {
    return move_piece(env, at, bytes, MOVE_LOAD, value);
}

bool move_memory(environment& env, uint32_t at, uint32_t how, uint32_t& value) {
    const uint32_t bytes = how & 7;
    const bool load = (how & MOVE_LOAD) != 0;
    const bool big = (env.state.frame.cpsr & CPSR_E) != 0;
    const bool misaligned = (at & (bytes - 1)) != 0;
    if (misaligned && ((how & MOVE_ALIGNED) != 0 || (env.state.cp15.sctlr & SCTLR_A) != 0)) {
        env.fault = {gva{at}, ALIGNMENT_FAULT | (load ? 0 : FAULT_WRITE)};
        return false;
    }
    uint32_t moved = big && !load ? swapped(value, bytes) : value;
    if (!(misaligned ? move_bytes(env, at, how, moved) : move_piece(env, at, bytes, how, moved))) {
        return false;
    }
    if (load) {
        value = big ? swapped(moved, bytes) : moved;
    }
    return true;
}

bool move_words(environment& env, uint32_t at, uint32_t* words, uint32_t count, bool load) {
    const uint32_t how = 4 | MOVE_ALIGNED | (load ? MOVE_LOAD : 0);
    if ((at & 3) != 0 || (env.state.frame.cpsr & CPSR_E) != 0) [[unlikely]] {
        for (uint32_t i = 0; i < count; ++i) {
            if (!move_memory(env, at + 4 * i, how, words[i])) {
                return false;
            }
        }
        return true;
    }
    for (uint32_t i = 0; i < count; ++i) {
        if (!move_piece(env, at + 4 * i, 4, how, words[i])) {
            return false;
        }
    }
    return true;
}

outcome access_failed(environment& env) {
    if (env.fault.status != NO_ABORT) [[likely]] {
        return outcome::data_abort;
    }
    env.reason = kill_reason::memory;
    return outcome::kill;
}

} // namespace paravane::arm::plane
