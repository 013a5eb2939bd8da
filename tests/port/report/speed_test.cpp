// SPDX-License-Identifier: BSD-2-Clause
// The speed that is promised, on a natively built Linux: processor seconds and
// memory of each verb, printed and held to its limit. Skipped without a kernel.
#include "../census/support.hpp"

#include <gtest/gtest.h>

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

cost measure(const std::string& arguments) {
    rusage before = {};
    rusage after = {};
    ::getrusage(RUSAGE_CHILDREN, &before);
    const auto result = run(std::string("'") + PVPORT + "' " + arguments + " 2>&1 >/dev/null");
    ::getrusage(RUSAGE_CHILDREN, &after);
    const double spent = seconds_of(after.ru_utime) + seconds_of(after.ru_stime) -
                         seconds_of(before.ru_utime) - seconds_of(before.ru_stime);
    std::printf("pvport %-60.60s %6.2f s %5ld MB\n", arguments.c_str(), spent,
                after.ru_maxrss / 1024);
    return {result.status, spent, after.ru_maxrss / 1024, result.output};
}

TEST(speed, verify_and_patch_of_vmlinux) {
    const auto vmlinux = cached_vmlinux();
    if (!vmlinux)
        GTEST_SKIP() << "no natively built vmlinux in the cache; set PARAVANE_VMLINUX to one";
    const cost verify = measure("verify '" + vmlinux->string() + "'");
    EXPECT_EQ(verify.status, 1) << verify.output;
    EXPECT_LE(verify.seconds, 2.0);
    EXPECT_LE(verify.megabytes, 300);
    const scratch_folder folder;
    const std::string patched = (folder / "patched").string();
    EXPECT_EQ(measure("patch '" + vmlinux->string() + "' -o '" + patched + "'").status, 0);
    const cost again = measure("verify '" + patched + "'");
    EXPECT_EQ(again.status, 0) << again.output;
    EXPECT_LE(again.seconds, 2.0);
}

TEST(speed, census_of_every_object) {
    const auto build = cached_build();
    if (!build)
        GTEST_SKIP() << "no Linux build in the cache; set PARAVANE_LINUX_BUILD to one";
    const cost scan = measure("scan --db '" + build->string() + "'");
    EXPECT_EQ(scan.status, 0) << scan.output;
    EXPECT_LE(scan.seconds, 15.0);
    EXPECT_LE(scan.megabytes, 300);
}

} // namespace
} // namespace paravane::port::test
