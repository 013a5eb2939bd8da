// SPDX-License-Identifier: BSD-2-Clause
// The shadow MMU's short ways, one behaviour each: what they do, and what they must
// leave to the long ones.
#include "fixture.hpp"

namespace paravane::test {
namespace {

constexpr uint32_t ALL_RO = 0xa3e; // small page, nG, AP 111

/// The short way, as trap code of user mode asks for it.
uint32_t quick(guest& g, uint32_t va, access kind) {
    return g.s.quick_fill(gva{va}, kind, privilege::user);
}

TEST_F(shadow_mmu_test, the_short_way_fills_pages_like_one_before) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(quick(g, 0x6000, access::write), g.s.UNSURE) << "no page like it was met yet";
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(g, 0x6000, access::write), g.s.FILLED);
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x6000, access::write).pa, RAM_AT + 0x21000u);
    page(LEVEL2, 6, 0x22000 | USER_RW);
    EXPECT_EQ(quick(g, 0x6000, access::write), g.s.FILLED) << "an entry is there, of before";
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x6000, access::write).pa, RAM_AT + 0x22000u);
}

TEST_F(shadow_mmu_test, the_short_way_knows_where_a_devices_registers_are) {
    const uint32_t nowhere = 0x30000000;
    page(LEVEL2, 5, nowhere | USER_RW);
    page(LEVEL2, 6, 0x20000 | ALL_RO);
    page(LEVEL2, 7, (nowhere + 0x1002) | ALL_RO);
    EXPECT_EQ(user(0x6000, access::read), ended::done) << "the table is in place";
    EXPECT_EQ(quick(g, 0x7000, access::write), 0xfu) << "only to be read";
    EXPECT_EQ(quick(g, 0x7000, access::read), nowhere + 0x1002) << "as RAM of that kind";
    EXPECT_EQ(user(0x5008, access::write), ended::mmio);
    EXPECT_EQ(quick(g, 0x5008, access::write), nowhere + 2);
    EXPECT_EQ(quick(g, 0x5000, access::read), nowhere + 2);
    page(LEVEL2, 5, nowhere | 0x836); // the guest has changed it: the kernel's alone
    EXPECT_EQ(g.s.quick_fill(gva{0x5000}, access::read, privilege::user), g.s.UNSURE);
    page(LEVEL2, 5, 0x21000 | USER_RW);
    EXPECT_EQ(quick(g, 0x5000, access::write), g.s.FILLED) << "RAM of that kind is RAM";
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::write).pa, RAM_AT + 0x21000u);
}

TEST_F(shadow_mmu_test, the_short_way_knows_the_guests_own_faults) {
    page(LEVEL2, 5, 0x20000 | ALL_RO);
    page(LEVEL2, 6, 0x21000 | ALL_RO);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(g, 0x7000, access::read), 0x7u);
    EXPECT_EQ(quick(g, 0x6000, access::write), 0xfu);
    EXPECT_EQ(g.m.descriptor(g.s.context(), 0x6000), 0u);
}

TEST_F(shadow_mmu_test, the_short_way_takes_a_table_for_pages_it_knows) {
    constexpr uint32_t OTHER = LEVEL2 + 0x400;
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    table(LEVEL1, 0x001, OTHER, 1);
    table(LEVEL1, 0x002, OTHER);
    table(LEVEL1, 0xff0, OTHER);
    table(LEVEL1, 0x003, RAM_BYTES); // no memory there
    page(OTHER, 5, 0x21000 | USER_RW);
    page(OTHER, 6, 0x22000 | KERNEL_RW);
    EXPECT_EQ(quick(g, 0x206000, access::read), g.s.UNSURE) << "no page like it was met";
    EXPECT_EQ(quick(g, 0x105000, access::read), g.s.UNSURE) << "no page of its domain was met";
    EXPECT_EQ(quick(g, 0xff005000, access::read), g.s.UNSURE) << "the vCPU page's megabyte";
    EXPECT_EQ(quick(g, 0x305000, access::read), g.s.UNSURE);
    EXPECT_EQ(quick(g, 0x405000, access::read), g.s.UNSURE) << "not mapped";
    EXPECT_EQ(quick(g, 0x205000, access::write), g.s.FILLED);
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x205000, access::write).pa,
              RAM_AT + 0x21000u);
    EXPECT_EQ(user(0x105000, access::read), ended::done);
    g.set_dacr(0x55555551);
    g.flush_asid(1, flush_reason::unmapped);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(g, 0x105000, access::read), g.s.UNSURE) << "a closed domain";
    EXPECT_EQ(g.check_shadow(), 0u);
}

TEST_F(shadow_mmu_test, stores_that_are_emulated_never_take_the_short_way) {
    page(LEVEL2, 5, 0x20000 | USER_RO);
    page(LEVEL2, 6, 0x21000 | USER_RO);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(g.s.quick_fill(gva{0x6000}, access::write, privilege::kernel), g.s.UNSURE);
    EXPECT_EQ(kernel(0x6000, access::write), ended::emulated);
}

TEST_F(shadow_mmu_test, a_flush_during_the_short_way_takes_the_entry_back) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.m.on_read = [&](uint32_t at) {
        if (at == RAM_AT + LEVEL2 + 6 * 4) {
            g.m.on_read = nullptr;
            page(LEVEL2, 6, 0);
            g.flush_va(0x6000, 1, 1, flush_reason::unmapped);
        }
    };
    EXPECT_EQ(quick(g, 0x6000, access::read), g.s.FILLED);
    EXPECT_EQ(g.m.descriptor(g.s.context(), 0x6000), 0u);
}

TEST_F(shadow_mmu_test, a_page_is_what_its_attributes_mean_now) {
    constexpr uint32_t DEVICE_LIKE = 0x834; // TEX 000, C 0, B 1: a device, unless remapped
    constexpr uint32_t TRE = 1u << 28;
    page(LEVEL2, 5, 0x20000 | DEVICE_LIKE | 2);
    page(LEVEL2, 6, 0x21000 | DEVICE_LIKE | 2);
    page(LEVEL2, 7, 0x22000 | 0xa3e);
    g.s.set_prrr(0x000a000a); // attribute 1 is normal memory
    g.set_sctlr(1 | TRE);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.set_sctlr(1);
    EXPECT_EQ(user(0x7000, access::read), ended::done) << "the table is in place";
    EXPECT_EQ(user(0x6000, access::read), ended::done);
    EXPECT_EQ(g.m.descriptor(g.s.context(), 0x6000) & 0x1cc, uint32_t{SMALL_DEVICE});
}

TEST_F(shadow_mmu_test, a_table_of_a_closed_domain_is_closed_to_the_short_way) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.set_dacr(0x55555554);
    EXPECT_EQ(quick(g, 0x6000, access::read), g.s.UNSURE);
    g.set_dacr(0x55555555);
    EXPECT_EQ(quick(g, 0x6000, access::read), g.s.FILLED);
}

TEST_F(shadow_mmu_test, a_space_that_goes_gives_back_what_was_its_own) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::write), ended::done);
    EXPECT_EQ(kernel(0xc0000000, access::write), ended::done);
    g.flush_asid(1, flush_reason::unmapped);
    EXPECT_EQ(g.m.descriptor(g.s.context(), 0x5000), 0u);
    const uint32_t before = fills();
    EXPECT_EQ(kernel(0xc0000000, access::write), ended::done);
    EXPECT_EQ(fills(), before) << "the kernel's half stays";
}

TEST_F(shadow_mmu_test, a_flush_reaches_every_space_of_the_asid) {
    table(LEVEL1_B, 0x000, LEVEL2);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
        g.switch_to(level1, 1);
        EXPECT_EQ(user(0x5000, access::read), ended::done);
    }
    page(LEVEL2, 5, 0);
    g.flush_va(0x5000, 1, 1, flush_reason::unmapped);
    for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
        g.switch_to(level1, 1);
        EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    }
}

TEST_F(shadow_mmu_test, a_flush_reaches_both_views) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x2181e); // the kernel's alone, and not global
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(kernel(0x6000, access::read), ended::done);
    EXPECT_EQ(kernel(0x5000, access::read), ended::done);
    page(LEVEL2, 5, 0);
    g.flush_va(0x5000, 1, 1, flush_reason::unmapped);
    EXPECT_EQ(kernel(0x5000, access::read), ended::guest_fault);
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
}

TEST_F(shadow_mmu_test, a_flush_of_one_space_takes_globals_from_all) {
    table(LEVEL1_B, 0x000, LEVEL2);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.switch_to(LEVEL1_B, 2);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::done);
    g.store(LEVEL1_B + 0xc00 * 4, 0);
    g.flush_va(0xc0000000, 1, 1, flush_reason::unmapped);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::guest_fault);
}

/// A program that runs again: pages 6, 8 and 10 of its code were touched before, 9 was not.
class program_test : public shadow_mmu_test {
protected:
    void SetUp() override {
        start();
        for (uint32_t i = 5; i <= 10; ++i) {
            page(LEVEL2, i, (0x20000 + i * 0x1000) | ALL_RO);
        }
        begin();
        for (const uint32_t va : {0x6000u, 0x8000u, 0xa000u}) {
            EXPECT_EQ(quick(g, va, access::execute), g.s.FILLED);
        }
        EXPECT_EQ(entry(0x9000), 0u);
    }
    /// A new space, in which only the page that the long way filled is in place.
    void begin() {
        g.flush_asid(1, flush_reason::identifier_reused);
        EXPECT_EQ(user(0x5000, access::execute), ended::done);
    }
    uint32_t entry(uint32_t va) { return g.m.descriptor(g.s.context(), va); }
};

TEST_F(program_test, finds_filled_what_it_touched_before) {
    begin();
    EXPECT_EQ(entry(0x8000), 0u);
    EXPECT_EQ(quick(g, 0x6000, access::execute), g.s.FILLED);
    EXPECT_EQ(entry(0x9000), 0u);
    const uint32_t before = fills();
    for (const uint32_t va : {0x8000u, 0xa000u}) {
        EXPECT_EQ(user(va, access::execute), ended::done);
        EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), va, access::read).pa,
                  RAM_AT + 0x20000u + va);
    }
    EXPECT_EQ(fills(), before);
    EXPECT_EQ(g.check_shadow(), 0u);
}

TEST_F(program_test, finds_nothing_that_is_mapped_in_another_way_now) {
    begin();
    page(LEVEL2, 8, 0x28000 | USER_RW);
    page(LEVEL2, 10, RAM_BYTES | ALL_RO); // no memory there
    EXPECT_EQ(quick(g, 0x6000, access::execute), g.s.FILLED);
    EXPECT_EQ(entry(0x8000), 0u);
    EXPECT_EQ(entry(0xa000), 0u);
}

TEST_F(program_test, is_told_from_another_by_its_first_page_of_code) {
    page(LEVEL2, 6, 0x30000 | ALL_RO);
    begin();
    EXPECT_EQ(quick(g, 0x6000, access::execute), g.s.FILLED);
    EXPECT_EQ(entry(0x8000), 0u);
}

TEST_F(program_test, keeps_nothing_that_a_flush_named_meanwhile) {
    begin();
    g.m.on_read = [&](uint32_t at) {
        if (at == RAM_AT + LEVEL2 + 10 * 4) {
            g.m.on_read = nullptr;
            page(LEVEL2, 8, 0);
            g.flush_va(0x8000, 1, 1, flush_reason::unmapped);
        }
    };
    EXPECT_EQ(quick(g, 0x6000, access::execute), g.s.FILLED);
    EXPECT_EQ(entry(0x8000), 0u);
}

TEST_F(shadow_mmu_test, what_may_be_stored_to_is_protected_wherever_it_was_filled) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::write), ended::done) << "the long way";
    page(LEVEL2, 0x45, 0x21000 | USER_RW);
    EXPECT_EQ(quick(g, 0x45000, access::write), g.s.FILLED);
    page(LEVEL2, 0x86, 0x22000 | USER_RW);
    page(LEVEL2, 0x87, 0x23000 | USER_RW);
    EXPECT_EQ(g.run(0x86000, access::write, privilege::user, 8), ended::done) << "and neighbours";
    for (const uint32_t index : {5u, 0x45u, 0x86u, 0x87u}) {
        page(LEVEL2, index, (0x20000 + index * 0x1000) | ALL_RO);
    }
    g.flush_asid(1, flush_reason::write_protected);
    for (const uint32_t va : {0x5000u, 0x45000u, 0x86000u, 0x87000u}) {
        EXPECT_EQ(g.m.descriptor(g.s.context(), va) & SMALL_AP0, 0u) << va;
        EXPECT_NE(g.m.descriptor(g.s.context(), va), 0u) << va;
    }
}

/// Second-level descriptors whose bits 11-0 are numbers of kinds, as a table says.
class page_format_test : public shadow_mmu_test {
protected:
    static constexpr uint32_t FORMAT = 0x40000;
    enum kind : uint32_t { NONE = 0x100, DATA = 0x101, CODE = 0x202, LARGE = 0x303 };

    void SetUp() override {
        start();
        word(DATA, 0xfff00000 | USER_RW | 1); // the upper bits are nobody's
        word(CODE, ALL_RO);
        word(LARGE, 1);
        word(NONE, USER_RW);
        g.set_page_format(FORMAT);
    }
    void word(uint32_t low, uint32_t meant) { g.m.word(FORMAT + low * 4) = meant; }
};

TEST_F(page_format_test, pages_are_what_the_table_says) {
    page(LEVEL2, 5, 0x20000 | DATA);
    page(LEVEL2, 6, 0x21000 | CODE);
    page(LEVEL2, 7, 0x22000 | LARGE);
    page(LEVEL2, 8, 0x23000 | NONE);
    page(LEVEL2, 9, 0x24000 | USER_RW); // the table has nothing there
    EXPECT_EQ(user(0x5000, access::write), ended::done);
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::write).pa, RAM_AT + 0x20000u);
    EXPECT_EQ(user(0x5000, access::execute), ended::guest_fault);
    EXPECT_EQ(user(0x6000, access::execute), ended::done);
    EXPECT_EQ(user(0x6000, access::write), ended::guest_fault);
    for (const uint32_t va : {0x7000u, 0x8000u, 0x9000u}) {
        EXPECT_EQ(user(va, access::read), ended::guest_fault) << va;
    }
    EXPECT_FALSE(g.s.translate_for(gva{0x8000}, access::read, privilege::user));
    EXPECT_EQ(g.check_shadow(), 0u);
}

TEST_F(page_format_test, the_short_way_knows_kinds_by_the_guests_own_bits) {
    page(LEVEL2, 5, 0x20000 | CODE);
    page(LEVEL2, 6, 0x21000 | CODE);
    page(LEVEL2, 7, 0x22000 | ALL_RO);
    EXPECT_EQ(user(0x5000, access::execute), ended::done);
    EXPECT_EQ(quick(g, 0x6000, access::execute), g.s.FILLED);
    EXPECT_TRUE(g.m.go(g.s.context(), g.s.dacr_user(), 0x6000, access::execute).ok);
    EXPECT_EQ(quick(g, 0x7000, access::read), g.s.UNSURE) << "nor by what the table made of them";
    page(LEVEL2, 8, 0x22000 | NONE);
    EXPECT_EQ(quick(g, 0x8000, access::read), 0x7u);
}

TEST_F(page_format_test, the_short_way_knows_what_maps_nothing) {
    constexpr uint32_t OLD = 0x404 | 3; // the table has nothing there
    page(LEVEL2, 5, 0x20000 | CODE);
    page(LEVEL2, 6, 0x21000 | OLD);
    page(LEVEL2, 7, 0x22000 | OLD);
    EXPECT_EQ(user(0x5000, access::read), ended::done) << "the table is in place";
    EXPECT_EQ(quick(g, 0x6000, access::read), g.s.UNSURE);
    EXPECT_EQ(user(0x6000, access::read), ended::guest_fault);
    EXPECT_EQ(quick(g, 0x7000, access::write), 0x7u);
    EXPECT_EQ(quick(g, 0x6000, access::execute), 0x7u);
    word(OLD, USER_RW);
    g.set_page_format(FORMAT);
    EXPECT_EQ(user(0x6000, access::write), ended::done);
}

TEST_F(page_format_test, a_change_of_format_drops_what_was_filled) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    g.set_page_format(0);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(g, 0x6000, access::read), g.s.FILLED);
    g.set_page_format(FORMAT);
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    EXPECT_EQ(quick(g, 0x6000, access::read), g.s.UNSURE);
}

TEST_F(page_format_test, a_table_that_is_not_memory_maps_nothing) {
    page(LEVEL2, 5, 0x20000 | DATA);
    g.set_page_format(RAM_BYTES);
    EXPECT_FALSE(g.s.translate_for(gva{0x5000}, access::read, privilege::user));
}

TEST_F(page_format_test, a_restart_brings_arms_format_back) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    g.s.restart();
    start();
    EXPECT_EQ(user(0x5000, access::read), ended::done);
}

/// A page's entry changed, as the guest tells of the page that it just faulted on.
class refresh_test : public shadow_mmu_test {
protected:
    uint32_t entry(uint32_t va) { return g.m.descriptor(g.s.context(), va); }
    bool refresh(uint32_t va, uint8_t asid = 1) { return g.refresh(gva{va}, asid); }
    void update(uint32_t va) {
        const pt_change change{gva{va}, 1, flush_reason::unmapped, true};
        g.update(&change, 1);
    }
    /// Tables are in place, and the kinds of pages known that the tests use.
    void SetUp() override {
        start();
        for (const uint32_t kind : {USER_RW, ALL_RO}) {
            page(LEVEL2, 0x50, 0x20000 | kind);
            EXPECT_EQ(user(0x50000, access::read), ended::done);
            page(LEVEL2, 0x50, 0);
            g.flush_va(0x50000, 1, 1, flush_reason::unmapped);
        }
    }
};

TEST_F(refresh_test, fills_the_page_at_once) {
    page(LEVEL2, 5, 0x21000 | USER_RW);
    ASSERT_TRUE(refresh(0x5000));
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::write).pa, RAM_AT + 0x21000u);
    EXPECT_EQ(g.check_shadow(), 0u);
}

TEST_F(refresh_test, replaces_what_was_there) {
    page(LEVEL2, 5, 0x21000 | ALL_RO);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    page(LEVEL2, 5, 0x23000 | USER_RW);
    ASSERT_TRUE(refresh(0x5000));
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::write).pa, RAM_AT + 0x23000u);
}

TEST_F(refresh_test, leaves_to_the_long_way_what_it_does_not_know) {
    page(LEVEL2, 5, 0x21000 | USER_RW);
    EXPECT_FALSE(refresh(0x5000, 2)) << "another space";
    page(LEVEL2, 6, 0x22000 | USER_RW | 0x40); // no page of this kind was met
    EXPECT_FALSE(refresh(0x6000));
    page(LEVEL2, 7, RAM_BYTES | USER_RW);
    EXPECT_FALSE(refresh(0x7000));
    EXPECT_FALSE(refresh(0x105000)) << "no table";
    g.set_dacr(0x55555554);
    EXPECT_FALSE(refresh(0x5000)) << "a closed domain";
    g.set_dacr(0x55555555);
    EXPECT_TRUE(refresh(0x5000));
}

TEST_F(refresh_test, code_is_never_stale) {
    page(LEVEL2, 5, 0x21000 | USER_RW);
    ASSERT_TRUE(refresh(0x5000));
    EXPECT_TRUE(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::execute).ok);
}

TEST_F(refresh_test, reaches_both_views) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x2181e); // the kernel's alone, and not global
    page(LEVEL2, 8, 0x2281e);
    EXPECT_EQ(kernel(0x6000, access::read), ended::done);
    EXPECT_EQ(kernel(0x5000, access::read), ended::done) << "in the kernel's view";
    EXPECT_EQ(user(0x5000, access::read), ended::done) << "and in the user's";
    page(LEVEL2, 5, 0x23000 | USER_RW);
    update(0x5000);
    EXPECT_EQ(kernel(0x8000, access::read), ended::done) << "the kernel's view is in place";
    EXPECT_EQ(kernel(0x5000, access::read), ended::done);
}

TEST_F(refresh_test, takes_a_global_page_from_every_space) {
    constexpr uint32_t NG = 0x800;
    table(LEVEL1_B, 0x000, LEVEL2);
    page(LEVEL2, 5, 0x20000 | (USER_RW & ~NG));
    g.flush_asid(1, flush_reason::unmapped);
    for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
        g.switch_to(level1, level1 / LEVEL1);
        EXPECT_EQ(user(0x5000, access::read), ended::done);
    }
    g.switch_to(LEVEL1, 1);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x6000, access::read), ended::done) << "the space has a table of its own";
    page(LEVEL2, 5, 0x23000 | USER_RW);
    update(0x5000);
    g.switch_to(LEVEL1_B, 2);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::read).pa, RAM_AT + 0x23000u);
}

TEST_F(refresh_test, takes_back_what_a_flush_named_meanwhile) {
    page(LEVEL2, 5, 0x21000 | USER_RW);
    g.m.on_read = [&](uint32_t at) {
        if (at == RAM_AT + LEVEL2 + 5 * 4) {
            g.m.on_read = nullptr;
            page(LEVEL2, 5, 0);
            g.flush_va(0x5000, 1, 1, flush_reason::unmapped);
        }
    };
    ASSERT_TRUE(refresh(0x5000));
    EXPECT_EQ(entry(0x5000), 0u);
}

/// The frame of a space that went is used again with the globals that it still has.
TEST_F(shadow_mmu_test, a_new_space_has_the_globals_of_now) {
    table(LEVEL1_B, 0x000, LEVEL2);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::done);
    g.flush_asid(1, flush_reason::identifier_reused);
    for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
        g.store(level1 + 0xc00 * 4, 0);
        g.store(level1 + 0xc01 * 4, 0x0000041e);
    }
    g.flush_va(0xc0000000, 1, 1, flush_reason::unmapped);
    EXPECT_EQ(kernel(0xc0100000, access::read), ended::done);
    const uint32_t made = g.s.counters().spaces_made;
    g.switch_to(LEVEL1_B, 2);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(g.s.counters().spaces_made, made + 1);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::guest_fault);
    const uint32_t before = fills();
    EXPECT_EQ(kernel(0xc0100000, access::read), ended::done);
    EXPECT_EQ(fills(), before) << "a global entry came along";
}

} // namespace
} // namespace paravane::test
