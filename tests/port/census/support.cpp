// SPDX-License-Identifier: BSD-2-Clause
// Scratch folders, child processes and the fixture that holds every kind.
#include "support.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include <sys/wait.h>

namespace paravane::port::test {

namespace fs = std::filesystem;

scratch_folder::scratch_folder() {
    std::string name = (fs::temp_directory_path() / "pvport-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("cannot make a scratch folder");
    path_ = name;
}

scratch_folder::~scratch_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

run_result run(const std::string& command) {
    run_result result;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr)
        return result;
    std::vector<char> buffer(1 << 16);
    while (const size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
        result.output.append(buffer.data(), n);
    const int status = ::pclose(pipe);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return result;
}

std::vector<uint8_t> read_bytes(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const fs::path& path, const std::vector<uint8_t>& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

void write_text(const fs::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

fs::path assemble(const scratch_folder& folder, std::string_view name, std::string_view source,
                  std::string_view flags) {
    const fs::path input = folder / (std::string(name) + ".s");
    const fs::path output = folder / (std::string(name) + ".o");
    write_text(input, source);
    const auto made = run("clang-19 --target=arm-none-eabi -w -c " + std::string(flags) + " '" +
                          input.string() + "' -o '" + output.string() + "' 2>&1");
    EXPECT_EQ(made.status, 0) << made.output;
    return output;
}

fs::path link(const scratch_folder& folder, const fs::path& object, std::string_view flags) {
    const fs::path output = folder / (object.stem().string() + ".elf");
    const auto made = run("ld.lld-19 -Ttext=0xc0008000 -e 0xc0008000 " + std::string(flags) + " '" +
                          object.string() + "' -o '" + output.string() + "' 2>&1");
    EXPECT_EQ(made.status, 0) << made.output;
    return output;
}

namespace {

fs::path cache_folder() {
    if (const char* given = std::getenv("PARAVANE_CACHE"))
        return given;
    if (const char* given = std::getenv("XDG_CACHE_HOME"))
        return fs::path(given) / "paravane";
    const char* home = std::getenv("HOME");
    return fs::path(home != nullptr ? home : "/") / ".cache/paravane";
}

} // namespace

std::optional<fs::path> cached_vmlinux() {
    if (const char* given = std::getenv("PARAVANE_VMLINUX"))
        return fs::path(given);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(cache_folder() / "linux", error))
        if (entry.path().filename().string().rfind("native-", 0) == 0 &&
            fs::exists(entry.path() / "done", error))
            return entry.path() / "vmlinux";
    return std::nullopt;
}

std::vector<fs::path> cached_kernels(std::string_view compiler) {
    std::map<std::string, fs::path> newest;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(cache_folder() / "linux", error)) {
        const std::string name = entry.path().filename().string();
        const std::string kind = name.substr(0, name.rfind('-'));
        const fs::path done = entry.path() / "done";
        if (!kind.ends_with("-" + std::string(compiler)) || !fs::exists(done, error))
            continue;
        fs::path& known = newest[kind];
        if (known.empty() || fs::last_write_time(known / "done") < fs::last_write_time(done))
            known = entry.path();
    }
    std::vector<fs::path> found;
    for (const auto& [kind, folder] : newest)
        found.push_back(folder / "vmlinux");
    return found;
}

std::optional<fs::path> cached_build() {
    if (const char* given = std::getenv("PARAVANE_LINUX_BUILD"))
        return fs::path(given);
    const auto vmlinux = cached_vmlinux();
    std::error_code error;
    if (!vmlinux || !fs::exists(vmlinux->parent_path() / "objects/vmlinux", error))
        return std::nullopt;
    return vmlinux->parent_path() / "objects";
}

} // namespace paravane::port::test
