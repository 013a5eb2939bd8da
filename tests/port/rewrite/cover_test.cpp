// SPDX-License-Identifier: BSD-2-Clause
// Which units are parsed, which lines count as hidden or unused, what the cache
// keeps and when it is not believed, and several configurations at a time.
#include "fixture.hpp"

#include "rewrite/unit_choice.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace paravane::port::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<unsigned> lines_of(std::string_view text) {
    std::vector<unsigned> out;
    for (const wanted_line& line : wanted_lines("a.c", text))
        out.push_back(line.line);
    return out;
}

TEST(wanted_lines, are_those_whose_strings_may_hold_an_instruction) {
    EXPECT_THAT(lines_of("asm(\"mrs r0, cpsr\");\nasm(\"nop\");\n"), ElementsAre(1u));
    EXPECT_THAT(lines_of("asm(\"nop\\n\\tcpsid i\");\n"), ElementsAre(1u));
    EXPECT_THAT(lines_of("#define F(x) asm(#x \" r0\")\n#define G(i) \"\\n\" #i \" r1\"\n"),
                ElementsAre(1u, 2u));
}

TEST(wanted_lines, are_not_comments_declarations_or_labels) {
    EXPECT_THAT(lines_of("/* the asm() below\n asm(\"wfi\") */ // \"wfi\"\n"), IsEmpty());
    EXPECT_THAT(lines_of("asmlinkage long sys_f(int fd);\n"), IsEmpty());
    EXPECT_THAT(lines_of("#define S(x) asm(\".long \" #x \" - .\\n\")\n"), IsEmpty());
    EXPECT_THAT(lines_of("#define N(x) .name = \"dma-\" #x,\n"), IsEmpty());
}

class covered_tree : public scratch_tree {
protected:
    // A compile database with each file once, and its flags.
    void write_database(const std::string& name,
                        const std::vector<std::pair<std::string, std::string>>& files) const {
        std::string text;
        for (const auto& [file, flags] : files)
            text += std::string(text.empty() ? "[" : ",") + "{\"directory\":\"" + root_.string() +
                    "\",\"file\":\"" + file + "\",\"command\":\"clang --target=arm-linux-gnueabi " +
                    flags + " -c " + file + "\"}";
        write(name, text + "]");
    }
    outcome<port_plan> plan_of(const std::vector<std::string>& databases) const {
        plan_request request;
        request.tree = root_.string();
        request.rules_roots = {PVPORT_RULES_DIR};
        request.level = 0;
        request.cache = cache_;
        for (const std::string& name : databases)
            request.database.databases.push_back(path(name));
        return make_plan(request);
    }
    std::string cache_;
};

constexpr const char* HEADER = "#ifdef OTHER\n#define OFF() asm(\"cpsid i\")\n#else\n"
                               "#define OFF() asm(\"mrs r0, spsr\" ::: \"r0\")\n#endif\n"
                               "#define NEVER() asm(\"wfi\")\n";

TEST_F(covered_tree, a_header_is_seen_by_the_unit_that_expands_its_macro) {
    write("h.h", HEADER);
    write("a.c", "#include \"h.h\"\n");
    write("b.c", "#include \"h.h\"\nvoid f(void) { OFF(); }\n");
    write_database("db.json", {{"a.c", ""}, {"b.c", ""}});
    const auto made = plan_of({"db.json"});
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made.value().sites.size(), 1u);
    EXPECT_EQ(made.value().sites[0].place.line, 4u);
    EXPECT_THAT(made.value().hidden, ElementsAre(source_place{path("h.h"), 2}));
    EXPECT_THAT(made.value().unused, ElementsAre(source_place{path("h.h"), 6}));
}

TEST_F(covered_tree, units_that_show_nothing_new_are_not_parsed) {
    write("h.h", "static inline void off(void) { asm(\"cpsid i\"); }\n");
    std::vector<std::pair<std::string, std::string>> files;
    for (const char* name : {"a.c", "b.c", "c.c"}) {
        write(name, "#include \"h.h\"\nvoid f(void) { off(); }\n");
        files.emplace_back(name, "");
    }
    write_database("db.json", files);
    const auto made = plan_of({"db.json"});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made.value().units_read, 3u);
    EXPECT_EQ(made.value().parsed.size(), 1u);
}

TEST_F(covered_tree, a_second_configuration_shows_what_the_first_hides) {
    write("h.h", HEADER);
    write("b.c", "#include \"h.h\"\nvoid f(void) { OFF(); NEVER(); }\n");
    write_database("one.json", {{"b.c", ""}});
    write_database("two.json", {{"b.c", "-DOTHER"}});
    const auto made = plan_of({"one.json", "two.json"});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made.value().sites.size(), 3u);
    EXPECT_THAT(made.value().hidden, IsEmpty());
}

TEST_F(covered_tree, arm_and_thumb_units_of_one_header_disagree) {
    write("h.h", "static inline void off(void) { asm(\"cpsid i\"); }\n");
    write("a.c", "#include \"h.h\"\n");
    write("b.c", "#include \"h.h\"\n");
    write_database("db.json", {{"a.c", "-marm"}, {"b.c", "-mthumb"}});
    const auto made = plan_of({"db.json"});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().status, 3);
    EXPECT_THAT(made.error().message, HasSubstr("want different edits of one place"));
}

TEST_F(covered_tree, each_site_shows_its_edit) {
    write("b.c", "void f(void)\n{\n\tasm(\"cpsid i\");\n}\n");
    write_database("db.json", {{"b.c", ""}});
    const auto made = plan_of({"db.json"});
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made.value().sites.size(), 1u);
    EXPECT_EQ(made.value().sites[0].edit, "-\tasm(\"cpsid i\");\n+\tasm(\"pvn_cpsid i\");\n");
}

class cached_tree : public covered_tree {
protected:
    cached_tree() {
        fs::create_directories(root_ / "tree");
        cache_ = path("cache");
        write("tree/h.h", "#define OFF() asm(\"cpsid i\")\n");
        write("tree/b.c", "#include \"h.h\"\nvoid f(void) { OFF(); }\n");
        write_database("db.json", {{"tree/b.c", ""}});
    }
    std::string diff() const {
        const auto made = plan_of({"db.json"});
        return made ? plan_diff(made.value()) : made.error().message;
    }
    std::vector<fs::path> entries() const {
        std::vector<fs::path> out;
        for (const auto& entry : fs::directory_iterator(cache_))
            out.push_back(entry.path());
        return out;
    }
};

TEST_F(cached_tree, a_second_run_reads_what_the_first_kept) {
    const std::string first = diff();
    ASSERT_EQ(entries().size(), 1u);
    // Only a run that believes the cache shows what was put there.
    auto kept = read_file(entries()[0].string());
    ASSERT_TRUE(kept);
    std::string text = *kept;
    const size_t at = text.find("pvn_cpsid");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(diff(), first);
    std::ofstream(entries()[0]) << text.replace(at, 9, "pvn_other");
    EXPECT_THAT(diff(), HasSubstr("pvn_other"));
}

TEST_F(cached_tree, a_changed_header_is_parsed_again) {
    const std::string first = diff();
    write("tree/h.h", "\n#define OFF() asm(\"mrs r0, spsr\" ::: \"r0\")\n");
    EXPECT_THAT(diff(), HasSubstr("pvn_mrs r0, spsr"));
    write("tree/h.h", "#define OFF() asm(\"cpsid i\")\n");
    EXPECT_EQ(diff(), first);
}

TEST_F(cached_tree, other_flags_are_another_entry) {
    diff();
    write_database("db.json", {{"tree/b.c", "-DX"}});
    diff();
    EXPECT_EQ(entries().size(), 2u);
}

TEST_F(cached_tree, a_damaged_entry_counts_as_none) {
    const std::string first = diff();
    for (const char* text : {"", "{", "[]", "{\"files\":[],\"seen\":3,\"sites\":[[1]]}"}) {
        std::ofstream(entries()[0]) << text;
        EXPECT_EQ(diff(), first) << text;
    }
}

TEST_F(cached_tree, a_folder_that_cannot_be_made_is_no_error) {
    write("file", "");
    cache_ = path("file/cache");
    EXPECT_THAT(diff(), HasSubstr("pvn_cpsid"));
}

} // namespace
} // namespace paravane::port::test
