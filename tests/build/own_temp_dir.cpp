// SPDX-License-Identifier: BSD-2-Clause
// Linked into every GoogleTest program: gives each process a temporary folder of its
// own, so that cases that run side by side never share files. It goes with the process.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

namespace {

std::string* folder;
pid_t owner;

void remove_folder() {
    std::error_code error;
    if (getpid() == owner) {
        std::filesystem::remove_all(*folder, error);
    }
}

// Before every other initializer, since tests keep testing::TempDir() in constants.
[[gnu::constructor(101)]] void make_folder() {
    static char name[] = "/tmp/paravane-test-XXXXXX";
    if (mkdtemp(name) == nullptr) {
        return;
    }
    setenv("TEST_TMPDIR", name, 1);
}

[[gnu::constructor]] void remember_folder() {
    if (const char* name = std::getenv("TEST_TMPDIR")) {
        owner = getpid();
        folder = new std::string(name);
        std::atexit(remove_folder);
    }
}

} // namespace
