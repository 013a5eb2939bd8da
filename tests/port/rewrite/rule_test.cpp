// SPDX-License-Identifier: BSD-2-Clause
// Every rule of every guest: it loads, and a statement rule fires on its test's
// input, gives the expected text, and stays silent on the near miss.
#include "fixture.hpp"

#include "rewrite/rule_apply.hpp"

#include <gmock/gmock.h>

#include <set>

namespace paravane::port::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<rule> all_rules() {
    std::vector<rule> out;
    const auto guests = list_guests(PVPORT_RULES_DIR);
    for (const guest_info& guest : guests ? guests.value() : std::vector<guest_info>{}) {
        const auto rules = load_rules(PVPORT_RULES_DIR, guest.name);
        EXPECT_TRUE(rules) << rules.error().message;
        for (const rule& one : rules ? rules.value().rules : std::vector<rule>{})
            if (one.guest == guest.name)
                out.push_back(one);
    }
    return out;
}

class rules_by_test : public scratch_tree {
protected:
    // The plan of a file by generic-arm and this rule, without its guest's overlays.
    outcome<port_plan> plan_by(const rule& one, const std::string& file) const {
        const fs::path rules = root_ / "rules/generic-arm";
        fs::remove_all(root_ / "rules");
        fs::create_directories(root_ / "rules");
        fs::copy(fs::path(PVPORT_RULES_DIR) / "generic-arm", rules, fs::copy_options::recursive);
        fs::copy_file(one.path, rules / "rules" / fs::path(one.path).filename(),
                      fs::copy_options::skip_existing);
        plan_request request;
        request.tree = root_.string();
        request.rules_root = path("rules");
        request.level = static_cast<int>(one.level);
        request.database.files = {path(file)};
        request.database.flags = {"--target=arm-linux-gnueabi", "-march=armv7-a"};
        return make_plan(request);
    }
    static std::string name_of(const rule& one) { return fs::path(one.path).stem().string(); }
};

TEST_F(rules_by_test, each_statement_rule_fires_on_its_input_and_not_on_the_miss) {
    unsigned tested = 0;
    for (const rule& one : all_rules()) {
        if (one.subject != rule_subject::statement)
            continue;
        SCOPED_TRACE(one.id);
        const fs::path folder = fs::path(one.path).replace_extension(".test");
        for (const char* name : {"input.c", "miss.c"}) {
            const auto text = read_file((folder / name).string());
            ASSERT_TRUE(text) << text.error().message;
            write(name, text.value());
        }
        const auto hit = plan_by(one, "input.c");
        ASSERT_TRUE(hit) << hit.error().message;
        ASSERT_EQ(hit.value().sites.size(), 1u);
        EXPECT_EQ(hit.value().sites[0].rule, "generic-arm/" + name_of(one));
        const auto expected = read_file((folder / "expected.c").string());
        ASSERT_TRUE(expected) << expected.error().message;
        EXPECT_EQ(edited(hit.value().edits.files().at(path("input.c"))), expected.value());
        const auto miss = plan_by(one, "miss.c");
        ASSERT_TRUE(miss) << miss.error().message;
        for (const source_site& site : miss.value().sites)
            EXPECT_NE(site.rule, "generic-arm/" + name_of(one));
        ++tested;
    }
    EXPECT_GE(tested, 8u);
}

TEST_F(rules_by_test, each_text_rule_reports_its_input_and_not_the_miss) {
    unsigned tested = 0;
    for (const rule& one : all_rules()) {
        if (one.subject != rule_subject::text)
            continue;
        SCOPED_TRACE(one.id);
        const fs::path folder = fs::path(one.path).replace_extension(".test");
        for (const char* name : {"input.c", "miss.c"}) {
            const auto text = read_file((folder / name).string());
            ASSERT_TRUE(text) << text.error().message;
            write(std::string("portable/") + name, text.value());
        }
        const auto rules = load_rules(PVPORT_RULES_DIR, one.guest);
        ASSERT_TRUE(rules) << rules.error().message;
        const auto ids = [&](const std::string& name) {
            std::vector<std::string> found;
            const auto sites = text_sites(rules.value(), root_.string(), {path(name)});
            EXPECT_TRUE(sites);
            for (const source_site& site : sites.value())
                found.push_back(site.rule);
            return found;
        };
        EXPECT_THAT(ids("portable/input.c"), ::testing::ElementsAre(one.id));
        EXPECT_THAT(ids("portable/miss.c"), ::testing::Not(::testing::Contains(one.id)));
        ++tested;
    }
    EXPECT_GE(tested, 7u);
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
        request.rules_root = path("rules");
        request.level = 1;
        request.database.files = {path("tree/" + file)};
        request.database.flags = {"--target=arm-linux-gnueabi"};
        return make_plan(request);
    }
};

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
    request.rules_root = path("rules");
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
