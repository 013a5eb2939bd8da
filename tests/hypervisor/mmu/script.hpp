// SPDX-License-Identifier: BSD-2-Clause
// Turns bytes into the life of a guest: tables written at random, accesses,
// switches, flushes and register writes. The property test feeds random bytes, the
// fuzzer its own.
#pragma once

#include "guest.hpp"

#include <cstddef>

namespace paravane::test {

class script {
public:
    script(const uint8_t* data, size_t size) : data_{data}, size_{size} {}

    bool more() const { return at_ < size_; }
    uint32_t take(uint32_t below) { return more() ? data_[at_++] % below : 0; }

    void run(guest& g) {
        prepare(g);
        calm_ = take(2) != 0;
        uint32_t steps = 0;
        while (more() && !::testing::Test::HasFailure()) {
            step(g);
            if (++steps % 64 == 0) {
                (void)g.check_shadow();
            }
        }
        if (!::testing::Test::HasFailure()) {
            g.check_window();
        }
    }

private:
    static constexpr uint32_t MEGABYTES[] = {0x000, 0x001, 0x800, 0xff0, 0xfff};
    /// Attributes of user data, constants and code, and of the kernel's; one is global.
    static constexpr uint32_t KINDS[] = {0x83c, 0xa3c, 0x82c, 0x81c, 0x01c, 0x03c};
    static constexpr uint32_t SECOND_LEVEL = 0x10000;
    static constexpr uint32_t SECOND_LEVEL_COUNT = 6;
    static constexpr uint32_t FORMAT = 0x100000;

    /// A format that means something else by each attribute, and nothing by some.
    static void prepare_format(guest& g) {
        for (uint32_t low = 0; low < 0x1000; ++low) {
            const uint32_t turned = (low & 0xf) | ((low & 0x7f0) << 1) | ((low & 0x800) >> 7);
            g.m.word(FORMAT + low * 4) = 0xabcde000 | (low % 13 == 12 ? 1 : turned | 2);
        }
    }
    static void prepare(guest& g) {
        prepare_format(g);
        g.switch_to(0x4000, 0);
        g.set_dacr(0x55555555);
        g.set_sctlr(1);
    }

    uint32_t second_level() { return SECOND_LEVEL + take(SECOND_LEVEL_COUNT) * 0x400; }
    uint32_t ttbr() { return guest::TABLES[take(3)]; }
    uint32_t page(const guest& g) { return g.pages[take(static_cast<uint32_t>(g.pages.size()))]; }
    flush_reason reason() {
        return take(2) != 0 ? flush_reason::unmapped : flush_reason::identifier_reused;
    }

    uint32_t first_descriptor() {
        if (calm_ && take(8) != 0) {
            return 1 | (take(8) == 0 ? 1 << 5 : 0) | second_level();
        }
        const uint32_t domain = take(4) << 5;
        const uint32_t bits = take(256);
        const uint32_t section = 2 | domain | ((bits & 3) << 10) | ((bits & 4) << 13) |
                                 ((bits & 8) << 14) | (bits & 0x1c);
        switch (take(10)) {
        case 0:
            return bits & 0xfc;
        case 1:
            return section | (take(6) << 20);
        case 2:
            return section | SECOND_RAM;
        case 3:
            return section | DEVICE;
        case 4:
            return (section & ~0x1e0u) | (1u << 18) | (take(2) << 28);
        case 5:
            return 1 | domain | ttbr(); // the table names itself
        case 6:
            return 1 | domain | (take(2) != 0 ? 0x3ffc00 : 0x400000); // last of RAM, or past it
        case 7:
            return (bits << 24) | (take(256) << 12) | (take(256) << 4) | take(16);
        default:
            return 1 | domain | second_level();
        }
    }

    uint32_t second_descriptor() {
        const uint32_t bits = take(256);
        // Half of all pages are of the few kinds that a kernel has.
        const uint32_t attributes = take(2) != 0 ? KINDS[bits % 6]
                                                 : ((bits & 3) << 4) | ((bits & 4) << 7) |
                                                       ((bits & 8) << 8) | ((bits >> 2) & 0xc);
        switch (take(10)) {
        case 0:
            return bits & 0xfc;
        case 1:
            return 1 | (attributes & 0xe3c) | (take(40) << 16);
        case 2:
            return 2 | attributes | DEVICE | (take(2) << 12);
        case 3:
            return 2 | attributes | SECOND_RAM | (take(255) << 12);
        case 4:
            return 3 | attributes | (take(16) << 12);
        default:
            return 2 | attributes | (take(255) << 12);
        }
    }

    void write_first(guest& g) { g.store(ttbr() + MEGABYTES[take(5)] * 4, first_descriptor()); }
    void write_second(guest& g) {
        const uint32_t entry = (page(g) >> 12) & 0xff;
        g.store(second_level() + entry * 4, second_descriptor());
    }

    void touch(guest& g) {
        const uint32_t va = page(g) | (take(16) * 0x104);
        const uint32_t how = take(12);
        (void)g.run(va, static_cast<access>(how % 3), how < 6 ? privilege::user : privilege::kernel,
                    take(3) == 0 ? 8 : 1);
    }

    /// As fork does: every writable page of a table becomes read-only, then one
    /// flush that says no more than that.
    void write_protect(guest& g) {
        const uint32_t table = second_level();
        for (const uint32_t p : g.pages) {
            const uint32_t at = table + ((p >> 12) & 0xff) * 4;
            const uint32_t d = g.m.word(at);
            if ((d & 2) != 0 && (d & 0x230) == 0x30) {
                g.store(at, (d & ~0x30u) | 0x20);
            }
        }
        const auto asid = static_cast<uint8_t>(take(guest::ASIDS));
        g.flush_asid(asid, flush_reason::write_protected);
    }

    void registers(guest& g) {
        if (calm_) {
            switch (take(8)) {
            case 0:
                g.set_sctlr(1 | (take(2) << 28));
                break;
            case 1:
                g.set_dacr(dacr());
                break;
            default:
                g.set_dacr(0x55555555);
                break;
            }
            return;
        }
        switch (take(6)) {
        case 0:
            g.set_sctlr(1 | (take(2) << 29) | (take(2) << 28));
            break;
        case 1:
            g.set_sctlr(take(2));
            break;
        case 2:
            g.set_tables(take(3), ttbr());
            break;
        default:
            g.set_dacr(dacr());
            break;
        }
    }
    uint32_t dacr() {
        uint32_t value = 0x55555500;
        for (uint32_t domain = 0; domain < 4; ++domain) {
            static constexpr uint32_t RIGHTS[] = {1, 1, 1, 3, 0, 1, 3, 2};
            value = (value & ~(3u << (2 * domain))) | (RIGHTS[take(8)] << (2 * domain));
        }
        return value;
    }

    void batch(guest& g) {
        pt_change changes[16];
        const uint32_t count = take(2) != 0 ? 1 : take(16) + 1;
        for (uint32_t i = 0; i < count; ++i) {
            changes[i] = {gva{page(g)}, static_cast<uint8_t>(take(guest::ASIDS)),
                          flush_reason::unmapped, take(2) != 0};
        }
        g.update(changes, count);
    }

    void step(guest& g) {
        switch (take(24)) {
        case 0:
        case 1:
            write_first(g);
            break;
        case 2:
        case 3:
        case 4:
        case 5:
            write_second(g);
            break;
        case 6: {
            const uint32_t table = ttbr();
            g.switch_to(table, take(guest::ASIDS));
            break;
        }
        case 7: {
            const uint32_t va = page(g);
            const uint32_t count = take(4) == 0 ? 1 + take(255) * 2 : 1;
            const auto asid = static_cast<uint8_t>(take(guest::ASIDS));
            g.flush_va(va, count, asid, reason());
            break;
        }
        case 8:
            g.flush_va_all(page(g), 1 + take(3));
            break;
        case 9: {
            const auto asid = static_cast<uint8_t>(take(guest::ASIDS));
            g.flush_asid(asid, reason());
            break;
        }
        case 10:
            if (take(4) == 0) {
                g.flush_all();
            } else if (take(4) == 0) {
                g.set_page_format(take(2) * FORMAT);
            }
            break;
        case 11:
            registers(g);
            break;
        case 12:
            write_protect(g);
            break;
        case 13:
            g.m.speculate(g.s.context(), page(g));
            break;
        case 14:
            batch(g);
            break;
        case 15:
            g.check_window();
            break;
        default:
            touch(g);
            break;
        }
    }

    const uint8_t* data_;
    size_t size_;
    size_t at_{0};
    bool calm_{false}; ///< as kernels live: tables everywhere, registers that mostly stay
};

} // namespace paravane::test
