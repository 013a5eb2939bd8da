// SPDX-License-Identifier: BSD-2-Clause
// What the census tests share: a folder that goes away, running a program,
// assembling a fixture with clang-19.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paravane::port::test {

class scratch_folder {
public:
    scratch_folder();
    ~scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

struct run_result {
    int status = -1;
    std::string output;
};

/// Runs a shell command line and returns what it printed on standard output.
run_result run(const std::string& command);

std::vector<uint8_t> read_bytes(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, const std::vector<uint8_t>& bytes);
void write_text(const std::filesystem::path& path, std::string_view text);

/// Assembles with clang-19; fails the test when that does not work.
std::filesystem::path assemble(const scratch_folder& folder, std::string_view name,
                               std::string_view source, std::string_view flags = "");

/// Links one object at 0xc0008000 with ld.lld-19.
std::filesystem::path link(const scratch_folder& folder, const std::filesystem::path& object,
                           std::string_view flags = "");

/// A natively built vmlinux of the cache that .ci/kernel fills, or nothing.
std::optional<std::filesystem::path> cached_vmlinux();

/// Ported kernels of the cache that a compiler built, the newest of each kind.
std::vector<std::filesystem::path> cached_kernels(std::string_view compiler);

/// The folder that it was built in, with every object.
std::optional<std::filesystem::path> cached_build();

/// ARM and Thumb, every kind, conditional forms, literal pools.
extern const std::string_view EVERY_KIND;

} // namespace paravane::port::test
