// SPDX-License-Identifier: BSD-2-Clause
// One behaviour of the shadow MMU each: what is filled, what is the guest's fault, and that
// every access comes to an end. Spaces, domains and the checker have files beside this one.
#include "fixture.hpp"

namespace paravane::test {
namespace {

TEST_F(shadow_mmu_test, one_fill_then_the_hardware_alone) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5010, access::write), ended::done);
    EXPECT_EQ(g.trips, 1u);
    EXPECT_EQ(user(0x5ffc, access::read), ended::done);
    EXPECT_EQ(g.trips, 0u);
}

TEST_F(shadow_mmu_test, reads_each_descriptor_once) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.m.reads.clear();
    EXPECT_EQ(user(0x6000, access::read), ended::done);
    EXPECT_EQ(g.m.reads[RAM_AT + LEVEL1], 1u);
    EXPECT_EQ(g.m.reads[RAM_AT + LEVEL2 + 6 * 4], 1u);
    EXPECT_EQ(g.m.reads.size(), 2u);
}

TEST_F(shadow_mmu_test, a_flush_between_walk_and_fill_takes_the_entry_back) {
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
    fault_detail detail;
    EXPECT_EQ(g.s.handle_fault(gva{0x6000}, access::read, privilege::user, detail),
              fault_kind::filled);
    EXPECT_FALSE(g.m.go(g.s.context(), g.s.dacr_user(), 0x6000, access::read).ok);
    EXPECT_EQ(user(0x6000, access::read), ended::guest_fault);
}

TEST_F(shadow_mmu_test, fault_status_is_the_guests_not_the_hardwares) {
    EXPECT_EQ(kernel(0xc0001000, access::write), ended::done);
    EXPECT_EQ(user(0xc0001000, access::write), ended::guest_fault); // hardware says: domain
    EXPECT_EQ(g.last.fsr, 0x80du);
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    EXPECT_EQ(g.last.fsr, 0x7u);
    EXPECT_EQ(user(0x5000, access::execute), ended::guest_fault);
    EXPECT_EQ(g.last.fsr, 0x7u);
    table(LEVEL1, 1, 0x10400, 2);
    page(0x10400, 0, 0x20000 | USER_RO);
    EXPECT_EQ(user(0x100000, access::write), ended::guest_fault);
    EXPECT_EQ(g.last.fsr, 0x82fu);
    g.set_dacr(0x55555545);
    EXPECT_EQ(user(0x100000, access::write), ended::guest_fault);
    EXPECT_EQ(g.last.fsr, 0x82bu);
}

TEST_F(shadow_mmu_test, kernel_store_to_a_page_users_only_read_is_emulated) {
    page(LEVEL2, 5, 0x20000 | USER_RO);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(kernel(0x5124, access::write), ended::emulated);
    EXPECT_EQ(g.last.address.value(), 0x20124u);
    EXPECT_EQ(user(0x5124, access::write), ended::guest_fault);
}

TEST_F(shadow_mmu_test, no_ram_means_a_device) {
    page(LEVEL2, 5, 0x30000000 | USER_RW);
    EXPECT_EQ(user(0x5008, access::write), ended::mmio);
    EXPECT_EQ(g.last.address.value(), 0x30000008u);
    EXPECT_EQ(user(0x5008, access::execute), ended::guest_fault);
    EXPECT_EQ(g.last.fsr, 0x8u);
}

TEST_F(shadow_mmu_test, passed_through_registers_are_mapped_but_never_executed) {
    page(LEVEL2, 5, DEVICE | USER_RW);
    EXPECT_EQ(user(0x5008, access::write), ended::done);
    EXPECT_EQ(user(0x5008, access::execute), ended::guest_fault);
}

TEST_F(shadow_mmu_test, the_vcpu_page_is_there_in_every_space_for_the_kernel_alone) {
    const uint32_t at = DEFAULT_VCPU_PAGE.value() + 0x40;
    EXPECT_EQ(kernel(at, access::write), ended::done);
    EXPECT_EQ(user(at, access::read), ended::guest_fault);
    EXPECT_EQ(kernel(at, access::execute), ended::guest_fault);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done); // makes the space
    EXPECT_EQ(kernel(at, access::write), ended::done);
    EXPECT_EQ(g.trips, 0u);
    g.store(LEVEL1 + 0xff0 * 4, 0x0010041e); // a section over it changes nothing
    g.flush_all();
    EXPECT_EQ(kernel(at, access::write), ended::done);
    EXPECT_EQ(kernel(at + 0x2000, access::write), ended::done);
    EXPECT_EQ(kernel(at, access::write), ended::done);
}

TEST_F(shadow_mmu_test, ldrex_and_strex_on_a_copy_on_write_page_come_to_an_end) {
    page(LEVEL2, 5, 0x20000 | USER_RO);
    uint32_t rounds = 0;
    for (bool done = false; !done && rounds < 10; ++rounds) {
        const hw_context c = g.s.context();
        fault_detail detail;
        if (!g.m.load_exclusive(c, g.s.dacr_user(), 0x5000)) {
            ASSERT_EQ(g.s.handle_fault(gva{0x5000}, access::read, privilege::user, detail),
                      fault_kind::filled);
            continue;
        }
        const auto stored = g.m.store_exclusive(c, g.s.dacr_user(), 0x5000);
        if (stored) {
            done = *stored;
            continue;
        }
        if (g.s.handle_fault(gva{0x5000}, access::write, privilege::user, detail) ==
            fault_kind::guest) {
            page(LEVEL2, 5, 0x22000 | USER_RW); // the guest's copy
            g.flush_va(0x5000, 1, 1, flush_reason::unmapped);
        }
    }
    EXPECT_LE(rounds, 5u);
}

TEST_F(shadow_mmu_test, exhausted_tables_are_evicted_and_every_access_still_ends) {
    for (uint32_t i = 0; i < 64; ++i) {
        table(LEVEL1, 0x200 + i, LEVEL2 + 0x400 * (i % 8));
        page(LEVEL2 + 0x400 * (i % 8), 3, 0x20000 | USER_RW);
    }
    for (uint32_t round = 0; round < 3; ++round) {
        for (uint32_t i = 0; i < 64; ++i) {
            EXPECT_EQ(user(((0x200 + i) << 20) | 0x3000, access::write), ended::done);
        }
    }
    EXPECT_GT(g.s.counters().tables_evicted, 100u);
}

TEST_F(shadow_mmu_test, one_instruction_over_four_megabytes_ends_with_the_least_pool) {
    guest small{3, 10};
    small.switch_to(LEVEL1, 1);
    small.set_dacr(0x55555555);
    const uint32_t at[] = {0x2ff000, 0x300000, 0x4ff000, 0x500000};
    for (const uint32_t va : at) {
        const uint32_t level2 = LEVEL2 + 0x400 * ((va >> 20) - 2);
        small.store(LEVEL1 + (va >> 20) * 4, level2 | 1);
        for (uint32_t i = 0; i < 0x100; i += 0xff) {
            small.store(level2 + i * 4, 0x20000 | KERNEL_RW | 0x800);
        }
        small.store(level2 + 0x10 * 4, 0x21000 | USER_RW);
    }
    small.set_sctlr(1);
    for (uint32_t round = 0; round < 20; ++round) {
        for (const uint32_t va : at) { // both views of every megabyte, so that the pool is full
            (void)small.run((va & 0xfff00000) | 0x10000, access::read, privilege::user);
        }
        uint32_t restarts = 0;
        for (uint32_t i = 0; i < 4 && restarts < 20;) {
            const hw_result hw =
                small.m.go(small.s.context(), small.s.dacr_kernel(), at[i], access::write);
            if (hw.ok) {
                ++i;
                continue;
            }
            fault_detail detail;
            ASSERT_EQ(small.s.handle_fault(gva{at[i]}, access::write, privilege::kernel, detail),
                      fault_kind::filled);
            ++restarts;
            i = 0; // the whole instruction again
        }
        ASSERT_LT(restarts, 20u);
    }
}

TEST_F(shadow_mmu_test, tables_that_name_themselves_or_nothing) {
    table(LEVEL1, 0x300, LEVEL1); // its own first level as second level
    table(LEVEL1, 0x301, 0x400000 - 0x400);
    table(LEVEL1, 0x302, 0x400000);
    table(LEVEL1, 0x303, DEVICE);
    for (uint32_t mb = 0x300; mb < 0x304; ++mb) {
        for (uint32_t i = 0; i < 256; i += 5) {
            (void)user((mb << 20) | (i << 12), access::write);
        }
    }
    EXPECT_EQ(user(0x30200000, access::read), ended::guest_fault);
    EXPECT_EQ(g.last.fsr, 0xeu);
    EXPECT_EQ(user(0x30300000, access::read), ended::guest_fault);
    EXPECT_EQ(g.last.fsr, 0xeu);
    g.switch_to(0x7ffff000, 3);
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    EXPECT_EQ(g.last.fsr, 0xcu);
    g.check_window();
}

TEST_F(shadow_mmu_test, with_the_mmu_off_addresses_are_physical) {
    g.set_sctlr(0);
    EXPECT_EQ(user(0x00123450, access::write), ended::done);
    EXPECT_EQ(kernel(SECOND_RAM + 0x40, access::execute), ended::done);
    EXPECT_EQ(kernel(0x30000000, access::write), ended::mmio);
}

TEST_F(shadow_mmu_test, ttbr1_serves_the_upper_part) {
    g.set_tables(1, LEVEL1_B); // N = 1: from 0x80000000 up
    table(LEVEL1_B, 0x900, 0x10400);
    page(0x10400, 1, 0x22000 | KERNEL_RW);
    EXPECT_EQ(kernel(0x90001000, access::write), ended::done);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::write), ended::done);
}

TEST_F(shadow_mmu_test, long_descriptors_are_refused) {
    EXPECT_FALSE(g.s.set_ttbcr(0x80000000));
    EXPECT_EQ(g.s.registers().ttbcr, 0u);
}

TEST_F(shadow_mmu_test, prefill_makes_one_trip_of_eight) {
    for (uint32_t i = 0x10; i < 0x18; ++i) {
        page(LEVEL2, i, 0x20000 | (i << 12) | (i == 0x13 ? KERNEL_RW : USER_RW));
    }
    EXPECT_EQ(g.run(0x12000, access::read, privilege::user, 8), ended::done);
    EXPECT_EQ(g.s.counters().prefills, 6u);
    for (const uint32_t i : {0x10u, 0x11u, 0x14u, 0x17u}) {
        EXPECT_EQ(user(i << 12, access::write), ended::done);
        EXPECT_EQ(g.trips, 0u);
    }
    EXPECT_EQ(user(0x13000, access::read), ended::guest_fault);
}

TEST_F(shadow_mmu_test, a_batch_of_changes_in_one_call) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    pt_change changes[16];
    for (uint32_t i = 0; i < 16; ++i) {
        page(LEVEL2, 0x40 + i, 0x30000 | (i << 12) | USER_RW);
        changes[i] = {gva{(0x40 + i) << 12}, 1, flush_reason::unmapped, true};
    }
    page(LEVEL2, 5, 0);
    changes[15] = {gva{0x5000}, 1, flush_reason::unmapped, false};
    g.update(changes, 16);
    for (uint32_t i = 0; i < 15; ++i) {
        EXPECT_EQ(user((0x40 + i) << 12, access::write), ended::done);
        EXPECT_EQ(g.trips, 0u);
    }
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
}

TEST_F(shadow_mmu_test, address_translation_operations) {
    page(LEVEL2, 5, 0x20000 | USER_RO);
    EXPECT_EQ(g.s.translate_for(gva{0x5123}, access::read, privilege::user).value(), gpa{0x20123});
    EXPECT_EQ(g.s.par_for(gva{0x5123}, access::read, privilege::user), 0x20000u | 0x54);
    EXPECT_EQ(g.s.par_for(gva{0x5123}, access::write, privilege::user), 1u | (0xfu << 1));
    EXPECT_EQ(g.s.par_for(gva{0x9000}, access::read, privilege::user), 1u | (0x7u << 1));
    page(LEVEL2, 6, 0x28000 | USER_RO);
    std::vector<std::pair<uint32_t, uint32_t>> seen;
    const auto visit = [&](gva, pa where, uint32_t bytes) {
        seen.emplace_back(where.value(), bytes);
    };
    g.s.for_each_page(gva{0x5ff0}, 0x20, privilege::user, visit);
    EXPECT_EQ(seen, (std::vector<std::pair<uint32_t, uint32_t>>{{RAM_AT + 0x20ff0, 0x10},
                                                                {RAM_AT + 0x28000, 0x10}}));
    page(LEVEL2, 8, 0x29000 | USER_RO);
    seen.clear();
    g.s.for_each_page(gva{0x6ff0}, 0x1020, privilege::user, visit); // page 7 is not there
    EXPECT_EQ(seen, (std::vector<std::pair<uint32_t, uint32_t>>{{RAM_AT + 0x28ff0, 0x10},
                                                                {RAM_AT + 0x29000, 0x10}}));
}

TEST(shadow_config, refuses_what_cannot_work) {
    machine m;
    shadow s{machine_port{&m}};
    const auto error = [&](auto change) {
        shadow_config c = m.config();
        change(c);
        const auto result = s.init(c);
        EXPECT_FALSE(result);
        return result.error();
    };
    EXPECT_EQ(error([](auto& c) { c.spaces = 2; }), config_error::spaces);
    EXPECT_EQ(error([](auto& c) { c.spaces = 10; }), config_error::spaces);
    EXPECT_EQ(error([](auto& c) { c.tables = 9; }), config_error::tables);
    EXPECT_EQ(error([](auto& c) { c.l1_address = pa{0x400}; }), config_error::alignment);
    EXPECT_EQ(error([](auto& c) { c.vcpu_page_at = gva{0xfff01000}; }), config_error::vcpu_page);
    EXPECT_EQ(error([](auto& c) { c.first_asid = 0; }), config_error::asids);
    EXPECT_EQ(error([](auto& c) { c.first_asid = 252; }), config_error::asids);
    EXPECT_EQ(error([](auto& c) { c.memory = nullptr; }), config_error::memory);
}

TEST(memory_map, refuses_overlaps_wraps_and_crumbs) {
    memory_map map;
    ASSERT_TRUE(map.add({gpa{0x100000}, 0x100000, pa{0x80000000}, region_kind::ram}));
    EXPECT_EQ(map.add({gpa{0x1ff000}, 0x1000, pa{0}, region_kind::ram}).error(),
              map_error::overlaps);
    EXPECT_EQ(map.add({gpa{0}, 0x101000, pa{0}, region_kind::ram}).error(), map_error::overlaps);
    EXPECT_EQ(map.add({gpa{0xfffff000}, 0x2000, pa{0}, region_kind::ram}).error(),
              map_error::wraps);
    EXPECT_EQ(map.add({gpa{0x200000}, 0x800, pa{0}, region_kind::ram}).error(),
              map_error::unaligned);
    EXPECT_EQ(map.add({gpa{0x200000}, 0, pa{0}, region_kind::ram}).error(), map_error::empty);
    EXPECT_EQ(map.ram(gpa{0x100004}).value(), pa{0x80000004});
    EXPECT_FALSE(map.ram(gpa{0x200000}));
    EXPECT_TRUE(map.holds_section(gpa{0x1abcde}));
}

} // namespace
} // namespace paravane::test
