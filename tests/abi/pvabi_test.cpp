// SPDX-License-Identifier: BSD-2-Clause
// The program itself: statuses, baselines from files and git, the last golden,
// the time that a check takes.
#include "mutation.hpp"
#include "toolkit/process.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <sys/resource.h>

namespace {

namespace fs = std::filesystem;
using namespace paravane;
using testing::HasSubstr;
using words = std::vector<std::string>;

class folder {
public:
    folder() {
        std::string name = testing::TempDir() + "pvabi-XXXXXX";
        path = ::mkdtemp(name.data());
    }
    ~folder() { fs::remove_all(path); }
    std::string write(const std::string& name, const std::string& text) const {
        fs::create_directories((path / name).parent_path());
        EXPECT_FALSE(toolkit::write_file_atomic(path / name, text));
        return path / name;
    }
    fs::path path;
};

toolkit::process_result run(words command) {
    const auto result = toolkit::run_process(command);
    EXPECT_TRUE(result);
    return result.value_or(toolkit::process_result{-1, "", ""});
}

toolkit::process_result pvabi(words arguments) {
    arguments.insert(arguments.begin(), PARAVANE_PVABI);
    return run(arguments);
}

std::string broken() {
    return test::edited(test::sample_text(), {{"bit = 3", "bit = 4"}});
}

TEST(check, statuses_are_0_100_101) {
    const folder dir;
    const std::string base = dir.write("base.toml", test::sample_text());
    const std::string bad = dir.write("bad.toml", broken());
    const std::string cut = dir.write("cut.toml", test::sample_text().substr(0, 700));
    EXPECT_EQ(pvabi({"check", "--abi", base, "--against", base}).status, 0);
    const auto r = pvabi({"check", "--abi", bad, "--against", base});
    EXPECT_EQ(r.status, 100);
    EXPECT_THAT(r.output, HasSubstr("[FEATURE_SAME_BIT] (baseline 0.3.0)"));
    for (const auto& [abi, against] : {std::pair{cut, base},
                                       {base, cut},
                                       {base, base + ".none"},
                                       {base + ".none", base},
                                       {base, std::string("--help-me")}}) {
        const auto failed = pvabi({"check", "--abi", abi, "--against", against});
        EXPECT_TRUE(failed.status == 101 || failed.status == 2) << failed.status;
        EXPECT_NE(failed.errors, "");
        EXPECT_EQ(failed.output, "");
    }
    EXPECT_EQ(pvabi({"check", "--abi", cut, "--against", base}).status, 101);
    EXPECT_EQ(pvabi({"check", "--abi", base}).status, 2);
}

TEST(check, takes_the_normalized_json) {
    const folder dir;
    const std::string base = dir.write("base.toml", test::sample_text());
    const std::string json =
        dir.write("base.json", pvabi({"show", "--abi", base, "--format", "json"}).output);
    const std::string bad = dir.write("bad.toml", broken());
    EXPECT_EQ(pvabi({"check", "--abi", base, "--against", json}).status, 0);
    EXPECT_EQ(pvabi({"check", "--abi", bad, "--against", json}).status, 100);
    EXPECT_EQ(pvabi({"check", "--abi", json, "--against", base}).status, 0);
}

TEST(check, takes_a_git_revision) {
    const folder dir;
    const std::string file = dir.write("hypercall-abi/paravane.toml", test::sample_text());
    const words git = {"git", "-C", dir.path, "-c", "user.name=t", "-c", "user.email=t@t"};
    const auto git_run = [&](words arguments) {
        arguments.insert(arguments.begin(), git.begin(), git.end());
        const auto r = run(arguments);
        EXPECT_EQ(r.status, 0) << r.errors;
    };
    git_run({"init", "-q"});
    git_run({"add", "."});
    git_run({"commit", "-q", "-m", "first"});
    dir.write("hypercall-abi/paravane.toml", broken());
    EXPECT_EQ(pvabi({"check", "--abi", file, "--against", "HEAD"}).status, 100);
    const auto none = pvabi({"check", "--abi", file, "--against", "no-such-branch"});
    EXPECT_EQ(none.status, 101);
    EXPECT_THAT(none.errors, HasSubstr("[BASELINE]"));
    EXPECT_THAT(pvabi({"diff", "--abi", file, "--against", "HEAD"}).output,
                HasSubstr("~ feature.beta.bit: 3 -> 4\n"));
}

TEST(check, writes_a_report_file) {
    const folder dir;
    const std::string base = dir.write("base.toml", test::sample_text());
    const std::string report = dir.path / "out.sarif";
    const auto r =
        pvabi({"check", "--abi", base, "--against", base, "--format", "sarif", "--output", report});
    EXPECT_EQ(r.status, 0);
    EXPECT_EQ(r.output, "");
    EXPECT_THAT(test::file_text(report), HasSubstr("\"2.1.0\""));
    const auto github = pvabi({"check", "--abi", PARAVANE_DESCRIPTION, "--against", base,
                               "--format", "github", "--strict"});
    EXPECT_THAT(github.output, HasSubstr("::error file=hypercall-abi/paravane.toml,line="));
}

/// The newest golden by version.
fs::path last_golden() {
    fs::path best;
    abi_model::version highest;
    for (const auto& entry : fs::directory_iterator(PARAVANE_RELEASES)) {
        const auto v = abi_model::parse_version(entry.path().stem().string());
        if (entry.path().extension() == ".json" && v && (best.empty() || *v > highest)) {
            best = entry.path();
            highest = *v;
        }
    }
    return best;
}

TEST(goldens, the_tree_keeps_the_promise_of_the_last_one) {
    ASSERT_FALSE(last_golden().empty());
    const auto r = pvabi({"check", "--abi", PARAVANE_DESCRIPTION, "--against", last_golden()});
    EXPECT_EQ(r.status, 0) << r.output << r.errors
                           << "Raise the version; a released one gets a golden of its own.";
}

TEST(goldens, each_is_named_by_its_version_and_in_normal_form) {
    for (const auto& entry : fs::directory_iterator(PARAVANE_RELEASES)) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        const auto r = pvabi({"show", "--abi", entry.path(), "--format", "json"});
        EXPECT_EQ(r.output, test::file_text(entry.path()));
        EXPECT_EQ(test::parsed(r.output).abi.version_text, entry.path().stem().string());
    }
}

std::vector<fs::path> kept_guest_folders() {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(PARAVANE_KEPT_GUESTS)) {
        if (entry.is_directory()) {
            folders.push_back(entry.path());
        }
    }
    return folders;
}

/// A guest kept for a version says so in its note, and is small.
void check_kept_guest(const fs::path& file, const std::string& version) {
    EXPECT_LE(fs::file_size(file), 65536U) << file;
    const auto noted = pvabi({"note", "--abi", PARAVANE_DESCRIPTION, file});
    EXPECT_THAT(noted.output, HasSubstr("version  " + version + "\n")) << noted.errors;
    const auto last = test::parsed(test::file_text(PARAVANE_DESCRIPTION)).abi.version;
    const auto then = abi_model::parse_version(version).value_or(abi_model::version{});
    const bool promised = last.major == then.major && (last.major != 0 || last.minor == then.minor);
    EXPECT_EQ(noted.status == 0, promised) << file << '\n' << noted.errors;
}

TEST(goldens, kept_guests_are_small_listed_and_of_their_version) {
    const std::vector<fs::path> folders = kept_guest_folders();
    if (folders.empty()) {
        GTEST_SKIP() << "no release has guests";
    }
    for (const fs::path& folder : folders) {
        const std::string sums = test::file_text(folder / "SHA256SUMS");
        const auto checked =
            run({"sh", "-c", "cd \"$0\" && sha256sum --check --strict --quiet SHA256SUMS", folder});
        EXPECT_EQ(checked.status, 0) << checked.output << checked.errors;
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (entry.path().filename() != "SHA256SUMS") {
                EXPECT_THAT(sums, HasSubstr("  " + entry.path().filename().string() + "\n"));
                check_kept_guest(entry.path(), folder.filename());
            }
        }
    }
}

TEST(check, takes_less_than_100_ms_on_the_real_file) {
#if defined(PARAVANE_SANITIZED)
    GTEST_SKIP() << "the limit is for the released build";
#endif
    rusage before{};
    rusage after{};
    ::getrusage(RUSAGE_CHILDREN, &before);
    EXPECT_EQ(
        pvabi({"check", "--abi", PARAVANE_DESCRIPTION, "--against", PARAVANE_DESCRIPTION}).status,
        0);
    ::getrusage(RUSAGE_CHILDREN, &after);
    const auto ms = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000 +
                    (after.ru_utime.tv_usec - before.ru_utime.tv_usec) / 1000;
    EXPECT_LT(ms, 100);
}

TEST(gen, writes_only_what_changed_and_is_stable) {
    const folder dir;
    const std::string base = dir.write("base.toml", test::sample_text());
    const std::string out = dir.path / "out";
    ASSERT_EQ(pvabi({"gen", "--abi", base, "--out", out}).status, 0);
    size_t files = 0;
    for (const auto& entry : fs::directory_iterator(out)) {
        fs::last_write_time(entry, fs::file_time_type{} + std::chrono::hours(1));
        ++files;
    }
    EXPECT_EQ(files, 10U);
    ASSERT_EQ(pvabi({"gen", "--abi", base, "--out", out}).status, 0);
    for (const auto& entry : fs::directory_iterator(out)) {
        EXPECT_EQ(fs::last_write_time(entry), fs::file_time_type{} + std::chrono::hours(1));
    }
}

TEST(gen, refuses_with_status_3_and_writes_nothing) {
    const folder dir;
    const std::string cut = dir.write("cut.toml", test::sample_text().substr(0, 700));
    EXPECT_EQ(pvabi({"gen", "--abi", cut, "--out", dir.path / "out"}).status, 3);
    EXPECT_FALSE(fs::exists(dir.path / "out"));
}

TEST(show, prints_one_entry) {
    const auto r = pvabi({"show", "--abi", PARAVANE_DESCRIPTION, "console_write"});
    EXPECT_EQ(r.status, 0);
    EXPECT_THAT(r.output, HasSubstr("bad_address"));
    EXPECT_THAT(r.output, testing::Not(HasSubstr("space_switch")));
    EXPECT_EQ(pvabi({"show", "--abi", PARAVANE_DESCRIPTION, "nonsense"}).status, 2);
}

TEST(pages, every_rule_can_be_explained) {
    EXPECT_THAT(pvabi({"--explain", "CALL_SAME_ID"}).output, HasSubstr("another number"));
    EXPECT_THAT(pvabi({"--generate", "messages"}).output, HasSubstr("#### FIELD_RESERVED_ZERO"));
}

TEST(pages, the_man_page_and_completion_are_well_formed) {
    const folder dir;
    const std::string page = dir.write("pvabi.1", pvabi({"--generate", "man"}).output);
    const auto man = run({"man", "--warnings", "-l", page});
    EXPECT_EQ(man.status, 0);
    EXPECT_EQ(man.errors, "");
    const std::string script = dir.write("pvabi.bash", pvabi({"--generate", "bash"}).output);
    EXPECT_EQ(run({"bash", "-n", script}).errors, "");
    const auto offered = run({"bash", "-c",
                              "source " + script +
                                  "; COMP_WORDS=(pvabi check --category ''); COMP_CWORD=3; "
                                  "_paravane_pvabi; echo ${COMPREPLY[@]}"});
    EXPECT_EQ(offered.output, "WIRE LAYOUT SOURCE\n");
}

} // namespace
