// SPDX-License-Identifier: BSD-2-Clause
// The speed that is promised, on a natively built Linux: processor seconds and
// memory of each verb, printed and held to its limit, beside clang's own
// -fsyntax-only over the files that pvport parses. Skipped without a kernel; the
// slow ones run when PARAVANE_BENCH is set, as the target bench-pvport does.
#include "../census/support.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <sys/resource.h>

namespace paravane::port::test {
namespace {

struct cost {
    int status;
    double seconds; ///< user and system, of all threads
    long megabytes; ///< the largest so far
    std::string output;
};

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

cost measure_command(const std::string& name, const std::string& command) {
    rusage before = {};
    rusage after = {};
    ::getrusage(RUSAGE_CHILDREN, &before);
    const auto start = std::chrono::steady_clock::now();
    const auto result = run(command);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    ::getrusage(RUSAGE_CHILDREN, &after);
    const double spent = seconds_of(after.ru_utime) + seconds_of(after.ru_stime) -
                         seconds_of(before.ru_utime) - seconds_of(before.ru_stime);
    std::printf("%-48.48s %7.2f s processor %7.2f s wall %5ld MB\n", name.c_str(), spent,
                wall.count(), after.ru_maxrss / 1024);
    return {result.status, spent, after.ru_maxrss / 1024, result.output};
}

cost measure(const std::string& arguments) {
    return measure_command("pvport " + arguments,
                           std::string("'") + PVPORT + "' " + arguments + " 2>&1 >/dev/null");
}

/// The bound of a quiet machine and a release build; a test run, which shares its cores and
/// runs sanitizers too, is held to four times that.
double bound(double seconds) {
    return std::getenv("PARAVANE_BENCH") != nullptr ? seconds : 4 * seconds;
}

TEST(speed, verify_and_patch_of_vmlinux) {
    const auto vmlinux = cached_vmlinux();
    if (!vmlinux)
        GTEST_SKIP() << "no natively built vmlinux in the cache; set PARAVANE_VMLINUX to one";
    const cost verify = measure("verify '" + vmlinux->string() + "'");
    EXPECT_EQ(verify.status, 1) << verify.output;
    EXPECT_LE(verify.seconds, bound(2.0));
    EXPECT_LE(verify.megabytes, 300);
    const scratch_folder folder;
    const std::string patched = (folder / "patched").string();
    EXPECT_EQ(measure("patch '" + vmlinux->string() + "' -o '" + patched + "'").status, 0);
    const cost again = measure("verify '" + patched + "'");
    EXPECT_EQ(again.status, 0) << again.output;
    EXPECT_LE(again.seconds, bound(2.0));
}

TEST(speed, census_of_every_object) {
    const auto build = cached_build();
    if (!build)
        GTEST_SKIP() << "no Linux build in the cache; set PARAVANE_LINUX_BUILD to one";
    const cost scan = measure("scan --db '" + build->string() + "'");
    EXPECT_EQ(scan.status, 0) << scan.output;
    EXPECT_LE(scan.seconds, bound(15.0));
    EXPECT_LE(scan.megabytes, 300);
}

class sources : public testing::Test {
protected:
    void SetUp() override {
        const auto found = cached_build();
        std::error_code error;
        if (found)
            tree = std::filesystem::canonical(*found / "source", error).string();
        if (!found || error)
            GTEST_SKIP() << "no Linux build with its source; set PARAVANE_LINUX_BUILD to one";
        build = found->string();
        ::setenv("PVPORT_CACHE", (folder / "cache").c_str(), 1);
    }
    std::string arguments(const std::string& verb) const {
        return verb + " --guest linux-6.1 --level 1 --tree '" + tree + "' --db '" + build + "'";
    }
    // Runs clang over one unit as Kbuild compiled it, but for the output.
    std::string syntax_only(const std::string& file) const {
        const std::filesystem::path unit =
            std::filesystem::path(file).lexically_relative(tree).replace_extension(".o");
        const auto bytes = read_bytes(std::filesystem::path(build) / unit.parent_path() /
                                      ("." + unit.filename().string() + ".cmd"));
        const std::string text(bytes.begin(), bytes.end());
        const size_t begin = text.find(":= ") + 3;
        std::string command = text.substr(begin, text.find('\n') - begin);
        command.resize(std::min(command.find(" ; "), command.size()));
        for (size_t at = command.find("-Wp,-MM"); at != std::string::npos;
             at = command.find("-Wp,-MM"))
            command.erase(at, command.find(' ', at) - at);
        const size_t output = command.find(" -c -o ");
        return command.substr(0, output) + " -fsyntax-only" +
               command.substr(command.find(' ', output + 7)) + " 2>/dev/null\n";
    }
    scratch_folder folder;
    std::string build, tree;
};

TEST_F(sources, are_accounted_for_in_time) {
    const cost cold = measure(arguments("scan"));
    EXPECT_EQ(cold.status, 0) << cold.output;
    EXPECT_LE(cold.seconds, bound(60.0));
    const cost again = measure(arguments("scan"));
    EXPECT_EQ(again.status, 0) << again.output;
    EXPECT_LE(again.seconds, bound(5.0));
    EXPECT_EQ(again.output, cold.output);
}

TEST_F(sources, are_ported_in_time_and_parsed_as_fast_as_clang_does) {
    if (std::getenv("PARAVANE_BENCH") == nullptr)
        GTEST_SKIP() << "set PARAVANE_BENCH for the slow ones";
    EXPECT_LE(measure(arguments("apply") + " --out '" + (folder / "out").string() + "'").seconds,
              90.0);
    const auto told =
        run(std::string("'") + PVPORT + "' " + arguments("plan") + " -v 2>&1 >/dev/null");
    std::istringstream lines(told.output);
    std::string script = "cd '" + build + "'\n";
    unsigned files = 0;
    for (std::string line; std::getline(lines, line);)
        if (line.rfind("parsed ", 0) == 0 && ++files != 0)
            script += syntax_only(line.substr(7));
    ASSERT_GT(files, 0u);
    write_text(folder / "syntax.sh", script);
    measure_command("clang -fsyntax-only of " + std::to_string(files) + " files",
                    "sh '" + (folder / "syntax.sh").string() + "'");
}

} // namespace
} // namespace paravane::port::test
