// SPDX-License-Identifier: BSD-2-Clause
// One construct a case: input, the line that comes out, and what the report
// says; each again is left alone, and each near miss stays silent.
#include "fixture.hpp"

#include <gmock/gmock.h>

namespace paravane::port::test {
namespace {

struct construct {
    const char* name;
    const char* file; ///< its suffix chooses the front end
    const char* input;
    const char* output; ///< nullptr: nothing may change
    size_t sites;
    int level = 0;
    disposition fate = disposition::trap;
};

void PrintTo(const construct& one, std::ostream* out) {
    *out << one.name;
}

#define IN_C(text) "void f(unsigned x)\n{\n\tunsigned v = x;\n\t(void)v;\n" text "\n}\n"

const construct CONSTRUCTS[] = {
    // .S
    {"mrs", "a.S", "\tmrs r0, cpsr\n", "\tpvn_mrs r0, cpsr\n", 1},
    {"condition", "a.S", "\tmrsne r0, cpsr\n", "\tpvn_mrsne r0, cpsr\n", 1},
    {"upper_case", "a.S", "\tMRSNE R0, SPSR\n", "\tpvn_mrsne R0, SPSR\n", 1},
    {"label_and_two_on_a_line", "a.S", "1: mrs r0, cpsr; cpsid i @ x\n",
     "1: pvn_mrs r0, cpsr; pvn_cpsid i @ x\n", 2},
    {"constant_of_names", "a.S", "\tmsr cpsr_c, #(A | B)\n", "\tpvn_msri cpsr_c, (A | B)\n", 1},
    {"register_list", "a.S", "\tldmia sp!, {r0-r3, pc}^\n",
     "\tpvn_code al, 0x11800f, ldmia sp!, {r0-r3, pc}^\n", 1},
    {"other_base_escapes", "a.S", "\tldmneia r2, {r0-r3}^\n",
     "\tpvn_escape ne; ldmneia r2, {r0-r3}^\n", 1},
    {"pre_ual_return", "a.S", "\tmoveqs pc, lr\n", "\tpvn_code eq, 0x218d0e, moveqs pc, lr\n", 1},
    {"return_with_offset", "a.S", "\tsubs pc, lr, #4\n",
     "\tpvn_code al, 0x1e2e04, subs pc, lr, #4\n", 1},
    {"macro_argument", "a.S", ".macro m, rt\n\tmcr p15, 0, \\rt, c8, c7, 0\n.endm\n",
     ".macro m, rt\n\tpvn_mcr p15, 0, \\rt, c8, c7, 0\n.endm\n", 1},
    {"macro_condition", "a.S", ".macro m, c\n\tmcr\\c p15, 0, r0, c8, c7, 0\n.endm\n",
     ".macro m, c\n\tpvn_mcr\\c p15, 0, r0, c8, c7, 0\n.endm\n", 1},
    {"operands_by_a_macro", "a.S", "#define R(x) p15, 0, x, c1, c0, 0\n\tmrcne R(r0)\n",
     "#define R(x) p15, 0, x, c1, c0, 0\n\tpvn_mrcne R(r0)\n", 1},
    {"register_alias", "a.S", "tsk .req r9\n\tmrs tsk, spsr\n",
     "tsk .req r9\n\tpvn_mrs tsk, spsr\n", 1},
    {"alternatives", "a.S", "ALT_SMP(mcr p15, 0, r0, c8, c3, 0)\n",
     "ALT_SMP(pvn_mcr p15, 0, r0, c8, c3, 0)\n", 1},
    {"define_body", "a.S", "#define W \\\n\twfi ; \\\n\tnop\n",
     "#define W \\\n\tpvn_wfi ; \\\n\tnop\n", 1},
    {"hidden_branch", "a.S", "#if 0\n\tmrs r0, cpsr\n#endif\n",
     "#if 0\n\tpvn_mrs r0, cpsr\n#endif\n", 1},
    {"rept", "a.S", ".rept 2\n\tcpsie if\n.endr\n", ".rept 2\n\tpvn_cpsie if\n.endr\n", 1},
    {"store_user_bank", "a.S", "\tstmdb r8, {sp, lr}^\n", "\tpvn_escape al; stmdb r8, {sp, lr}^\n",
     1},
    {"unprivileged", "a.S", "\tldrbt r0, [r1], #1\n",
     "\tpvn_code al, 0x1fe201, ldrbt r0, [r1], #1\n", 1},
    {"number_by_a_macro", "a.S", ".macro m, n\n\tmcr p15, 0, r0, c\\n, c0, 0\n.endm\n",
     ".macro m, n\n\tpvn_mcr p15, 0, r0, c\\n, c0, 0\n.endm\n", 1},
    {"vfp_system_by_a_macro", "a.S", ".macro m, s\n\tmrc p10, 7, r0, \\s, cr0, 0\n.endm\n",
     ".macro m, s\n\tpvn_mrc p10, 7, r0, \\s, cr0, 0\n.endm\n", 1},
    // .S, Thumb
    {"thumb_wide", "a.S", ".syntax unified\n.thumb\n\tmrs r0, cpsr\n",
     ".syntax unified\n.thumb\n\tpvn_escape_thumb; mrs r0, cpsr\n", 1},
    {"thumb_narrow", "a.S", ".thumb\n\tcpsid i\n\twfi\n",
     ".thumb\n\tpvn_code_thumb 0xde4a, cpsid i\n\tpvn_code_thumb 0xde53, wfi\n", 2},
    {"thumb_and_back", "a.S", ".code 16\n\tmrs r0, cpsr\n\t.arm\n\tmrs r0, cpsr\n",
     ".code 16\n\tpvn_escape_thumb; mrs r0, cpsr\n\t.arm\n\tpvn_mrs r0, cpsr\n", 2},
    {"thumb_func_is_thumb", "a.S", ".thumb_func\nf:\tmrs r0, cpsr\n",
     ".thumb_func\nf:\tpvn_escape_thumb; mrs r0, cpsr\n", 1},
    {"thumb_hidden", "a.S", "#if 0\n.thumb\n#endif\n\tmrs r0, cpsr\n",
     "#if 0\n.thumb\n#endif\n\tpvn_mrs r0, cpsr\n", 1},
    {"thumb_by_macro", "a.S", "#define THUMB(x...) x\nTHUMB(.thumb)\n\tmrs r0, cpsr\n",
     "#define THUMB(x...) x\nTHUMB(.thumb)\n\tpvn_escape_thumb; mrs r0, cpsr\n", 1},
    {"thumb_wrapped", "a.S",
     "#define ARM(x...) x\n#define THUMB(x...)\n ARM( mrs r0, cpsr )\n THUMB( mrs r0, cpsr )\n",
     "#define ARM(x...) x\n#define THUMB(x...)\n ARM( pvn_mrs r0, cpsr )\n"
     " THUMB( pvn_escape_thumb; mrs r0, cpsr )\n",
     2},
    {"macro_used_in_thumb", "a.S", ".macro m\n\tmrs r0, cpsr\n.endm\n.thumb\n\tm\n",
     ".macro m\n\tpvn_escape_thumb; mrs r0, cpsr\n.endm\n.thumb\n\tm\n", 1},
    {"macro_that_turns_to_thumb", "a.S",
     ".macro head\n.thumb\n.endm\n\tmrs r0, cpsr\nhead\n\tmrs r0, cpsr\n",
     ".macro head\n.thumb\n.endm\n\tpvn_mrs r0, cpsr\nhead\n\tpvn_escape_thumb; mrs r0, cpsr\n", 2},
    {"macro_used_in_both", "a.S", ".macro m\n\tmrs r0, cpsr\n.endm\n\tm\n.thumb\n\tm\n", nullptr, 1,
     0, disposition::by_hand},
    {"thumb_on_a_condition", "a.S", ".if A\n.thumb\n.endif\n\tmrs r0, cpsr\n", nullptr, 1, 0,
     disposition::by_hand},
    {"thumb_in_both_branches", "a.S", ".if A\n.thumb\n.else\n.thumb_func\n.endif\n\tmrs r0, cpsr\n",
     ".if A\n.thumb\n.else\n.thumb_func\n.endif\n\tpvn_escape_thumb; mrs r0, cpsr\n", 1},
    {"hidden_between_arm", "a.S",
     ".thumb\n\tnop\n.arm\n\tnop\n#ifdef X\n\tmrs r0, cpsr\n#endif\n\tnop\n",
     ".thumb\n\tnop\n.arm\n\tnop\n#ifdef X\n\tpvn_mrs r0, cpsr\n#endif\n\tnop\n", 1},
    {"hidden_behind_arm", "a.S", ".thumb\n\tnop\n.arm\n#ifdef X\n\tmrs r0, cpsr\n#endif\n",
     ".thumb\n\tnop\n.arm\n#ifdef X\n\tpvn_mrs r0, cpsr\n#endif\n", 1},
    {"hidden_between_both", "a.S", ".thumb\n\tnop\n#ifdef X\n\tmrs r0, cpsr\n#endif\n.arm\n",
     nullptr, 1, 0, disposition::by_hand},
    {"define_used_in_thumb", "a.S", "\tnop\n#define W \\\n\tmrs r0, cpsr\n\tnop\n.thumb\n\tW\n",
     nullptr, 1, 0, disposition::by_hand},
    {"thumb_block", "a.S", ".thumb\n\tit ne\n\tmrsne r0, cpsr\n", nullptr, 1, 0,
     disposition::by_hand},
    // .s: no preprocessor, so no header
    {"raw", "a.s", "f:\tmrsne r0, cpsr\n\tcpsid i; wfi @ x\n",
     "f:\tsvcne #0xe10000 /* mrsne r0, cpsr */\n"
     "\tsvc #0xe12640 /* cpsid i */; svc #0xe16003 /* wfi */ @ x\n",
     3},
    {"raw_escape", "a.s", ".macro m, r\n\tmcreq p15, 0, \\r, c8, c7, 0\n.endm\n",
     ".macro m, r\n\tsvceq #0xe1a000; mcreq p15, 0, \\r, c8, c7, 0\n.endm\n", 1},
    {"raw_thumb", "a.s", "\t.thumb\n\tcpsid i\n\tmrs r0, cpsr\n",
     "\t.thumb\n\t.inst.n 0xde4a /* cpsid i */\n\t.inst.w 0xf7f1a000; mrs r0, cpsr\n", 2},
    // .S, near misses
    {"comments", "a.S", "/* mrs r0, cpsr */\n// cpsid i\n@ wfi\n# wfi\n", nullptr, 0},
    {"flags_only", "a.S", "\tmsr cpsr_f, r0\n\tmovs r0, lr\n\tsubs r0, lr, #4\n", nullptr, 1, 0,
     disposition::harmless},
    {"vfp_data", "a.S",
     ".irp n,0,1\n1:\tmrc p10, 0, r0, c\\n, c0, 4\n\tmov pc, lr\n\t.org 1b + 8\n"
     "\tmrrc p11, 3, r0, r1, c\\n\n\tmcr p10, 0, r0, REG, c0, 0\n\tmcrr p11, 1, r0, r1, X\n.endr\n",
     nullptr, 0},
    {"plain_pops", "a.S", "\tldmia sp!, {r0-r3, pc}\n\tmov pc, lr\n\tldr r0, [r1]\n", nullptr, 0},
    {"not_its_operands", "a.S", "\tmrc R\n\tmrc (r0)\n", nullptr, 0},
    {"names_alike", "a.S", "mrs_label:\n\tbl cpsid\n\t.asciz \"mrs r0, cpsr\"\n", nullptr, 0},
    {"a_macro_of_the_tree", "a.S", ".macro SMCCC a\n\tnop\n.endm\n\tSMCCC X\n", nullptr, 0},
    {"other_profile", "a.S", "\tmrs r0, primask\n\tmsr psp, r1\n", nullptr, 0},
    {"user_register", "a.S", "\tmrc p15, 0, r0, c13, c0, 3\n", nullptr, 1, 0,
     disposition::harmless},
    // C
    {"inline", "a.c", IN_C("\tasm volatile(\"mrs %0, cpsr\" : \"=r\"(v));"),
     IN_C("\tasm volatile(\"pvn_mrs %0, cpsr\" : \"=r\"(v));"), 1},
    {"several_instructions", "a.c",
     IN_C("\tasm volatile(\"mrs %0, cpsr\\n\\tbic %0, %0, #1\\n\\tmsr spsr_cxsf, %0\" : "
          "\"+r\"(v));"),
     IN_C("\tasm volatile(\"pvn_mrs %0, cpsr\\n\\tbic %0, %0, #1\\n\\tpvn_msr spsr_cxsf, %0\" : "
          "\"+r\"(v));"),
     2},
    {"named_operand", "a.c", IN_C("\tasm(\"mcr p15, 0, %[x], c8, c7, 0\" :: [x] \"r\"(x));"),
     IN_C("\tasm(\"pvn_mcr p15, 0, %[x], c8, c7, 0\" :: [x] \"r\"(x));"), 1},
    {"constant_operand_escapes", "a.c", IN_C("\tasm(\"msr cpsr_c, %0\" :: \"I\"(19));"),
     IN_C("\tasm(\"pvn_escape al; msr cpsr_c, %0\" :: \"I\"(19));"), 1},
    {"asm_goto", "a.c", IN_C("\tasm goto(\"mrs r0, cpsr\\n\\tb %l0\" ::: \"r0\" : out);\nout:;"),
     IN_C("\tasm goto(\"pvn_mrs r0, cpsr\\n\\tb %l0\" ::: \"r0\" : out);\nout:;"), 1},
    {"macro_edited_once", "a.c",
     "#define RD(n) ({ unsigned v; asm(\"mrc p15, 0, %0, c0, c0, \" #n : \"=r\"(v)); v; })\n"
     "unsigned f(void) { return RD(0) + RD(5); }\n",
     "#define RD(n) ({ unsigned v; asm(\"pvn_mrc p15, 0, %0, c0, c0, \" #n : \"=r\"(v)); v; })\n"
     "unsigned f(void) { return RD(0) + RD(5); }\n",
     1},
    {"mnemonic_as_argument", "a.c",
     "#define OP(i) asm volatile(i \" p15, 0, %0, c8, c7, 0\" :: \"r\"(0))\n"
     "void f(void) { OP(\"mcr\"); }\n",
     "#define OP(i) asm volatile(i \" p15, 0, %0, c8, c7, 0\" :: \"r\"(0))\n"
     "void f(void) { OP(\"pvn_mcr\"); }\n",
     1},
    {"file_scope", "a.c", "asm(\".globl f\\nf: mrs r0, cpsr\\n bx lr\");\n",
     "asm(\".globl f\\nf: pvn_mrs r0, cpsr\\n bx lr\");\n", 1},
    {"cplusplus_method", "a.cpp",
     "template <typename T> struct s { T f() { T v; asm(\"mrs %0, spsr\" : \"=r\"(v)); return v; } "
     "};\n"
     "unsigned g() { return s<unsigned>().f(); }\n",
     "template <typename T> struct s { T f() { T v; asm(\"pvn_mrs %0, spsr\" : \"=r\"(v)); return "
     "v; } };\n"
     "unsigned g() { return s<unsigned>().f(); }\n",
     1},
    {"stringified_is_refused", "a.c",
     "#define OP(i) asm volatile(#i \" p15, 0, %0, c8, c7, 0\" :: \"r\"(0))\n"
     "void f(void) { OP(mcr); }\n",
     nullptr, 1, 0, disposition::by_hand},
    // C, level 1
    {"disable", "a.c", IN_C("\tasm volatile(\"cpsid i @ off\" ::: \"memory\", \"cc\");"),
     IN_C("\tpvn_irq_disable();"), 1, 1, disposition::rewritten},
    {"enable", "a.c", IN_C("\t__asm__ __volatile__(\"cpsie\\ti\" ::: \"memory\");"),
     IN_C("\tpvn_irq_enable();"), 1, 1, disposition::rewritten},
    {"read", "a.c", IN_C("\tasm volatile(\"mrs %[o], cpsr\" : [o] \"=r\"(v));"),
     IN_C("\tv = pvn_flags();"), 1, 1, disposition::rewritten},
    {"save", "a.c",
     IN_C("\tasm volatile(\"mrs %0, cpsr\\n\\tcpsid i\" : \"=r\"(v) :: \"memory\");"),
     IN_C("\tv = pvn_irq_save();"), 1, 1, disposition::rewritten},
    {"save_v5", "a.c",
     IN_C(
         "\tunsigned t;\n\tasm volatile(\"mrs %0, cpsr\\n\\torr %1, %0, #128\\n\\tmsr cpsr_c, %1\" "
         ": \"=r\"(v), \"=r\"(t) :: \"memory\");"),
     IN_C("\tunsigned t;\n\tv = pvn_irq_save();"), 1, 1, disposition::rewritten},
    {"restore", "a.c", IN_C("\tasm volatile(\"msr cpsr_c, %0\" :: \"r\"(x) : \"memory\");"),
     IN_C("\tpvn_flags_restore(x);"), 1, 1, disposition::rewritten},
    {"naked_has_no_register_for_c", "a.c",
     "__attribute__((naked)) void f(void) { asm(\"cpsid i\"); asm(\"bx lr\"); }\n",
     "__attribute__((naked)) void f(void) { asm(\"pvn_cpsid i\"); asm(\"bx lr\"); }\n", 1, 1},
    {"fast_interrupts_stay_level_0", "a.c", IN_C("\tasm volatile(\"cpsid f\" ::: \"memory\");"),
     IN_C("\tasm volatile(\"pvn_cpsid f\" ::: \"memory\");"), 1, 1},
    // C, near misses
    {"harmless_text", "a.c", IN_C("\tasm volatile(\"dmb\\n\\tldr r0, [sp]\" ::: \"r0\");"), nullptr,
     0, 1},
    {"a_string_is_no_asm", "a.c", "const char *s = \"mrs r0, cpsr\";\n", nullptr, 0, 1},
};

class constructs : public scratch_tree, public ::testing::WithParamInterface<construct> {};

TEST_P(constructs, rewrites_as_expected_and_only_once) {
    const construct& one = GetParam();
    write(one.file, one.input);
    const auto made = plan({one.file}, one.level);
    ASSERT_TRUE(made) << made.error().message;
    std::vector<source_site> sites = made.value().sites;
    std::erase_if(sites, [](const source_site& site) { return site.category != "cpu"; });
    EXPECT_EQ(sites.size(), one.sites);
    for (const source_site& site : sites)
        EXPECT_EQ(name_of(site.fate), name_of(one.fate)) << site.text << ": " << site.reason;
    ASSERT_TRUE(apply_in_place(made.value()));
    const std::string header = "#include \"paravane/pvn_guest.h\"\n";
    const bool raw = std::string_view(one.file).ends_with(".s");
    const std::string wanted = one.output == nullptr ? one.input : (raw ? "" : header) + one.output;
    EXPECT_EQ(read(one.file), wanted);
    const auto again = plan({one.file}, one.level);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(plan_diff(again.value()), "");
}

INSTANTIATE_TEST_SUITE_P(all, constructs, ::testing::ValuesIn(CONSTRUCTS),
                         [](const auto& info) { return std::string(info.param.name); });

} // namespace
} // namespace paravane::port::test
