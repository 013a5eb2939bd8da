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

/// The shape of one level's data cache, and the words that name its lines.
class geometry {
public:
    explicit geometry(uint32_t level)
        : level_{level}, value_{read_ccsidr(level)}, line_shift_{(value_ & 7) + 4},
          way_shift_{ways() == 0 ? 0 : static_cast<uint32_t>(__builtin_clz(ways()))} {}
    uint32_t ways() const { return (value_ >> 3) & 0x3ff; }
    uint32_t sets() const { return (value_ >> 13) & 0x7fff; }

    void flush(uint32_t way, uint32_t set) const {
        const uint32_t where = (way << way_shift_) | (set << line_shift_) | (level_ << 1);
        asm volatile("mcr p15, 0, %0, c7, c14, 2" ::"r"(where) : "memory"); // DCCISW
    }
    /// `where` is a guest's: it names a line, or nothing happens.
    void flush(uint32_t where) const {
        const uint32_t way = way_shift_ == 0 ? 0 : where >> way_shift_;
        const uint32_t set =
            (way_shift_ == 0 ? where : where & ((1u << way_shift_) - 1)) >> line_shift_;
        if (way <= ways() && set <= sets()) {
            flush(way, set);
        }
    }

private:
    uint32_t level_;
    uint32_t value_;
    uint32_t line_shift_;
    uint32_t way_shift_;
};

/// Whether there is a data or unified cache at a level.
bool has_data(uint32_t levels, uint32_t level) {
    return level < 7 && ((levels >> (3 * level)) & 7) >= 2;
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
    for (uint32_t level = 0; has_data(levels, level); ++level) {
        const geometry shape{level};
        for (uint32_t way = 0; way <= shape.ways(); ++way) {
            for (uint32_t set = 0; set <= shape.sets(); ++set) {
                shape.flush(way, set);
            }
        }
    }
    cpu::dsb();
    cpu::isb();
}

void flush_set_way(uint32_t where) {
    const uint32_t level = (where >> 1) & 7;
    if (has_data(read_clidr(), level)) {
        geometry{level}.flush(where);
    }
}

void invalidate_code() {
    cpu::dsb();
    cpu::write_iciallu(0);
    cpu::write_bpiall(0);
    cpu::dsb();
    cpu::isb();
}

} // namespace paravane::arm::cache
