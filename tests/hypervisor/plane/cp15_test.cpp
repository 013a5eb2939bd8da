// SPDX-License-Identifier: BSD-2-Clause
// The virtual CP15, CP14 and VMRS in a kernel mode: what stores, what is told to the
// MMU and caches, what reads as zero and what is undefined (ARM ARM B3.17, B4).
#include "fake_environment.hpp"

#include <gtest/gtest.h>

namespace paravane::plane_test {
namespace {

struct cp_register {
    uint32_t crn, opc1, crm, opc2;
};

constexpr uint32_t mcr(cp_register which, uint32_t rt) {
    return 0xee000f10 | which.opc1 << 21 | which.crn << 16 | rt << 12 | which.opc2 << 5 | which.crm;
}
constexpr uint32_t mrc(cp_register which, uint32_t rt) {
    return mcr(which, rt) | 1u << 20;
}

struct kernel : fake_environment {
    kernel() {
        enter(MODE_SVC);
        r(1) = 0xa5c3f1e7;
    }
};

struct storage_case {
    const char* name;
    cp_register which;
    uint32_t reads_back;
};

constexpr storage_case STORAGE[] = {
    {"SCTLR", {1, 0, 0, 0}, 0x20c5707f},
    {"ACTLR", {1, 0, 0, 1}, 0xa5c3f1e7},
    {"CPACR", {1, 0, 0, 2}, 0x80c00000},
    {"TTBR0", {2, 0, 0, 0}, 0xa5c3f1e7},
    {"TTBR1", {2, 0, 0, 1}, 0xa5c3f1e7},
    {"DACR", {3, 0, 0, 0}, 0xa5c3f1e7},
    {"DFSR", {5, 0, 0, 0}, 0xa5c3f1e7},
    {"IFSR", {5, 0, 0, 1}, 0xa5c3f1e7},
    {"ADFSR", {5, 0, 1, 0}, 0xa5c3f1e7},
    {"AIFSR", {5, 0, 1, 1}, 0xa5c3f1e7},
    {"DFAR", {6, 0, 0, 0}, 0xa5c3f1e7},
    {"IFAR", {6, 0, 0, 2}, 0xa5c3f1e7},
    {"PAR", {7, 0, 4, 0}, 0xa5c3f1e7},
    {"PRRR", {10, 0, 2, 0}, 0xa5c3f1e7},
    {"NMRR", {10, 0, 2, 1}, 0xa5c3f1e7},
    {"VBAR", {12, 0, 0, 0}, 0xa5c3f1e0},
    {"FCSEIDR", {13, 0, 0, 0}, 0},
    {"CONTEXTIDR", {13, 0, 0, 1}, 0xa5c3f1e7},
    {"TPIDRURW", {13, 0, 0, 2}, 0xa5c3f1e7},
    {"TPIDRURO", {13, 0, 0, 3}, 0xa5c3f1e7},
    {"TPIDRPRW", {13, 0, 0, 4}, 0xa5c3f1e7},
    {"CSSELR", {0, 2, 0, 0}, 7},
    {"PMCR", {9, 0, 12, 0}, 0},
    {"PMCCNTR", {9, 0, 13, 0}, 0},
    {"L2CTLR", {9, 1, 0, 2}, 0},
    {"TLB lockdown", {10, 0, 0, 0}, 0},
    {"implementation defined", {15, 0, 0, 1}, 0},
};

TEST(cp15, what_is_written_reads_back_as_far_as_it_exists) {
    for (const storage_case& one : STORAGE) {
        kernel env;
        ASSERT_EQ(outcome::next, env.run(mcr(one.which, 1))) << one.name;
        env.r(2) = 0xdeadbeef;
        ASSERT_EQ(outcome::next, env.run(mrc(one.which, 2))) << one.name;
        EXPECT_EQ(one.reads_back, env.r(2)) << one.name;
    }
}

TEST(cp15, no_two_registers_share_storage) {
    kernel env;
    uint32_t stamp = 0;
    for (const storage_case& one : STORAGE) {
        if (one.reads_back == 0xa5c3f1e7) {
            env.r(1) = 0x1000 + ++stamp;
            ASSERT_EQ(outcome::next, env.run(mcr(one.which, 1))) << one.name;
        }
    }
    stamp = 0;
    for (const storage_case& one : STORAGE) {
        if (one.reads_back == 0xa5c3f1e7) {
            ASSERT_EQ(outcome::next, env.run(mrc(one.which, 2))) << one.name;
            EXPECT_EQ(0x1000 + ++stamp, env.r(2)) << one.name;
        }
    }
}

struct operation_case {
    const char* name;
    cp_register which;
    const char* told;
};

constexpr operation_case OPERATIONS[] = {
    {"ICIALLUIS", {7, 0, 1, 0}, "cache 3 0 64"}, {"BPIALLIS", {7, 0, 1, 6}, "cache 4 0 64"},
    {"ICIALLU", {7, 0, 5, 0}, "cache 3 0 64"},   {"ICIMVAU", {7, 0, 5, 1}, "cache 3 1 64"},
    {"ISB", {7, 0, 5, 4}, "barrier 0"},          {"BPIALL", {7, 0, 5, 6}, "cache 4 0 64"},
    {"BPIMVA", {7, 0, 5, 7}, "cache 4 1 64"},    {"DCIMVAC", {7, 0, 6, 1}, "cache 1 1 64"},
    {"DCISW", {7, 0, 6, 2}, "cache 1 2 64"},     {"DCCMVAC", {7, 0, 10, 1}, "cache 0 1 64"},
    {"DCCSW", {7, 0, 10, 2}, "cache 0 2 64"},    {"DSB", {7, 0, 10, 4}, "barrier 1"},
    {"DMB", {7, 0, 10, 5}, "barrier 2"},         {"DCCMVAU", {7, 0, 11, 1}, "cache 0 1 64"},
    {"DCCIMVAC", {7, 0, 14, 1}, "cache 2 1 64"}, {"DCCISW", {7, 0, 14, 2}, "cache 2 2 64"},
    {"TLBIALLIS", {8, 0, 3, 0}, "tlb 0 64"},     {"ITLBIALL", {8, 0, 5, 0}, "tlb 0 64"},
    {"DTLBIMVA", {8, 0, 6, 1}, "tlb 1 64"},      {"TLBIALL", {8, 0, 7, 0}, "tlb 0 64"},
    {"TLBIMVA", {8, 0, 7, 1}, "tlb 1 64"},       {"TLBIASID", {8, 0, 7, 2}, "tlb 2 64"},
    {"TLBIMVAA", {8, 0, 7, 3}, "tlb 3 64"},      {"TLBIMVAAIS", {8, 0, 3, 3}, "tlb 3 64"},
    {"DACR", {3, 0, 0, 0}, "dacr 64"},           {"TPIDRURO", {13, 0, 0, 3}, "thread_ro 64"},
    {"TTBR0", {2, 0, 0, 0}, "translation 0 64"}, {"CONTEXTIDR", {13, 0, 0, 1}, "translation 3 64"},
};

TEST(cp15, operations_reach_the_machine) {
    for (const operation_case& one : OPERATIONS) {
        kernel env;
        env.r(3) = 64;
        ASSERT_EQ(outcome::next, env.run(mcr(one.which, 3))) << one.name;
        EXPECT_EQ(std::vector<std::string>{one.told}, env.log) << one.name;
    }
}

TEST(cp15, address_translation_leaves_par) {
    for (uint32_t opc2 = 0; opc2 < 4; ++opc2) {
        kernel env;
        env.r(3) = 0x4000;
        ASSERT_EQ(outcome::next, env.run(mcr({7, 0, 8, opc2}, 3)));
        ASSERT_EQ(outcome::next, env.run(mrc({7, 0, 4, 0}, 4)));
        const uint32_t level =
            static_cast<uint32_t>((opc2 & 2) != 0 ? mmu::privilege::user : mmu::privilege::kernel);
        EXPECT_EQ(0x4000u | (opc2 & 1) << 1 | level, env.r(4)) << opc2;
    }
    kernel env;
    EXPECT_EQ(outcome::undefined, env.run(mcr({7, 0, 8, 4}, 3))) << "ATS12NSO needs Security";
}

TEST(cp15, what_the_guest_has_not_is_undefined) {
    constexpr cp_register ABSENT[] = {
        {1, 0, 1, 0},  // SCR
        {1, 0, 1, 2},  // NSACR
        {12, 0, 0, 1}, // MVBAR
        {1, 4, 1, 0},  // HCR
        {2, 4, 0, 2},  // HTCR
        {14, 0, 2, 1}, // CNTP_CTL
        {14, 0, 1, 0}, // CNTKCTL
        {4, 0, 0, 0},  {11, 0, 0, 0}, {6, 0, 0, 1}, {13, 4, 0, 2},
    };
    for (const cp_register& one : ABSENT) {
        kernel env;
        EXPECT_EQ(outcome::undefined, env.run(mcr(one, 1))) << one.crn << " " << one.opc1;
        EXPECT_EQ(outcome::undefined, env.run(mrc(one, 1))) << one.crn << " " << one.opc1;
    }
    kernel env;
    EXPECT_EQ(outcome::undefined, env.run(mrc({7, 0, 10, 1}, 1))) << "operations do not read";
    EXPECT_EQ(outcome::undefined, env.run(mcr({0, 0, 0, 0}, 1))) << "MIDR does not write";
    EXPECT_EQ(outcome::undefined, env.run(mrc({1, 0, 0, 0}, 15)));
    EXPECT_EQ(outcome::undefined, env.run(mcr({1, 0, 0, 0}, 15)));
}

TEST(cp15, long_descriptors_kill) {
    kernel env;
    EXPECT_EQ(outcome::kill, env.run(mcr({2, 0, 0, 2}, 1)));
    EXPECT_EQ(kill_reason::long_descriptors, env.reason);
}

TEST(cp15, identification_is_the_hosts_without_what_is_hidden) {
    cpu_identity host = fake_identity();
    host.words[8 + 1] = 0x000f1131;
    host.words[8 + 4] = 0x10201105;
    host.words[8 + 2] = 0x02010555;
    const cpu_identity shown = hide_features(host);
    EXPECT_EQ(0x00000101u, shown.words[8 + 1]) << "Security, Virtualization and timer hidden";
    EXPECT_EQ(0x10201103u, shown.words[8 + 4]) << "no LPAE";
    EXPECT_EQ(0u, shown.words[8 + 2]);
    kernel env;
    ASSERT_EQ(outcome::next, env.run(mrc({0, 0, 0, 0}, 2)));
    EXPECT_EQ(env.id.words[0], env.r(2));
    ASSERT_EQ(outcome::next, env.run(mrc({0, 0, 2, 3}, 2)));
    EXPECT_EQ(env.id.words[8 + 11], env.r(2));
    ASSERT_EQ(outcome::next, env.run(mrc({0, 0, 0, 5}, 2)));
    EXPECT_EQ(0xc0000000u, env.r(2));
    env.storage.cp15.csselr = 2;
    ASSERT_EQ(outcome::next, env.run(mrc({0, 1, 0, 0}, 2)));
    EXPECT_EQ(env.id.ccsidr[2], env.r(2));
    env.storage.cp15.csselr = 15;
    ASSERT_EQ(outcome::next, env.run(mrc({0, 1, 0, 0}, 2)));
    EXPECT_EQ(0u, env.r(2)) << "no such cache";
}

TEST(cp15, thread_register_serves_kernel_and_user) {
    kernel env;
    ASSERT_EQ(outcome::next, env.run(mcr({13, 0, 0, 3}, 1)));
    EXPECT_EQ(env.r(1), env.shared.thread_kernel);
    EXPECT_EQ(env.r(1), env.shared.thread_user);
    env.shared.thread_user = 0x1234;
    env.storage.entry_user[1] = 0xc0008000;
    ASSERT_EQ(outcome::next, env.run(mcr({13, 0, 0, 3}, 1)));
    EXPECT_EQ(0x1234u, env.shared.thread_user) << "a kernel that takes upcalls keeps it itself";
    env.enter(MODE_USR);
    ASSERT_EQ(outcome::next, env.run(mrc({13, 0, 0, 3}, 2)));
    EXPECT_EQ(0x1234u, env.r(2));
}

TEST(cp15, pending_interrupts_show_in_isr) {
    kernel env;
    ASSERT_EQ(outcome::next, env.run(mrc({12, 0, 1, 0}, 2)));
    EXPECT_EQ(0u, env.r(2));
    env.shared.irq_pending = 5;
    ASSERT_EQ(outcome::next, env.run(mrc({12, 0, 1, 0}, 2)));
    EXPECT_EQ(0x80u, env.r(2));
}

TEST(counter, reads_as_a_pair_where_there_is_one) {
    kernel env;
    EXPECT_EQ(outcome::undefined, env.run(0xec532f1e)); // MRRC CNTVCT, r2, r3
    env.shared.counter_hz = 62500000;
    ASSERT_EQ(outcome::next, env.run(0xec532f1e));
    EXPECT_EQ(0x9abcdef0u, env.r(2));
    EXPECT_EQ(0x12345678u, env.r(3));
    ASSERT_EQ(outcome::next, env.run(mrc({14, 0, 0, 0}, 4)));
    EXPECT_EQ(62500000u, env.r(4));
    EXPECT_EQ(outcome::undefined, env.run(0xec432f1e)); // MCRR
}

TEST(cp14, debug_reads_as_zero_and_trace_does_not_exist) {
    kernel env;
    ASSERT_EQ(outcome::next, env.run(0xee102e10)); // DBGDIDR
    EXPECT_EQ(0u, env.r(2));
    EXPECT_EQ(outcome::next, env.run(0xee001e15));
    EXPECT_EQ(outcome::undefined, env.run(0xee301e10)); // opc1 1
}

TEST(fp, is_off_until_cpacr_and_fpexc_say_so) {
    kernel env;
    EXPECT_EQ(outcome::undefined, env.run(0xeef82a10)); // VMRS FPEXC
    env.storage.cp15.cpacr = 0x00100000;                // PL1 only
    ASSERT_EQ(outcome::next, env.run(0xeef82a10));
    EXPECT_EQ(outcome::undefined, env.run(0xeef12a10)); // FPSCR needs EN
    env.r(3) = 0xffffffff;
    ASSERT_EQ(outcome::next, env.run(0xeee83a10)); // VMSR FPEXC, r3
    EXPECT_EQ(0x40000000u, env.storage.fpexc);
    EXPECT_EQ(0x40000000u, env.shared.fpexc);
    EXPECT_EQ(std::vector<std::string>{"fp_access"}, env.log);
    env.fp_status = 0x6a5a5a5a;
    ASSERT_EQ(outcome::next, env.run(0xeef1fa10)); // VMRS APSR_nzcv, FPSCR
    EXPECT_EQ(6u, virtual_cpsr(env) >> 28);
    env.enter(MODE_USR);
    EXPECT_EQ(outcome::undefined, env.run(0xeef12a10));
    env.storage.cp15.cpacr = 0x00f00000;
    EXPECT_EQ(outcome::next, env.run(0xeef12a10));
    EXPECT_EQ(outcome::undefined, env.run(0xeef82a10));
}

} // namespace
} // namespace paravane::plane_test
