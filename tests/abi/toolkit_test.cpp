// SPDX-License-Identifier: BSD-2-Clause
// The option table: parsing, the answers every tool gives, the generated pages,
// and files that are replaced whole.
#include "toolkit/command_line.hpp"

#include "toolkit/common_messages.hpp"
#include "toolkit/file.hpp"
#include "toolkit/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sys/stat.h>

namespace {

using namespace paravane::toolkit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct seen {
    std::string board;
    std::vector<std::string> sets;
    std::vector<std::string> files;
    int verbosity = 0;
};

tool sample(seen& to) {
    verb run{
        .name = "run",
        .summary = "Run a thing.",
        .description = {},
        .operands = {"FILE", "What to run.", 1, 2},
        .options = {{.name = "board",
                     .letter = 'b',
                     .argument = "NAME",
                     .doc = "The board.",
                     .fallback = "virt-a15",
                     .choices = {"virt-a15", "vexpress-a9"}},
                    {.name = "set", .argument = "KEY=VALUE", .doc = "A setting.", .many = true}},
        .examples = {{"sample run thing", "Runs it."}},
        .run = [&to](const invocation& i) {
            to.board = i.text("board");
            to.sets = i.texts("set");
            to.files = i.operands();
            to.verbosity = i.verbosity();
            return exit_status::timed_out;
        }};
    verb fail{.name = "fail", .summary = "Fail.", .run = [](const invocation&) -> exit_status {
                  throw failure(exit_status::bad_input,
                                {severity::error, "a.toml", {3, 4}, "is bad", "READ_TYPE"});
              }};
    return {.name = "sample",
            .summary = "a tool - for tests",
            .description = {},
            .verbs = {run, fail},
            .statuses = {exit_status::ok, exit_status::timed_out},
            .messages = {common_messages()},
            .see_also = {"pvabi"}};
}

struct answer {
    int status;
    std::string out;
    std::string err;
    seen values;
};

answer call(std::vector<const char*> arguments) {
    answer a{};
    arguments.insert(arguments.begin(), "sample");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    a.status = run_tool(sample(a.values), static_cast<int>(arguments.size()), arguments.data());
    a.out = testing::internal::GetCapturedStdout();
    a.err = testing::internal::GetCapturedStderr();
    return a;
}

TEST(command_line, passes_options_operands_and_status) {
    const answer a =
        call({"run", "-b", "vexpress-a9", "--set", "a=1", "x", "--set=b=2", "-vv", "y"});
    EXPECT_EQ(a.status, 11);
    EXPECT_EQ(a.values.board, "vexpress-a9");
    EXPECT_THAT(a.values.sets, ElementsAre("a=1", "b=2"));
    EXPECT_THAT(a.values.files, ElementsAre("x", "y"));
    EXPECT_EQ(a.values.verbosity, 2);
}

TEST(command_line, keeps_what_stands_behind_two_dashes_apart) {
    std::vector<std::string> rest;
    verb v{.name = {}, .summary = "s", .operands = {"FILE", "f", 0, 9}};
    v.operands.rest = "FLAG";
    v.run = [&](const invocation& i) {
        rest = i.rest();
        return static_cast<exit_status>(i.operands().size());
    };
    const tool t{.name = "t", .summary = "s", .verbs = {v}};
    const char* arguments[] = {"t", "a", "--", "--target=arm", "--", "b"};
    EXPECT_EQ(run_tool(t, 6, arguments), 1);
    EXPECT_THAT(rest, ElementsAre("--target=arm", "--", "b"));
}

TEST(command_line, fallback_stands_in_for_an_absent_option) {
    EXPECT_EQ(call({"run", "x"}).values.board, "virt-a15");
}

TEST(command_line, refuses_in_one_line_with_status_2) {
    const std::vector<std::vector<const char*>> wrong = {
        {},
        {"walk"},
        {"run"},
        {"run", "x", "y", "z"},
        {"run", "--bord", "virt-a15", "x"},
        {"run", "--boar", "virt-a15", "x"},
        {"run", "--board", "pi", "x"},
        {"run", "--board", "virt-a15", "--board", "virt-a15", "x"},
        {"run", "x", "--board"},
        {"run", "--explain", "NOTHING"},
        {"run", "--generate", "html"},
    };
    for (const auto& arguments : wrong) {
        const answer a = call(arguments);
        EXPECT_EQ(a.status, 2) << a.err;
        EXPECT_EQ(std::count(a.err.begin(), a.err.end(), '\n'), 1) << a.err;
        EXPECT_THAT(a.err, HasSubstr("--help' tells more [USAGE]"));
        EXPECT_EQ(a.out, "");
    }
}

TEST(command_line, a_failure_carries_status_place_and_id) {
    const answer a = call({"fail"});
    EXPECT_EQ(a.status, 3);
    EXPECT_EQ(a.err, "a.toml:3:4: error: is bad [READ_TYPE]\n");
}

TEST(command_line, explains_messages) {
    const answer a = call({"--explain", "USAGE"});
    EXPECT_EQ(a.status, 0);
    EXPECT_THAT(a.out, HasSubstr("Cure: "));
}

TEST(command_line, version_names_tool_and_abi) {
    for (const auto& arguments : {std::vector<const char*>{"--version"}, {"run", "--version"}}) {
        EXPECT_EQ(call(arguments).out, std::string("sample ") + tool_version() + " (Paravane ABI " +
                                           abi_version() + ")\n");
    }
}

TEST(pages, help_names_every_option_and_example) {
    const answer a = call({"run", "--help"});
    EXPECT_EQ(a.status, 0);
    for (const char* part : {"--board NAME", "--set KEY=VALUE", "Default:", "sample run thing",
                             "Exit status:", "11", "--quiet"}) {
        EXPECT_THAT(a.out, HasSubstr(part));
    }
    EXPECT_EQ(call({"help", "run"}).out, a.out);
    EXPECT_THAT(call({"--help"}).out, HasSubstr("fail"));
}

TEST(pages, man_page_escapes_what_roff_would_read) {
    seen unused;
    tool t = sample(unused);
    t.verbs[0].options[0].doc = ".starts with a dot and a \\ backslash";
    const std::string page = man_page(t);
    EXPECT_THAT(page, HasSubstr("\n\\&.starts with a dot and a \\e backslash"));
    EXPECT_THAT(page, HasSubstr("\\-\\-board NAME"));
    for (const char* heading : {".SH NAME", ".SH SYNOPSIS", ".SH EXAMPLES", ".SH EXIT STATUS"}) {
        EXPECT_THAT(page, HasSubstr(heading));
    }
}

TEST(pages, completion_offers_verbs_options_and_choices) {
    seen unused;
    const std::string script = bash_completion(sample(unused));
    EXPECT_THAT(script, HasSubstr("'run fail --help"));
    EXPECT_THAT(script, HasSubstr("'virt-a15 vexpress-a9'"));
    EXPECT_THAT(script, Not(HasSubstr("generate ")));
}

TEST(diagnostics, one_line_form) {
    EXPECT_EQ(to_line({severity::error, "f", {4, 5}, "text", "ID"}), "f:4:5: error: text [ID]");
    EXPECT_EQ(to_line({severity::warning, "f", {}, "text", ""}), "f: warning: text");
    EXPECT_EQ(to_line({severity::note, "", {}, "text", "ID"}), "note: text [ID]");
}

class folder {
public:
    folder() {
        std::string name = testing::TempDir() + "toolkit-XXXXXX";
        path = ::mkdtemp(name.data());
    }
    ~folder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

TEST(file, replaces_whole_and_keeps_the_mode) {
    const folder dir;
    const auto path = dir.path / "x";
    ASSERT_FALSE(write_file_atomic(path, "one"));
    ::chmod(path.c_str(), 0640);
    ASSERT_FALSE(write_file_atomic(path, "two"));
    std::error_code error;
    EXPECT_EQ(read_file(path, error), "two");
    struct stat st{};
    ASSERT_EQ(::stat(path.c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 07777, 0640U);
    const auto entries = std::filesystem::directory_iterator(dir.path);
    EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST(file, failure_leaves_nothing_behind) {
    const folder dir;
    const auto path = dir.path / "target";
    std::filesystem::create_directory(path);
    EXPECT_TRUE(write_file_atomic(path, "x"));
    EXPECT_TRUE(write_file_atomic(dir.path / "no" / "such", "x"));
    const auto entries = std::filesystem::directory_iterator(dir.path);
    EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST(file, unchanged_content_keeps_the_time) {
    const folder dir;
    const auto path = dir.path / "x";
    ASSERT_FALSE(write_file_if_changed(path, "one"));
    const auto old = std::filesystem::last_write_time(path) - std::chrono::hours(1);
    std::filesystem::last_write_time(path, old);
    ASSERT_FALSE(write_file_if_changed(path, "one"));
    EXPECT_EQ(std::filesystem::last_write_time(path), old);
    ASSERT_FALSE(write_file_if_changed(path, "two"));
    EXPECT_NE(std::filesystem::last_write_time(path), old);
}

} // namespace
