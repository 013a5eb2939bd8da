// SPDX-License-Identifier: BSD-2-Clause
// Alignment and byte order of emulated accesses; see memory.hpp.
#include "arch/arm/plane/memory.hpp"
#include "arch/arm/plane/sctlr.hpp"

namespace paravane::arm::plane {

namespace {

constexpr uint32_t ALIGNMENT_FAULT = 0x001;
constexpr uint32_t FAULT_WRITE = 0x800;

bool is_big_endian(const environment& env) {
    return (env.state.frame.cpsr & CPSR_E) != 0;
}

uint32_t swapped(uint32_t value, uint32_t bytes) {
    return __builtin_bswap32(value) >> (32 - 8 * bytes);
}

/// True when the access must go by bytes; an alignment fault when it must not go.
enum class way : uint8_t { whole, bytes, fault };

way way_of(const environment& env, uint32_t at, uint32_t bytes, bool aligned) {
    if ((at & (bytes - 1)) == 0) [[likely]] {
        return way::whole;
    }
    return aligned || (env.state.cp15.sctlr & SCTLR_A) != 0 ? way::fault : way::bytes;
}

bool load_piece(environment& env, uint32_t at, uint32_t bytes, mmu::privilege level,
                uint32_t& value) {
    const Result<uint32_t, access_fault> loaded = env.load(gva{at}, bytes, level);
    if (!loaded) [[unlikely]] {
        env.fault = loaded.error();
        return false;
    }
    value = *loaded;
    return true;
}

bool store_piece(environment& env, uint32_t at, uint32_t bytes, uint32_t value,
                 mmu::privilege level) {
    const Result<void, access_fault> stored = env.store(gva{at}, bytes, value, level);
    if (!stored) [[unlikely]] {
        env.fault = stored.error();
        return false;
    }
    return true;
}

} // namespace

bool read_memory(environment& env, uint32_t at, uint32_t bytes, mmu::privilege level, bool aligned,
                 uint32_t& value) {
    value = 0;
    switch (way_of(env, at, bytes, aligned)) {
    case way::whole:
        if (!load_piece(env, at, bytes, level, value)) {
            return false;
        }
        break;
    case way::bytes:
        for (uint32_t i = 0; i < bytes; ++i) {
            uint32_t piece = 0;
            if (!load_piece(env, at + i, 1, level, piece)) {
                return false;
            }
            value |= (piece & 0xff) << (8 * i);
        }
        break;
    case way::fault:
        env.fault = {gva{at}, ALIGNMENT_FAULT};
        return false;
    }
    if (is_big_endian(env)) [[unlikely]] {
        value = swapped(value, bytes);
    }
    return true;
}

bool write_memory(environment& env, uint32_t at, uint32_t bytes, mmu::privilege level, bool aligned,
                  uint32_t value) {
    if (is_big_endian(env)) [[unlikely]] {
        value = swapped(value, bytes);
    }
    switch (way_of(env, at, bytes, aligned)) {
    case way::whole:
        return store_piece(env, at, bytes, value, level);
    case way::bytes:
        for (uint32_t i = 0; i < bytes; ++i) {
            if (!store_piece(env, at + i, 1, (value >> (8 * i)) & 0xff, level)) {
                return false;
            }
        }
        return true;
    case way::fault:
        break;
    }
    env.fault = {gva{at}, ALIGNMENT_FAULT | FAULT_WRITE};
    return false;
}

outcome access_failed(environment& env) {
    if (env.fault.kill == kill_reason::none) [[likely]] {
        return outcome::data_abort;
    }
    env.reason = env.fault.kill;
    return outcome::kill;
}

} // namespace paravane::arm::plane
