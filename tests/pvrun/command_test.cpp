// SPDX-License-Identifier: BSD-2-Clause
// The whole of pvrun but QEMU: an emulator of a few lines of shell speaks the
// frames, so that consoles, time and exit statuses are tested in milliseconds.
#include "pvrun/failure.hpp"
#include "pvrun/options.hpp"

#include "pvrun/bytes.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace paravane::pvrun {
namespace {

namespace fs = std::filesystem;

struct command : testing::Test {
    void SetUp() override {
        folder = fs::path{testing::TempDir()} / "command";
        fs::create_directories(folder);
        write("k", std::string(64, 'k'));
        write("hv.bin", "hypervisor");
        write("one.dts", "/dts-v1/; / { compatible = \"paravane,system\"; vm@1 { label = \"one\";"
                         " memory = <1>; kernel = \"k\"; load-address = <0x40008000>;"
                         " note { abi-version = \"0.1\"; }; }; };");
        given.source = folder / "one.dts";
        given.hypervisor = folder / "hv.bin";
        given.qemu = folder / "qemu";
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream{folder / name, std::ios::binary} << text;
    }
    std::string text(const std::string& name) const {
        std::ifstream file{folder / name, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    /// `script` runs as the emulator; its arguments are kept in the file `arguments`.
    void emulator(const std::string& script) const {
        write("qemu",
              "#!/bin/sh\necho \"$@\" > " + (folder / "arguments").string() + "\n" + script);
        fs::permissions(folder / "qemu", fs::perms::owner_all);
    }

    int run() {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int status = run_command(given);
        shown = testing::internal::GetCapturedStdout();
        said = testing::internal::GetCapturedStderr();
        return status;
    }

    fs::path folder;
    options given;
    std::string shown;
    std::string said;
};

constexpr char STARTED[] = R"(printf '\001\176\002\001\001'; )";
constexpr char HELLO[] = R"(printf '\001\001\006hello\n'; )";
constexpr char ENDED_WELL[] = R"(printf '\001\176\007\002\001\000\000\000\000\000'; )";
constexpr char KILLED[] = R"(printf '\001\176\007\002\001\001\000\000\000\000'; )";

TEST_F(command, a_run_shows_the_console_and_ends_with_0) {
    emulator(std::string{STARTED} + HELLO + ENDED_WELL + "exec sleep 30");
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(shown, "one| hello\n");
    EXPECT_EQ(said, "pvrun: vm@1 one: ended with code 0\n");
    EXPECT_NE(text("arguments").find("-M virt,dtb-randomness=off -cpu cortex-a15"),
              std::string::npos);
}

TEST_F(command, a_killed_vm_is_10) {
    emulator(std::string{STARTED} + KILLED + "exec sleep 30");
    EXPECT_EQ(run(), 10);
}

TEST_F(command, time_ends_a_run_that_does_not) {
    emulator(std::string{STARTED} + "exec sleep 30");
    given.timeout_seconds = 0.2;
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(run(), 11);
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{10});
}

TEST_F(command, an_emulator_that_fails_is_4_with_its_own_words) {
    emulator("echo 'no such machine' >&2; exit 1");
    try {
        run_command(given);
        FAIL();
    } catch (const failure& error) {
        EXPECT_EQ(error.status(), exit_status::io_failure);
        EXPECT_STREQ(error.what(), "QEMU ended before the system did: no such machine");
    }
    given.qemu = folder / "not-there";
    EXPECT_THROW(run_command(given), failure);
}

TEST_F(command, a_console_gets_what_is_typed_in_frames) {
    emulator(std::string{STARTED} + "head -c 6 > " + (folder / "typed").string() + "; " +
             ENDED_WELL + "exec sleep 30");
    given.console = "one";
    given.quiet = true;
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    ASSERT_EQ(::write(ends[1], "ls\n", 3), 3);
    const int kept = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    EXPECT_EQ(run(), 0);
    dup2(kept, STDIN_FILENO);
    for (const int descriptor : {kept, ends[0], ends[1]}) {
        close(descriptor);
    }
    EXPECT_EQ(text("typed"), "\x01\x01\x03ls\n");
}

TEST_F(command, an_unknown_console_is_a_usage_error) {
    emulator("exec sleep 30");
    given.console = "two";
    try {
        run_command(given);
        FAIL();
    } catch (const failure& error) {
        EXPECT_EQ(error.status(), exit_status::usage);
        EXPECT_STREQ(error.what(), "--console two: no VM has that label: there are one");
    }
}

TEST_F(command, options_reach_the_emulator) {
    emulator(std::string{STARTED} + ENDED_WELL + "exec sleep 30");
    given.board = "vexpress-a9";
    given.icount = true;
    given.trace = folder / "trace.json";
    given.ram_mib = 64;
    given.qemu_arguments = {"-extra"};
    EXPECT_EQ(run(), 0);
    const std::string arguments = text("arguments");
    for (const char* wanted : {"-M vexpress-a9", "-m 64M", "board.dtb", "-append trace",
                               "-icount shift=0,sleep=off", "-extra"}) {
        EXPECT_NE(arguments.find(wanted), std::string::npos) << wanted;
    }
    EXPECT_NE(text("trace.json").find("traceEvents"), std::string::npos);
}

TEST_F(command, equal_seeds_make_equal_images) {
    given.build_only = true;
    given.quiet = true;
    given.seed = "1";
    given.output = folder / "a.itb";
    EXPECT_EQ(run(), 0);
    given.output = folder / "b.itb";
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(text("a.itb"), text("b.itb"));
    given.seed = "2";
    EXPECT_EQ(run(), 0);
    EXPECT_NE(text("a.itb"), text("b.itb"));
    given.seed.clear();
    EXPECT_EQ(run(), 0);
    const std::string first = text("b.itb");
    EXPECT_EQ(run(), 0);
    EXPECT_NE(first, text("b.itb"));
}

TEST_F(command, memory_that_does_not_fit_is_told_with_what_is_left) {
    write("one.dts", "/dts-v1/; / { compatible = \"paravane,system\"; vm@1 { memory = <96>;"
                     " kernel = \"k\"; load-address = <0x40008000>;"
                     " note { abi-version = \"0.1\"; }; }; };");
    given.ram_mib = 128;
    given.build_only = true;
    given.output = folder / "a.itb";
    try {
        run_command(given);
        FAIL();
    } catch (const failure& error) {
        EXPECT_EQ(error.status(), exit_status::bad_input);
        EXPECT_STREQ(error.what(), "vm@1: memory 96 MiB does not fit: 62 MiB left on virt-a15: "
                                   "lower it, or raise --ram");
    }
}

TEST_F(command, more_ram_than_the_board_takes_is_a_usage_error) {
    given.board = "vexpress-a9";
    given.ram_mib = 4096;
    EXPECT_THROW(run_command(given), failure);
}

} // namespace
} // namespace paravane::pvrun
