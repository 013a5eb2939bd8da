// SPDX-License-Identifier: BSD-2-Clause
// Every rule of every guest does what its test says; rules of one's own, and what is
// wrong with them.
#include "fixture.hpp"

#include "rewrite/rule_check.hpp"

#include <gmock/gmock.h>

namespace paravane::port::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(rules_by_test, each_fires_on_its_input_and_not_on_the_miss) {
    const auto guests = list_guests({PVPORT_RULES_DIR});
    ASSERT_TRUE(guests) << guests.error().message;
    size_t tested = 0;
    for (const guest_info& guest : *guests) {
        const auto checks = check_rules({PVPORT_RULES_DIR}, guest.name, "");
        ASSERT_TRUE(checks) << checks.error().message;
        for (const rule_check& check : *checks)
            EXPECT_THAT(check.problems, ::testing::IsEmpty()) << check.rule;
        tested += checks->size();
    }
    EXPECT_GE(tested, 16u);
}

class own_rules : public scratch_tree {
protected:
    own_rules() {
        write("rules/generic-arm/guest.toml", "title = \"g\"\n");
        for (const char* file : {"pvn_plane.inc", "pvn_inline.h"})
            fs::copy(fs::path(PVPORT_RULES_DIR) / "generic-arm" / file,
                     root_ / "rules/generic-arm" / file);
        fs::create_directories(root_ / "rules/generic-arm/rules");
        fs::create_directories(root_ / "tree");
    }
    void add_rule(const std::string& name, const std::string& text) const {
        write("rules/generic-arm/rules/" + name + ".toml", "doc = \"d\"\nreason = \"r\"\n" + text);
    }
    outcome<port_plan> plan_tree(const std::string& file) const {
        plan_request request;
        request.tree = path("tree");
        request.rules_roots = {path("rules")};
        request.level = 1;
        request.database.files = {path("tree/" + file)};
        request.database.flags = {"--target=arm-linux-gnueabi"};
        return make_plan(request);
    }
};

TEST_F(own_rules, a_check_tells_what_a_rule_does_not_do) {
    const auto problem_of = [&](const char* input, const char* expected, const char* miss) {
        write("rules/generic-arm/rules/off.test/input.c", input);
        write("rules/generic-arm/rules/off.test/expected.c", expected);
        write("rules/generic-arm/rules/off.test/miss.c", miss);
        const auto checks = check_rules({path("rules")}, "generic-arm", "off");
        EXPECT_TRUE(checks && checks->size() == 1);
        return checks->front().problems.empty() ? std::string{} : checks->front().problems.front();
    };
    add_rule("off",
             "level = 1\n[match]\ninstructions = [\"cpsid i\"]\n[replace]\nwith = \"off()\"\n");
    const char* input = "void f(void) { asm(\"cpsid i\"); }\n";
    const char* expected = "#include \"paravane/pvn_guest.h\"\nvoid f(void) { off(); }\n";
    const char* miss = "void f(void) { asm(\"cpsid f\"); }\n";
    EXPECT_EQ(problem_of(input, expected, miss), "");
    EXPECT_THAT(problem_of(miss, expected, miss), HasSubstr("takes 0 sites"));
    EXPECT_THAT(problem_of(input, input, miss), HasSubstr("other text than expected.c"));
    EXPECT_THAT(problem_of(input, expected, input), HasSubstr("should leave alone"));
    EXPECT_THAT(problem_of("void f(void) { asm(\"cpsid i\") }\n", expected, miss),
                HasSubstr("x.c:1:30: expected"));
    fs::remove(root_ / "rules/generic-arm/rules/off.test/miss.c");
    EXPECT_THAT(check_rules({path("rules")}, "generic-arm", "off")->front().problems.front(),
                HasSubstr("wants input.c and miss.c"));
    EXPECT_EQ(check_rules({path("rules")}, "generic-arm", "on").error().status, 2);
}

TEST_F(own_rules, a_guest_of_ones_own_extends_those_that_come_with_the_tool) {
    write("mine/toy/guest.toml", "title = \"t\"\nextends = [\"generic-arm\"]\n");
    EXPECT_TRUE(load_rules({path("mine"), path("rules")}, "toy"));
    EXPECT_EQ(load_rules({path("mine")}, "toy").error().status, 2);
    EXPECT_EQ(list_guests({path("mine"), path("rules")})->size(), 2u);
}

TEST_F(own_rules, a_mistyped_key_is_told) {
    write("tree/a.c", "int a;\n");
    for (const char* text :
         {"lvel = 1\n", "[match]\nfiles = [\"a\"]\n", "[[hook]]\nfil = \"a\"\n"}) {
        add_rule("x", std::string("subject = \"overlay\"\n") + text);
        EXPECT_THAT(plan_tree("a.c").error().message, HasSubstr("x.toml: unknown key '"));
    }
}

TEST_F(own_rules, a_site_rule_can_call_a_function_harmless) {
    add_rule("ok", "subject = \"site\"\naction = \"harmless\"\n[match]\nfunction = [\"f\"]\n");
    write("tree/a.c", "void f(void) { asm(\"wfi\"); }\nvoid g(void) { asm(\"wfi\"); }\n");
    const auto made = plan_tree("a.c");
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made.value().sites.size(), 2u);
    EXPECT_EQ(made.value().sites[0].fate, disposition::harmless);
    EXPECT_EQ(made.value().sites[0].rule, "generic-arm/ok");
    EXPECT_EQ(made.value().sites[1].fate, disposition::trap);
}

TEST_F(own_rules, what_a_later_level_makes_harmless_is_a_trap_until_then) {
    add_rule("ok", "subject = \"site\"\naction = \"harmless\"\nlevel = 2\n"
                   "[match]\nfunction = [\"f\"]\n");
    write("tree/a.c", "void f(void) { asm(\"wfi\"); }\n");
    const auto made = plan_tree("a.c");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made.value().sites.front().fate, disposition::trap);
}

TEST_F(own_rules, a_site_rule_replaces_a_statement_from_its_level_on) {
    add_rule("plain", "subject = \"site\"\nlevel = 1\n[match]\nfile = [\"a.S\"]\n"
                      "[replace]\nwith = \"strbne r2, [r0]\"\n");
    write("tree/a.S", "\tstrbtne\tr2, [r0]\n\tbx lr\n");
    const auto made = plan_tree("a.S");
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(apply_in_place(made.value()));
    EXPECT_EQ(read("tree/a.S"), "#include \"paravane/pvn_guest.h\"\n\tstrbne r2, [r0]\n\tbx lr\n");
}

TEST_F(own_rules, text_that_no_decoder_sees_is_its_own_class) {
    add_rule("mode", "subject = \"text\"\naction = \"report\"\ncategory = \"mode-constant\"\n"
                     "[match]\nfile = [\"**.c\"]\npattern = \"INITIAL_SPSR.*0x1f\"\n");
    write("tree/a.c", "#define INITIAL_SPSR 0x1f\n#define OTHER 0x1f\n");
    const auto made = plan_tree("a.c");
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made.value().sites.size(), 1u);
    EXPECT_EQ(made.value().sites[0].category, "mode-constant");
    EXPECT_EQ(made.value().sites[0].place.line, 1u);
}

TEST_F(own_rules, a_tree_of_another_version_is_refused) {
    write("rules/generic-arm/guest.toml",
          "title = \"g\"\n[version]\nfile = \"Makefile\"\n"
          "pattern = \"MAJOR = ([0-9]+)\\\\nMINOR = ([0-9]+)\"\nfirst = \"2.9\"\n"
          "last = \"2.11\"\n");
    write("tree/a.c", "int a;\n");
    for (const char* minor : {"9", "10", "11"}) {
        write("tree/Makefile", std::string("MAJOR = 2\nMINOR = ") + minor + "\n");
        EXPECT_TRUE(plan_tree("a.c")) << minor;
    }
    for (const char* text : {"MAJOR = 2\nMINOR = 12\n", "MAJOR = 1\nMINOR = 10\n"}) {
        write("tree/Makefile", text);
        const auto made = plan_tree("a.c");
        ASSERT_FALSE(made) << text;
        EXPECT_EQ(made.error().status, 3);
        EXPECT_THAT(made.error().message, HasSubstr("has rules for 2.9 to 2.11"));
    }
    write("tree/Makefile", "all:\n");
    EXPECT_THAT(plan_tree("a.c").error().message, HasSubstr("tells no version"));
}

TEST_F(own_rules, an_overlay_adds_files_and_hooks_once) {
    add_rule("add",
             "subject = \"overlay\"\n[overlay]\nfrom = \"overlay\"\nto = \"sub\"\n"
             "[[hook]]\nfile = \"Kconfig\"\nanchor = \"menu x\\n\"\nafter = \"source y\\n\"\n");
    write("rules/generic-arm/overlay/d/n.c", "int n;\n");
    write("tree/Kconfig", "menu x\nend\n");
    write("tree/a.c", "int a;\n");
    const auto made = plan_tree("a.c");
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(apply_in_place(made.value()));
    EXPECT_EQ(read("tree/sub/d/n.c"), "int n;\n");
    EXPECT_EQ(read("tree/Kconfig"), "menu x\nsource y\nend\n");
    const auto again = plan_tree("a.c");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(plan_diff(again.value()), "");
}

TEST_F(own_rules, a_hook_inserts_what_stands_elsewhere_already) {
    add_rule("cut", "subject = \"overlay\"\n[[hook]]\nfile = \"p.S\"\n"
                    "anchor = \"clean:\\n\"\nafter = \"\\tbx lr\\n\"\n");
    write("tree/p.S", "first:\n\tbx lr\nclean:\n\tmov r0, r0\n");
    write("tree/a.c", "int a;\n");
    for (int round = 0; round < 2; ++round) {
        const auto made = plan_tree("a.c");
        ASSERT_TRUE(made) << made.error().message;
        ASSERT_TRUE(apply_in_place(made.value()));
        EXPECT_EQ(read("tree/p.S"), "first:\n\tbx lr\nclean:\n\tbx lr\n\tmov r0, r0\n");
    }
}

TEST_F(own_rules, a_hook_replaces_its_anchor_once) {
    add_rule("swap", "subject = \"overlay\"\n[[hook]]\nfile = \"fork.c\"\n"
                     "anchor = \"flush(old);\"\ninstead = \"flush_forked(old);\"\n");
    write("tree/fork.c", "a\n\tflush(old);\nb\n");
    write("tree/a.c", "int a;\n");
    const auto made = plan_tree("a.c");
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(apply_in_place(made.value()));
    EXPECT_EQ(read("tree/fork.c"), "a\n\tflush_forked(old);\nb\n");
    const auto again = plan_tree("a.c");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(plan_diff(again.value()), "");
}

TEST_F(own_rules, a_missing_anchor_is_an_error) {
    add_rule("add",
             "subject = \"overlay\"\n[[hook]]\nfile = \"K\"\nanchor = \"m\"\nafter = \"s\"\n");
    write("tree/a.c", "int a;\n");
    for (const char* content : {"nothing here\n", "m m\n"}) {
        write("tree/K", content);
        const auto made = plan_tree("a.c");
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().status, 3);
        EXPECT_THAT(made.error().message, HasSubstr("exactly once"));
    }
}

TEST_F(own_rules, broken_rules_name_file_and_line) {
    write("rules/generic-arm/rules/x.toml", "doc = \"d\"\nreason = \n");
    write("tree/a.c", "int a;\n");
    const auto broken = plan_tree("a.c");
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().message, HasSubstr("x.toml:2"));
    write("rules/generic-arm/rules/x.toml",
          "doc = \"d\"\nreason = \"r\"\nsubject = \"text\"\n[match]\npattern = \"(\"\n");
    const auto pattern = plan_tree("a.c");
    ASSERT_FALSE(pattern);
    EXPECT_THAT(pattern.error().message, HasSubstr("pattern"));
}

TEST_F(own_rules, the_reader_refuses_what_cannot_be_a_guest) {
    write("tree/a.c", "int a;\n");
    plan_request request;
    request.tree = path("tree");
    request.rules_roots = {path("rules")};
    request.database.files = {path("tree/missing.c")};
    EXPECT_THAT(make_plan(request).error().message, HasSubstr("missing.c: named by"));
    request.database.files = {path("tree/a.c")};
    request.tree = path("nowhere");
    EXPECT_THAT(make_plan(request).error().message, HasSubstr("no such tree"));
    request.tree = path("tree");
    request.guest = "nobody";
    EXPECT_EQ(make_plan(request).error().status, 2);
    request.guest = "generic-arm";
    write("tree/asm.c", "void f(void) { asm(\"wfi\"); }\n");
    request.database.files = {path("tree/asm.c")};
    for (const char* target : {"x86_64-linux-gnu", "armeb-linux-gnueabi"}) {
        request.database.flags = {std::string("--target=") + target};
        const auto made = make_plan(request);
        ASSERT_FALSE(made) << target;
        EXPECT_THAT(made.error().message, HasSubstr("not little-endian ARM"));
        EXPECT_EQ(made.error().status, 3);
    }
}

} // namespace
} // namespace paravane::port::test
