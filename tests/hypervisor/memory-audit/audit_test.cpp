// SPDX-License-Identifier: BSD-2-Clause
// The audit finds each kind of leak in a made-up dump, and none in a clean one.
#include "audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <stdexcept>

namespace paravane::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint32_t BASE = 0x40000000;
constexpr uint32_t LEVEL1 = BASE;
constexpr uint32_t LEVEL2 = BASE + 0x4000;
constexpr uint32_t HYPERVISOR = BASE + 0x10000;
constexpr uint32_t ALICE = 0x48000000;
constexpr uint32_t BOB = 0x4c000000;

class audit_test : public ::testing::Test {
protected:
    audit_test() {
        system.dumps.push_back({{BASE, 0x8000}, std::vector<uint8_t>(0x8000)});
        system.hypervisor.push_back({HYPERVISOR, 0x10000});
        system.hypervisor.push_back({BASE, 0x8000}); // the tables
        system.vms = {{"alice", {{ALICE, 0x400000}}}, {"bob", {{BOB, 0x400000}}}};
        system.spaces = {{"alice", LEVEL1, 0x55, 0x5}};
        put(LEVEL1 + 0xfff * 4, LEVEL2 | 1);
        put(LEVEL2 + 0xe1 * 4, HYPERVISOR | 0x212);           // AP 101: privileged, read-only, X
        put(LEVEL2 + 0xe2 * 4, (HYPERVISOR + 0x1000) | 0x13); // AP 001, XN
        put(LEVEL1 + 0xc00 * 4, ALICE | 0x20c02);             // section, AP 011
    }
    void put(uint32_t at, uint32_t value) {
        for (int i = 0; i < 4; ++i) {
            system.dumps[0].bytes.at(at - BASE + i) = static_cast<uint8_t>(value >> (8 * i));
        }
    }
    std::vector<std::string> findings() {
        std::vector<std::string> out;
        for (const finding& f : audit(system).findings) {
            out.push_back(f.what);
        }
        return out;
    }
    plan system;
};

TEST_F(audit_test, clean) {
    const report r = audit(system);
    EXPECT_TRUE(r.findings.empty());
    EXPECT_EQ(r.user_pages, 256u);
    EXPECT_EQ(r.privileged_pages, 2u);
}

TEST_F(audit_test, the_hypervisor_in_reach) {
    put(LEVEL2 + 0xe2 * 4, (HYPERVISOR + 0x1000) | 0x23);
    EXPECT_THAT(findings(),
                ElementsAre(HasSubstr("va 0xfffe2000: User mode reaches memory of the hyp"),
                            HasSubstr("not the VM's")));
}

TEST_F(audit_test, a_page_table_in_reach) {
    put(LEVEL2 + 0x10 * 4, LEVEL2 | 0x33);
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("of the hypervisor"), HasSubstr("not the VM's")));
}

TEST_F(audit_test, another_vm_even_in_a_closed_domain) {
    put(LEVEL1 + 0xc01 * 4, BOB | 0x20c02 | (7 << 5));
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("(its domain is closed now)")));
}

TEST_F(audit_test, a_section_that_ends_past_the_vm) {
    system.vms[0].memory[0].size = 0x80000;
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("va 0xc0000000")));
}

TEST_F(audit_test, writable_and_executable) {
    put(LEVEL2 + 0xe2 * 4, (HYPERVISOR + 0x1000) | 0x12);
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("writable and executable")));
}

TEST_F(audit_test, executable_here_and_writable_there) {
    put(LEVEL2 + 0xe3 * 4, HYPERVISOR | 0x13);
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("va 0xfffe3000: memory of the hypervisor is "
                                                  "writable, and executable elsewhere")));
    put(LEVEL2 + 0xe3 * 4, 0);
    put(LEVEL1 + 0x400 * 4, (BASE & 0xfff00000) | 0x412); // the linear map: AP 01, XN
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("va 0x40010000")));
}

TEST_F(audit_test, a_shared_page_is_the_guests_too) {
    system.vms[0].memory.push_back({HYPERVISOR + 0x2000, 0x1000});
    put(LEVEL2 + 0x10 * 4, (HYPERVISOR + 0x2000) | 0x33);
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("memory of the hypervisor")));
    system.shared.push_back({HYPERVISOR + 0x2000, 0x1000});
    EXPECT_TRUE(findings().empty());
}

TEST_F(audit_test, manager_and_upside_down_domains) {
    system.spaces[0].dacr_user = 0x303;
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("manager"), HasSubstr("opens a domain")));
}

TEST_F(audit_test, tables_outside_the_dump) {
    put(LEVEL1 + 5 * 4, 0x70000000 | 1);
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("outside the dump")));
    system.spaces[0].ttbr0 = 0x70000000;
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("first-level table lies outside")));
}

TEST(audit_plan, reads_and_refuses) {
    std::istringstream good{"vm a 0x100000 4096 # RAM\nvm a 0x200000 4096\nspace a 0x4000 5 1\n"};
    const plan p = read_plan(good, "p", ".");
    ASSERT_EQ(p.vms.size(), 1u);
    EXPECT_EQ(p.vms[0].memory.size(), 2u);
    EXPECT_EQ(p.spaces[0].dacr_kernel, 5u);
    const auto error = [](const char* text) -> std::string {
        std::istringstream in{text};
        try {
            (void)read_plan(in, "p", ".");
        } catch (const std::runtime_error& e) {
            return e.what();
        }
        return "accepted";
    };
    EXPECT_THAT(error(""), HasSubstr("no space"));
    EXPECT_THAT(error("\nroom 1 2\n"), HasSubstr("p:2: unknown word 'room'"));
    EXPECT_THAT(error("vm a 0x1000\n"), HasSubstr("size is missing"));
    EXPECT_THAT(error("vm a 0x1000 0\n"), HasSubstr("empty"));
    EXPECT_THAT(error("vm a 0xffffffff 2\n"), HasSubstr("leaves 32 bits"));
    EXPECT_THAT(error("hypervisor 12x 4\n"), HasSubstr("'12x' is not a 32-bit number"));
    EXPECT_THAT(error("dump 0 no-such-file\n"), HasSubstr("cannot open ./no-such-file"));
}

} // namespace
} // namespace paravane::audit
