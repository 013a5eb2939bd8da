// SPDX-License-Identifier: BSD-2-Clause
// Whole files in and out. A file is written beside its destination and renamed
// over it, so that a reader sees the old or the new content, never a part.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace paravane::toolkit {

/// Reads a whole file; `error` tells why it could not.
std::string read_file(const std::filesystem::path& path, std::error_code& error);

/// Replaces `path` by `content`: temporary file, fsync, rename. Keeps the old file's mode.
/// On failure the old file is untouched and no temporary stays.
std::error_code write_file_atomic(const std::filesystem::path& path, std::string_view content);

/// As write_file_atomic, but leaves a file that already holds `content` alone, so that a
/// build that depends on it does not run again.
std::error_code write_file_if_changed(const std::filesystem::path& path, std::string_view content);

} // namespace paravane::toolkit
