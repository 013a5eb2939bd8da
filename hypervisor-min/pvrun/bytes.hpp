// SPDX-License-Identifier: BSD-2-Clause
// Byte vectors, files and SHA-256, as all parts of pvrun use them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace paravane::pvrun {

using bytes = std::vector<uint8_t>;
using digest = std::array<uint8_t, 32>;

/// Where the files that a system names are looked for, in this order.
class search_path {
public:
    explicit search_path(std::vector<std::filesystem::path> folders)
        : folders_{std::move(folders)} {}
    /// The first that exists, or the name in the first folder.
    std::filesystem::path find(const std::string& name) const;

private:
    std::vector<std::filesystem::path> folders_;
};

/// The whole file; `context` leads the error ("vm@1: kernel").
bytes read_file(const std::filesystem::path& path, const std::string& context);
/// Writes beside the target, then renames: no half image is ever seen.
void write_file(const std::filesystem::path& path, const bytes& content);
digest sha256(const bytes& content);
/// Ed25519 signature with the private key in a PEM text.
bytes sign(const bytes& content, const std::string& pem);
/// `count` bytes from the system's generator, or from `seed` when it is not empty.
bytes random_bytes(size_t count, const std::string& seed);

/// "0x40000000", for messages.
std::string hex(uint64_t value);
/// "16 MiB", "2 KiB", "5 bytes": the largest unit that loses nothing.
std::string amount(uint64_t size);

} // namespace paravane::pvrun
