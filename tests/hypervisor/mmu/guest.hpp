// SPDX-License-Identifier: BSD-2-Clause
// A guest on the modelled machine: its accesses run as the trap code would run
// them, and every one that succeeds is held against what the guest's tables allow
// or have allowed since the last flush that named the address.
#pragma once

#include "arch/arm/mmu/verify.hpp"
#include "machine.hpp"
#include "reference.hpp"

#include <gtest/gtest.h>
#include <sstream>

namespace paravane::test {

enum class ended { done, guest_fault, emulated, mmio, killed };

class guest {
public:
    static constexpr uint32_t TABLES[] = {0x4000, 0x8000, 0x10000000};
    static constexpr uint32_t ASIDS = 4;

    explicit guest(uint32_t spaces = 5, uint32_t tables = 16)
        : m{spaces, tables}, s{machine_port{&m}} {
        if (!s.init(m.config())) {
            throw std::logic_error("init refused");
        }
        for (const uint32_t mb : {0x000u, 0x001u, 0x800u, 0xff0u, 0xfffu}) {
            for (const uint32_t page : {0u, 1u, 2u, 7u, 0xdfu, 0xffu}) {
                pages.push_back((mb << 20) | (page << 12));
            }
        }
        forget_history();
    }

    ref_registers registers_of(uint32_t ttbr0) const {
        const auto& now = s.registers();
        return {ttbr0, now.ttbr1, now.ttbcr, now.sctlr, now.page_format.value()};
    }
    ref_translation now(uint32_t va) {
        return ref_translate(m, registers_of(s.registers().ttbr0), va);
    }

    // What the guest does -------------------------------------------------------
    void store(uint32_t guest_physical, uint32_t value) {
        m.word(guest_physical) = value;
        record();
    }
    void switch_to(uint32_t ttbr0, uint32_t contextidr) {
        s.switch_space(ttbr0, contextidr);
        check_window();
    }
    /// A range ends with the address space.
    static bool named(uint32_t page, uint32_t va, uint32_t count) {
        const uint32_t first = va & ~0xfffu;
        return page >= first && page - first < count * 0x1000;
    }
    void flush_va(uint32_t va, uint32_t count, uint8_t asid, flush_reason reason) {
        if (!s.quick_flush(gva{va}, count, asid, reason)) {
            s.flush_va(gva{va}, count, asid, reason);
        }
        forget([&](uint32_t page, uint32_t a, bool global) {
            return named(page, va, count) && (global || a == asid);
        });
    }
    void flush_va_all(uint32_t va, uint32_t count) {
        s.flush_va_all_asids(gva{va}, count, flush_reason::unmapped);
        forget([&](uint32_t page, uint32_t, bool) { return named(page, va, count); });
    }
    void flush_asid(uint8_t asid, flush_reason reason) {
        s.flush_asid(asid, reason);
        forget([&](uint32_t, uint32_t a, bool global) { return !global && a == asid; },
               reason == flush_reason::write_protected);
    }
    void flush_all() {
        s.flush_all();
        forget_history();
    }
    void set_page_format(uint32_t table) {
        s.set_page_format(gpa{table});
        forget_history();
    }
    void set_sctlr(uint32_t value) {
        s.set_sctlr(value);
        record();
    }
    void set_tables(uint32_t ttbcr, uint32_t ttbr1) {
        s.set_ttbr1(ttbr1);
        (void)s.set_ttbcr(ttbcr);
        record();
    }
    bool refresh(gva va, uint8_t asid) {
        return s.quick_refresh(va, asid,
                               [&] { return s.quick_fill(va, access::write, privilege::user); });
    }
    void update(const pt_change* changes, uint32_t count) {
        for (uint32_t i = 0; i < count; ++i) {
            const pt_change& change = changes[i];
            if (count != 1 || !change.prefill || !refresh(change.va, change.asid)) {
                s.pt_update(change);
            }
        }
        for (uint32_t i = 0; i < count; ++i) {
            forget([&](uint32_t page, uint32_t a, bool global) {
                return page == changes[i].va.value() && (global || a == changes[i].asid);
            });
        }
    }
    void set_dacr(uint32_t value) { s.set_dacr(value); }

    uint32_t hw_dacr(privilege level) const {
        return level == privilege::user ? s.dacr_user() : s.dacr_kernel();
    }

    /// Runs one access to its end: at most a few fills, then it is done or the
    /// guest's. `last` holds the detail of what was not filled.
    ended run(uint32_t va, access kind, privilege level, uint32_t prefill = 1) {
        if (level == privilege::user && s.views_flipped()) {
            s.restore_user_views();
        }
        for (trips = 0; trips < 5; ++trips) {
            const hw_result hw = m.go(s.context(), hw_dacr(level), va, kind);
            if (hw.ok) {
                expect_permitted(va, kind, level, hw.pa);
                return ended::done;
            }
            last = {};
            const uint32_t quick = prefill > 1 ? s.UNSURE : s.quick_fill(gva{va}, kind, level);
            if (quick == s.FILLED) {
                continue;
            }
            if (const gpa page = gpa{quick}.page(); page.value() != 0) {
                last.address = page + (va & (PAGE_SIZE - 1));
                expect_target(va, kind, level);
                if (m.map.find(page) == nullptr && kind != access::execute) {
                    return ended::mmio;
                }
            } else if (quick != s.UNSURE && quick != s.ELSEWHERE) {
                last.fsr = kind == access::execute ? quick & 0xf
                                                   : quick | (kind == access::write ? 0x800 : 0);
                expect_fault(va, kind, level);
                return ended::guest_fault;
            }
            switch (s.handle_fault(gva{va}, kind, level, last, prefill)) {
            case fault_kind::filled:
                break;
            case fault_kind::guest:
                expect_fault(va, kind, level);
                return ended::guest_fault;
            case fault_kind::emulate_store:
                expect_target(va, kind, level);
                EXPECT_EQ(now(va).ap, 2u);
                return ended::emulated;
            case fault_kind::mmio:
                expect_target(va, kind, level);
                EXPECT_EQ(m.map.find(last.address), nullptr);
                return ended::mmio;
            case fault_kind::kill:
                EXPECT_LT(va - WINDOW_BASE.value(), WINDOW_BYTES);
                return ended::killed;
            }
        }
        const ref_translation t = now(va);
        ADD_FAILURE() << "no progress at " << std::hex << va << " kind " << int(kind) << " level "
                      << int(level) << " fault "
                      << int(m.go(s.context(), hw_dacr(level), va, kind).fault) << " fs " << t.fs
                      << " ap " << t.ap << " domain " << t.domain << " page " << t.page
                      << " section " << t.section << " global " << t.global << " dacr "
                      << s.registers().dacr << " hw " << hw_dacr(level);
        return ended::killed;
    }

    /// The hypervisor's own pages: always within its reach, never within the guest's.
    void check_window() {
        for (const privilege level : {privilege::user, privilege::kernel}) {
            const uint32_t va = WINDOW_BASE.value() + 0x3040;
            const hw_result own = m.go(s.context(), hw_dacr(level), va, access::execute, true);
            ASSERT_TRUE(own.ok);
            ASSERT_EQ(own.pa, WINDOW_AT + 0x3040);
            ASSERT_FALSE(m.go(s.context(), hw_dacr(level), va, access::read).ok);
        }
    }

    /// The debug checker finds nothing; how many entries the guest has yet to flush.
    uint32_t check_shadow() {
        const auto report = shadow_checker{s}.verify_all();
        if (!report) {
            ADD_FAILURE() << "violation " << int(report.error().kind) << " at " << std::hex
                          << report.error().where.value() << ": " << report.error().descriptor;
            return 0;
        }
        return report->stale;
    }

    machine m;
    shadow s;
    fault_detail last{};
    uint32_t trips{0};
    std::vector<uint32_t> pages;

private:
    struct held {
        std::vector<ref_translation> own;
        std::vector<ref_translation> global;
    };
    using context_key = std::pair<uint32_t, uint32_t>; // TTBR0, ASID

    void record() {
        for (const uint32_t table : TABLES) {
            for (const uint32_t page : pages) {
                const ref_translation t = ref_translate(m, registers_of(table), page);
                if (t.fs != 0) {
                    continue;
                }
                if (t.global) {
                    note(global_[page], t);
                }
                for (uint32_t asid = 0; asid < ASIDS && !t.global; ++asid) {
                    note(own_[{table, asid}][page], t);
                }
            }
        }
    }
    static void note(std::vector<ref_translation>& list, const ref_translation& t) {
        if (std::find(list.begin(), list.end(), t) == list.end()) {
            list.push_back(t);
        }
    }
    void forget_history() {
        own_.clear();
        global_.clear();
        record();
    }
    /// A flush that only says "write-protected" may leave everything readable.
    static void forget_list(std::vector<ref_translation>& list, bool only_writes) {
        if (!only_writes) {
            list.clear();
        }
        for (ref_translation& t : list) {
            t.ap = t.ap == 1 ? 5 : t.ap == 2 || t.ap == 3 ? 7 : t.ap;
        }
    }
    template <class Named>
    void forget(Named named, bool only_writes = false) {
        for (auto& [page, list] : global_) {
            if (named(page, ASIDS, true)) {
                forget_list(list, only_writes);
            }
        }
        for (auto& [key, by_page] : own_) {
            for (auto& [page, list] : by_page) {
                if (named(page, key.second, false)) {
                    forget_list(list, only_writes);
                }
            }
        }
        record();
    }

    static uint32_t expected_pa(uint32_t guest_physical) {
        if (guest_physical - SECOND_RAM < SECOND_RAM_BYTES) {
            return SECOND_RAM_AT + (guest_physical - SECOND_RAM);
        }
        if (guest_physical - DEVICE < PAGE_SIZE) {
            return DEVICE_AT + (guest_physical - DEVICE);
        }
        return guest_physical < RAM_BYTES ? RAM_AT + guest_physical : 0xffffffff;
    }

    void expect_permitted(uint32_t va, access kind, privilege level, uint32_t got) {
        if ((va & ~0xfffu) == DEFAULT_VCPU_PAGE.value()) {
            EXPECT_EQ(level, privilege::kernel);
            EXPECT_EQ(got & ~0xfffu, VCPU_AT);
            return;
        }
        const uint32_t page = va & ~0xfffu;
        const uint32_t dacr = s.registers().dacr;
        const auto good = [&](const ref_translation& t) {
            return expected_pa(t.page) == (got & ~0xfffu) && ref_fault(t, dacr, kind, level) == 0;
        };
        const context_key key{s.registers().ttbr0, s.registers().asid()};
        const auto& own = own_[key][page];
        const auto& global = global_[page];
        const auto told = [&] {
            std::ostringstream out;
            const auto one = [&](const char* what, const ref_translation& t) {
                out << "\n  " << what << std::hex << " page " << t.page << " ap " << t.ap
                    << " domain " << t.domain << " fs " << t.fs << " section " << t.section
                    << " global " << t.global;
            };
            one("now", now(va));
            for (const auto& t : own) {
                one("own", t);
            }
            for (const auto& t : global) {
                one("global", t);
            }
            return out.str();
        };
        EXPECT_TRUE(std::any_of(own.begin(), own.end(), good) ||
                    std::any_of(global.begin(), global.end(), good) || good(now(va)))
            << std::hex << "va " << va << " pa " << got << " kind " << int(kind) << " level "
            << int(level) << " ttbr0 " << key.first << " asid " << key.second << " dacr " << dacr
            << told();
    }

    void expect_fault(uint32_t va, access kind, privilege level) {
        const uint32_t fs = (last.fsr & 0xf) | ((last.fsr >> 6) & 0x10);
        if ((va & ~0xfffu) == DEFAULT_VCPU_PAGE.value()) {
            EXPECT_TRUE(fs == 0xf || fs == 0xb);
            return;
        }
        const ref_translation t = now(va);
        uint32_t expected = ref_fault(t, s.registers().dacr, kind, level);
        if (expected == 0 && kind == access::execute && expected_pa(t.page) >= DEVICE_AT) {
            expected = 0x8;
        }
        EXPECT_EQ(fs, expected) << std::hex << va;
        if (kind != access::execute) {
            EXPECT_EQ((last.fsr >> 11) & 1, kind == access::write ? 1u : 0u);
            if (fs != 0x5 && fs != 0x8 && fs != 0xc) {
                EXPECT_EQ((last.fsr >> 4) & 0xf, t.domain);
            }
        }
    }

    void expect_target(uint32_t va, access kind, privilege level) {
        const ref_translation t = now(va);
        EXPECT_EQ(ref_fault(t, s.registers().dacr, kind, level), 0u);
        EXPECT_EQ(last.address.value(), t.page | (va & 0xfff));
    }

    std::map<context_key, std::map<uint32_t, std::vector<ref_translation>>> own_;
    std::map<uint32_t, std::vector<ref_translation>> global_;
};

} // namespace paravane::test
