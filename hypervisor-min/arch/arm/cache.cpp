// SPDX-License-Identifier: BSD-2-Clause
// Cache maintenance; see cache.hpp.
#include "arch/arm/cache.hpp"

#include "arch/arm/cpu.hpp"

namespace paravane::arm::cache {

namespace {

uint32_t read_clidr() {
    uint32_t value;
    asm volatile("mrc p15, 1, %0, c0, c0, 1" : "=r"(value));
    return value;
}

uint32_t read_ccsidr(uint32_t level) {
    uint32_t value;
    asm volatile("mcr p15, 2, %1, c0, c0, 0\n\tisb\n\tmrc p15, 1, %0, c0, c0, 0"
                 : "=r"(value)
                 : "r"(level << 1));
    return value;
}

void flush_level(uint32_t level) {
    const uint32_t geometry = read_ccsidr(level);
    const uint32_t line_shift = (geometry & 7) + 4;
    const uint32_t ways = (geometry >> 3) & 0x3ff;
    const uint32_t sets = (geometry >> 13) & 0x7fff;
    const uint32_t way_shift = ways == 0 ? 0 : static_cast<uint32_t>(__builtin_clz(ways));
    for (uint32_t way = 0; way <= ways; ++way) {
        for (uint32_t set = 0; set <= sets; ++set) {
            const uint32_t where = (way << way_shift) | (set << line_shift) | (level << 1);
            asm volatile("mcr p15, 0, %0, c7, c14, 2" ::"r"(where) : "memory"); // DCCISW
        }
    }
}

} // namespace

void flush_data(const void* first, uint32_t size) {
    const uint32_t line = 4u << ((cpu::read_ctr() >> 16) & 0xf);
    const uint32_t start = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(first));
    for (uint32_t at = start & ~(line - 1); at < start + size; at += line) {
        cpu::write_dccimvac(at);
    }
    cpu::dsb();
}

void flush_all_data() {
    const uint32_t levels = read_clidr();
    cpu::dsb();
    for (uint32_t level = 0; level < 7 && ((levels >> (3 * level)) & 7) >= 2; ++level) {
        flush_level(level);
    }
    cpu::dsb();
    cpu::isb();
}

void invalidate_code() {
    cpu::dsb();
    cpu::write_iciallu(0);
    cpu::write_bpiall(0);
    cpu::dsb();
    cpu::isb();
}

} // namespace paravane::arm::cache
