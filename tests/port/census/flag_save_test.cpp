// SPDX-License-Identifier: BSD-2-Clause
// An MRS by which a compiler saves condition flags is harmless when that is proven, and a
// finding when its register is used in any other way or cannot be followed.
#include "census/verify.hpp"

#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <span>

namespace paravane::port::test {
namespace {

struct save {
    const char* name;
    const char* body; ///< of function f; g, h and table are there to be used
    bool proven;
};

// f is entered with nothing; what follows its MRS decides.
constexpr save ARM[] = {
    {"restored", "mrs r1, cpsr\nmovwlt r3, #1\ncmp r3, #0\nmsr cpsr_f, r1\nmov r1, #0\nbx lr\n",
     true},
    {"with_ge_bits", "mrs r1, cpsr\nmsr cpsr_fs, r1\nmov r1, #0\nbx lr\n", true},
    {"restored_or_written_anew",
     "mrs r1, cpsr\nbeq 1f\nmsr cpsr_f, r1\nmov r1, #0\n1: mov r1, #2\nbx lr\n", true},
    {"in_a_loop", "1: mrs r1, cpsr\nmsr cpsr_f, r1\nbne 1b\nmov r1, #0\nbx lr\n", true},
    {"scratch_at_return", "mrs r3, cpsr\nmsr cpsr_f, r3\nbx lr\n", true},
    {"restored_by_ldm", "push {r4, lr}\nmrs r4, cpsr\nmsr cpsr_f, r4\npop {r4, pc}\n", true},
    {"restored_by_frame", "mrs r5, cpsr\nmsr cpsr_f, r5\nldmdb fp, {r5, fp, sp, pc}\n", true},
    {"call_that_spares_it", "mrs r3, cpsr\nmsr cpsr_f, r3\nbl g\nmov r3, #0\nbx lr\n", true},
    {"tail_call", "mrs r3, cpsr\nmsr cpsr_f, r3\nb g\n", true},
    {"conditional_save", "mrseq r3, cpsr\nmsreq cpsr_f, r3\nbx lr\n", true},
    {"link_register", "mrs lr, cpsr\nmsr cpsr_f, lr\nbl g\npop {pc}\n", true},

    {"trap_of_another_register", "mrs r3, cpsr\nmsr cpsr_f, r3\nsvc 0xe11018\nbx lr\n", true},
    {"trap_without_a_register", "mrs r3, cpsr\nmsr cpsr_f, r3\nsvc 0xe12640\nbx lr\n", true},
    {"trap_that_writes_it", "mrs r1, cpsr\nmsr cpsr_f, r1\nsvc 0xe10001\nbx lr\n", true},

    {"trap_that_writes_it_if", "mrs r1, cpsr\nmsr cpsr_f, r1\nsvceq 0xe10001\nbx lr\n", false},
    {"trap_that_reads_it", "mrs r3, cpsr\nmsr cpsr_f, r3\nsvc 0xe11013\nbx lr\n", false},
    {"trap_that_returns", "mrs r3, cpsr\nmsr cpsr_f, r3\nsvc 0xe18d0e\nbx lr\n", false},
    {"trap_of_a_table", "mrs r3, cpsr\nmsr cpsr_f, r3\nsvc 0xe20000\nbx lr\n", false},
    {"trap_that_may_bank_it", "mrs r12, cpsr\nmsr cpsr_f, r12\nsvc 0xe11010\nbx lr\n", false},
    {"never_restored", "mrs r1, cpsr\nmov r1, #0\nbx lr\n", false},
    {"tested", "mrs r1, cpsr\nmsr cpsr_f, r1\ntst r1, #15\nmov r1, #0\nbx lr\n", false},
    {"tested_on_one_path",
     "mrs r1, cpsr\nbeq 1f\nmsr cpsr_f, r1\nmov r1, #0\nbx lr\n1: tst r1, #128\nmov r1, #0\nbx "
     "lr\n",
     false},
    {"moved", "mrs r1, cpsr\nmsr cpsr_f, r1\nmov r2, r1\nmov r1, #0\nbx lr\n", false},
    {"stored", "mrs r1, cpsr\nstr r1, [sp, #-4]\nmsr cpsr_f, r1\nmov r1, #0\nbx lr\n", false},
    {"pushed", "mrs r1, cpsr\nmsr cpsr_f, r1\npush {r1, lr}\nmov r1, #0\npop {r1, pc}\n", false},
    {"address", "mrs r1, cpsr\nmsr cpsr_f, r1\nldr r2, [r0, r1]\nmov r1, #0\nbx lr\n", false},
    {"half_written", "mrs r1, cpsr\nmsr cpsr_f, r1\nmovt r1, #0\nbx lr\n", false},
    {"bits_inserted", "mrs r1, cpsr\nmsr cpsr_f, r1\nbfi r1, r2, #0, #8\nbx lr\n", false},
    {"shift_amount", "mrs r1, cpsr\nmsr cpsr_f, r1\nmov r2, r0, lsl r1\nmov r1, #0\nbx lr\n",
     false},
    {"of_a_pair", "mrs r1, cpsr\nmsr cpsr_f, r1\nldr r2, =table\nstrd r0, r1, [r2]\nbx lr\n",
     false},
    {"exclusive_pair", "mrs r1, cpsr\nmsr cpsr_f, r1\nstrexd r4, r0, r1, [r2]\nbx lr\n", false},
    {"to_control_bits", "mrs r1, cpsr\nmsr cpsr_f, r1\nmsr cpsr_fc, r1\nmov r1, #0\nbx lr\n",
     false},
    {"to_spsr", "mrs r1, cpsr\nmsr cpsr_f, r1\nmsr spsr_f, r1\nmov r1, #0\nbx lr\n", false},
    {"to_coprocessor", "mrs r1, cpsr\nmsr cpsr_f, r1\nmcr p15,0,r1,c13,c0,2\nmov r1,#0\nbx lr\n",
     false},
    {"written_only_if", "mrs r1, cpsr\nmsr cpsr_f, r1\nmoveq r1, #0\nmov r0, r1\nbx lr\n", false},
    {"result", "mrs r0, cpsr\nmsr cpsr_f, r0\nbx lr\n", false},
    {"result_on_condition", "mrs r0, cpsr\nmsr cpsr_f, r0\nbxeq lr\nmov r0, #0\nbx lr\n", false},
    {"high_half_of_result", "mrs r1, cpsr\nmsr cpsr_f, r1\nbx lr\n", false},
    {"saved_register_lost", "mrs r4, cpsr\nmsr cpsr_f, r4\nbx lr\n", false},
    {"argument", "mrs r1, cpsr\nmsr cpsr_f, r1\nbl h\nmov r1, #0\nbx lr\n", false},
    {"argument_of_tail_call", "mrs r1, cpsr\nmsr cpsr_f, r1\nb h\n", false},
    {"pointer_call", "mrs r1, cpsr\nmsr cpsr_f, r1\nblx r2\nmov r1, #0\nbx lr\n", false},
    {"pointer_jump", "mrs r3, cpsr\nmsr cpsr_f, r3\nbx r2\n", false},
    {"pointer_jump_if", "mrs r3, cpsr\nmsr cpsr_f, r3\nbxeq r2\nbx lr\n", false},
    {"jump_table", "mrs r3, cpsr\nmsr cpsr_f, r3\nldr pc, [r2, r0, lsl #2]\n", false},
    {"computed_jump", "mrs r3, cpsr\nmsr cpsr_f, r3\nadd pc, pc, r0\nnop\nbx lr\n", false},
    {"return_by_it", "mrs lr, cpsr\nmsr cpsr_f, lr\nbx lr\n", false},
    {"system_call", "mrs r1, cpsr\nmsr cpsr_f, r1\nsvc #0\nmov r1, #0\nbx lr\n", false},
    {"breakpoint", "mrs r1, cpsr\nmsr cpsr_f, r1\nudf #3\nmov r1, #0\nbx lr\n", false},
    {"place_that_is_patched", "mrs r1, cpsr\nnop\nmsr cpsr_f, r1\nmov r1, #0\nbx lr\n", false},
    {"named_by_a_table",
     "mrs r1, cpsr\nmsr cpsr_f, r1\n9: ldr r2, [r0]\nmov r1, #0\nbx lr\n"
     ".section __ex_table,\"a\"\n.long 9b, g\n.text\n",
     false},
    {"named_by_its_distance",
     "mrs r1, cpsr\nmsr cpsr_f, r1\n9: ldr r2, [r0]\nmov r1, #0\nbx lr\n"
     ".section __ex_table,\"a\"\n.balign 4\n.long 9b - .\n.text\n",
     false},
    {"runs_into_data", "mrs r1, cpsr\nmsr cpsr_f, r1\n.word 0xe3a01000\n", false},
};

constexpr save THUMB[] = {
    {"restored", "mrs r1, cpsr\nmovs r2, #0\nmsr cpsr_f, r1\nmovs r1, #0\nbx lr\n", true},
    {"block_that_writes", "mrs r3, cpsr\nmsr cpsr_f, r3\nit eq\nmoveq r0, #0\nbx lr\n", true},
    {"zero_branch", "mrs r3, cpsr\nmsr cpsr_f, r3\ncbz r0, 1f\nmovs r3, #1\n1: bx lr\n", true},
    {"restored_by_pop", "push {r4, lr}\nmrs r4, cpsr\nmsr cpsr_f, r4\npop {r4, pc}\n", true},
    {"conditional_write",
     "mrs r1, cpsr\nmsr cpsr_f, r1\nit eq\nmoveq r1, #0\nmov r0, r1\nmovs r1, #0\nbx lr\n", false},
    {"tested", "mrs r1, cpsr\nmsr cpsr_f, r1\ntst r1, #15\nmovs r1, #0\nbx lr\n", false},
    {"zero_tested", "mrs r1, cpsr\nmsr cpsr_f, r1\ncbz r1, 1f\n1: movs r1, #0\nbx lr\n", false},
    {"to_control_bits", "mrs r1, cpsr\nmsr cpsr_f, r1\nmsr cpsr_fc, r1\nmovs r1, #0\nbx lr\n",
     false},
    {"table_jump", "mrs r3, cpsr\nmsr cpsr_f, r3\ntbb [pc, r0]\n", false},
    {"place_that_is_patched", "mrs r3, cpsr\nnop.w\nmsr cpsr_f, r3\nbx lr\n", false},
};

class flag_save_fixture : public testing::Test {
protected:
    /// One image with a function for each; the names of those whose MRS is a finding.
    std::set<std::string> refused(const char* set, std::span<const save> all,
                                  const char* file = "code.c") {
        std::string source = std::string(".syntax unified\n.file \"") + file +
                             "\"\n.data\ntable: .long 0, 0\n.text\n" + set +
                             function("g", "movs r0, #0\nbx lr\n") +
                             function("h", "movs r0, r1\nbx lr\n");
        for (const save& one : all)
            source += function(one.name, one.body);
        const auto path = link(folder, assemble(folder, "code", source, "-march=armv7-a"));
        const auto result = verify(*elf_image::open(path.string()), {});
        std::set<std::string> names;
        for (const auto& finding : result->findings)
            if (finding.site.what == kind::mrs_cpsr)
                names.insert(finding.site.function);
        EXPECT_EQ(result->flag_saves, all.size() - names.size());
        return names;
    }

    void check(const char* set, std::span<const save> all) {
        const auto names = refused(set, all);
        for (const save& one : all)
            EXPECT_EQ(!names.contains(one.name), one.proven) << one.name;
    }

    scratch_folder folder;

private:
    static std::string function(const std::string& name, const std::string& body) {
        return ".type " + name + ",%function\n" + name + ":\n" + body + ".ltorg\n.size " + name +
               ",.-" + name + "\n";
    }
};

TEST_F(flag_save_fixture, is_harmless_only_when_proven_in_arm) {
    check(".arm\n", ARM);
}

TEST_F(flag_save_fixture, is_harmless_only_when_proven_in_thumb) {
    check(".thumb\n", THUMB);
}

TEST_F(flag_save_fixture, believes_no_calling_convention_of_assembly) {
    const save scratch[] = {{"scratch", "mrs r3, cpsr\nmsr cpsr_f, r3\nbx lr\n", true}};
    EXPECT_TRUE(refused(".arm\n", scratch, "code.c").empty());
    EXPECT_FALSE(refused(".arm\n", scratch, "code.S").empty());
}

TEST_F(flag_save_fixture, needs_a_linked_file) {
    const auto path = assemble(folder, "code", ".arm\nf: mrs r3, cpsr\nmsr cpsr_f, r3\nbx lr\n");
    const auto image = elf_image::open(path.string());
    EXPECT_EQ(verify(*image, {})->findings.size(), 1u);
}

} // namespace
} // namespace paravane::port::test
