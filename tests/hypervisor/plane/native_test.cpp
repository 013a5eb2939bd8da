// SPDX-License-Identifier: BSD-2-Clause
// The plane against QEMU: the same random cases on a privileged virtual core here and
// on the emulated core there must end with the same registers and memory.
#include "native_case.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace paravane::plane_test {
namespace {

namespace fs = std::filesystem;

struct board {
    const char* name;
    const char* machine;
    uint32_t base;
};

constexpr board BOARDS[] = {
    {"virt-a15", "virt,dtb-randomness=off -cpu cortex-a15 -nic none", 0x40100000},
    {"vexpress-a9", "vexpress-a9 -cpu cortex-a9 -nic none", 0x60100000},
};
constexpr uint32_t CASES = 6000;
constexpr uint32_t SEED = 20240101;

void write_cases(const fs::path& file, const std::vector<named_case>& cases) {
    std::ofstream out{file, std::ios::binary};
    uint32_t head[16] = {static_cast<uint32_t>(cases.size())};
    out.write(reinterpret_cast<const char*>(head), sizeof head);
    for (const named_case& one : cases) {
        out.write(reinterpret_cast<const char*>(&one.what), sizeof one.what);
    }
}

std::vector<native_case> run_on_qemu(const board& which, const fs::path& where,
                                     const std::vector<named_case>& cases) {
    fs::create_directories(where);
    fs::remove(where / "plane-results.bin");
    write_cases(where / "cases.bin", cases);
    const std::string loader =
        "loader,file=cases.bin,force-raw=on,addr=" + std::to_string(which.base + AT_CASES);
    const std::string command =
        "cd " + where.string() + " && QEMU_AUDIO_DRV=none timeout 60 qemu-system-arm -M " +
        which.machine +
        " -nographic -serial none -monitor none -semihosting-config enable=on,target=native " +
        "-device " + loader + " -kernel " PARAVANE_GUESTS "/plane-native-" + which.name + ".elf";
    const int status = std::system(command.c_str());
    EXPECT_EQ(0, status) << command;
    std::vector<native_case> results(cases.size());
    std::ifstream in{where / "plane-results.bin", std::ios::binary};
    in.read(reinterpret_cast<char*>(results.data()),
            static_cast<std::streamsize>(results.size() * sizeof(native_case)));
    EXPECT_TRUE(in.good()) << "the guest wrote no results";
    return results;
}

/// Names of the words that differ; those of the runner's own bank do not count.
std::string differences(const native_case& native, const native_case& model, uint32_t runner) {
    static constexpr const char* const NAMES[] = {"cpsr", "vector", "lr"};
    const auto* const left = reinterpret_cast<const uint32_t*>(&native);
    const auto* const right = reinterpret_cast<const uint32_t*>(&model);
    const uint32_t skipped = (runner == 0x13 ? CASE_SVC : CASE_UND) / 4;
    std::ostringstream out;
    for (uint32_t i = 0; i < CASE_BYTES / 4 - 2; ++i) {
        const bool code = i >= CASE_CODE / 4 && i < CASE_R / 4;
        if (left[i] == right[i] || code || (i >= skipped && i < skipped + 3)) {
            continue;
        }
        out << std::hex << "  word " << i * 4 << (i < 3 ? NAMES[i] : "") << ": native " << left[i]
            << ", plane " << right[i] << "\n";
    }
    return out.str();
}

class native : public testing::TestWithParam<board> {};

TEST_P(native, every_case_ends_alike) {
    const board& which = GetParam();
    const std::vector<named_case> cases = make_cases(which.base, CASES, SEED);
    const fs::path where =
        fs::temp_directory_path() /
        ("paravane-plane-" + std::string(which.name) + "-" + std::to_string(::getpid()));
    const std::vector<native_case> results = run_on_qemu(which, where, cases);
    fs::remove_all(where);
    uint32_t shown = 0;
    uint32_t undefined = 0;
    for (size_t i = 0; i < cases.size() && shown < 10; ++i) {
        const native_case& start = cases[i].what;
        undefined += results[i].runner == 1 && start.runner == 0x13 ? 1 : 0;
        const std::string found =
            differences(results[i], run_in_model(start, which.base), start.runner);
        if (!found.empty()) {
            ++shown;
            ADD_FAILURE() << "case " << i << " " << cases[i].form << std::hex << ": "
                          << start.code[0] << " " << start.code[1] << " at CPSR " << start.cpsr
                          << ", runner " << start.runner << "\n"
                          << found;
        }
    }
    EXPECT_GT(undefined, CASES / 100) << "the cases no longer reach what User mode may not do";
    EXPECT_LT(undefined, CASES / 4) << "the cases hardly reach anything else";
}

std::string board_name(const testing::TestParamInfo<board>& info) {
    return info.index == 0 ? "virt_a15" : "vexpress_a9";
}
INSTANTIATE_TEST_SUITE_P(qemu, native, testing::ValuesIn(BOARDS), board_name);

} // namespace
} // namespace paravane::plane_test
