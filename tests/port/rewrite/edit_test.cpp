// SPDX-License-Identifier: BSD-2-Clause
// The edit engine: merging, conflicts, diffs that patch(1) takes, and an apply
// that happens wholly or not at all.
#include "fixture.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace paravane::port::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class edits : public scratch_tree {
protected:
    // A plan of one file with the given edits, and one file to add.
    port_plan plan_of(const std::string& name, std::vector<edit> changes) const {
        port_plan made;
        made.tree = root_.string();
        for (edit& change : changes)
            EXPECT_TRUE(made.edits.add(path(name), std::move(change)));
        EXPECT_TRUE(made.edits.load());
        made.added.push_back({"paravane/added.h", "added\n"});
        return made;
    }
    std::vector<std::string> all_files() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::recursive_directory_iterator(root_))
            if (entry.is_regular_file())
                names.push_back(entry.path().lexically_relative(root_).string());
        std::sort(names.begin(), names.end());
        return names;
    }
};

TEST_F(edits, the_same_edit_from_two_units_is_one) {
    write("a.c", "one two\n");
    edit_set set;
    EXPECT_TRUE(set.add(path("a.c"), {4, "two", "2", "r"}).value());
    EXPECT_FALSE(set.add(path("a.c"), {4, "two", "2", "r"}).value());
    ASSERT_TRUE(set.load());
    EXPECT_EQ(edited(set.files().at(path("a.c"))), "one 2\n");
}

TEST_F(edits, overlapping_edits_are_a_conflict) {
    edit_set set;
    ASSERT_TRUE(set.add("a.c", {4, "two", "2", "first"}));
    const auto second = set.add("a.c", {5, "wo", "x", "second"});
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, HasSubstr("'first'"));
    EXPECT_THAT(second.error().message, HasSubstr("'second'"));
    EXPECT_FALSE(set.add("a.c", {4, "two", "zwei", "third"}));
    EXPECT_TRUE(set.add("a.c", {7, "", "!", "behind"}));
}

TEST_F(edits, untouched_bytes_stay) {
    const std::string odd("\xff\x00one\r\n\ttwo  \r\nlast", 19);
    write("odd.bin", odd);
    const auto made = plan_of("odd.bin", {{2, "one", "1", "r"}});
    ASSERT_TRUE(apply_in_place(made));
    EXPECT_EQ(read("odd.bin"), std::string("\xff\x00", 2) + "1" + odd.substr(5));
}

TEST_F(edits, the_diff_is_one_that_patch_takes) {
    std::string text;
    for (int i = 1; i <= 40; ++i)
        text += "line " + std::to_string(i) + "\n";
    text += "no newline";
    write("a/t.txt", text);
    const auto at = [&](const char* what) { return text.find(what); };
    const auto made = plan_of("a/t.txt", {{0, "", "first\n", "r"},
                                          {at("line 7\n"), "line 7\nline 8", "7\n7.5\n8", "r"},
                                          {at("line 30"), "line", "LINE", "r"},
                                          {at("no newline") + 3, "newline", "end", "r"}});
    write("the.diff", plan_diff(made));
    const std::string command = "cd '" + root_.string() + "' && patch -s -p1 < the.diff";
    ASSERT_EQ(std::system(command.c_str()), 0) << read("the.diff");
    EXPECT_EQ(read("a/t.txt"), edited(made.edits.files().begin()->second));
    EXPECT_EQ(read("paravane/added.h"), "added\n");
}

TEST_F(edits, a_file_that_changed_meanwhile_stops_everything) {
    write("a.c", "one\n");
    write("b.c", "two\n");
    auto made = plan_of("a.c", {{0, "one", "1", "r"}});
    write("a.c", "ONE\n");
    const auto done = apply_in_place(made);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("changed since the plan"));
    EXPECT_EQ(done.error().status, 3);
    EXPECT_EQ(read("a.c"), "ONE\n");
    EXPECT_FALSE(fs::exists(path("paravane/added.h")));
}

TEST_F(edits, a_failure_half_way_puts_everything_back) {
    write("a.c", "one\n");
    write("z/b.c", "two\n");
    port_plan made;
    made.tree = root_.string();
    ASSERT_TRUE(made.edits.add(path("a.c"), {0, "one", "1", "r"}));
    ASSERT_TRUE(made.edits.add(path("z/b.c"), {0, "two", "2", "r"}));
    ASSERT_TRUE(made.edits.load());
    // A folder stands where the second file's new text must go.
    fs::create_directories(path("z/b.c.pvport-new"));
    const auto before = all_files();
    const auto done = apply_in_place(made);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().status, 4);
    EXPECT_EQ(read("a.c"), "one\n");
    EXPECT_EQ(read("z/b.c"), "two\n");
    EXPECT_EQ(all_files(), before);
}

TEST_F(edits, an_interrupted_apply_is_undone_by_the_next_command) {
    write("a.c", "one\n");
    const auto made = plan_of("a.c", {{0, "one", "1", "r"}});
    // What a kill between two renames leaves: journal, old link, new content.
    fs::create_hard_link(path("a.c"), path("a.c.pvport-old"));
    write("a.c.pvport-tmp", "1\n");
    fs::rename(path("a.c.pvport-tmp"), path("a.c"));
    write("paravane/added.h", "added\n");
    write(std::string(JOURNAL_NAME), "replace " + path("a.c") + "\ncreate " +
                                         path("paravane/added.h") + "\nfolder " + path("paravane") +
                                         "\n");
    const auto undone = recover(root_.string());
    ASSERT_TRUE(undone);
    EXPECT_TRUE(undone.value());
    EXPECT_EQ(all_files(), std::vector<std::string>{"a.c"});
    EXPECT_FALSE(fs::exists(path("paravane")));
    EXPECT_EQ(read("a.c"), "one\n");
}

TEST_F(edits, a_journal_cannot_name_files_outside_the_tree) {
    write("tree/x", "x\n");
    write("victim", "stays\n");
    write("tree/" + std::string(JOURNAL_NAME), "create " + path("victim") + "\n");
    ASSERT_TRUE(recover(path("tree")));
    EXPECT_EQ(read("victim"), "stays\n");
}

TEST_F(edits, out_folder_gets_the_tree_and_the_source_stays) {
    write("src/sp ace/é.c", "one\n");
    write("src/other", "o\n");
    port_plan made;
    made.tree = path("src");
    ASSERT_TRUE(made.edits.add(path("src/sp ace/é.c"), {0, "one", "1", "r"}));
    ASSERT_TRUE(made.edits.load());
    ASSERT_TRUE(apply_to(made, path("out")));
    EXPECT_EQ(read("out/sp ace/é.c"), "1\n");
    EXPECT_EQ(read("out/other"), "o\n");
    EXPECT_EQ(read("src/sp ace/é.c"), "one\n");
    EXPECT_FALSE(apply_to(made, path("out")));
}

TEST_F(edits, modes_are_kept) {
    write("a.sh", "one\n");
    ASSERT_EQ(::chmod(path("a.sh").c_str(), 0750), 0);
    ASSERT_TRUE(apply_in_place(plan_of("a.sh", {{0, "one", "1", "r"}})));
    EXPECT_EQ(fs::status(path("a.sh")).permissions(), static_cast<fs::perms>(0750));
}

TEST_F(edits, a_symlink_out_of_the_tree_is_not_followed_into_edits) {
    write("tree/inner.S", "\tnop\n");
    write("elsewhere/out.S", "\tmrs r0, cpsr\n");
    fs::create_symlink(path("elsewhere/out.S"), path("tree/out.S"));
    plan_request request;
    request.tree = path("tree");
    request.rules_roots = {PVPORT_RULES_DIR};
    request.database.files = {path("tree/out.S")};
    request.database.flags = {"--target=arm-linux-gnueabi"};
    const auto made = make_plan(request);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_TRUE(made.value().edits.empty());
    ASSERT_EQ(made.value().sites.size(), 1u);
    EXPECT_EQ(made.value().sites[0].fate, disposition::by_hand);
    EXPECT_THAT(made.value().sites[0].reason, HasSubstr("outside the tree"));
}

} // namespace
} // namespace paravane::port::test
