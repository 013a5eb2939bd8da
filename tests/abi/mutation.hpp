// SPDX-License-Identifier: BSD-2-Clause
// Reads the sample description and changes it by exact text, so that a test
// shows what it is about in one line.
#pragma once

#include "generator/read.hpp"
#include "toolkit/file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace paravane::test {

/// Replacements, each of which must find its text exactly once.
using edits = std::vector<std::pair<std::string, std::string>>;

inline std::string file_text(const std::string& path) {
    std::error_code error;
    std::string text = toolkit::read_file(path, error);
    EXPECT_FALSE(error) << path;
    return text;
}

inline std::string sample_text() {
    return file_text(PARAVANE_TEST_DATA "/base.toml");
}

inline std::string edited(std::string text, const edits& changes) {
    for (const auto& [from, to] : changes) {
        const size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << "not found: " << from;
        EXPECT_EQ(text.find(from, at + 1), std::string::npos) << "stands twice: " << from;
        if (at != std::string::npos) {
            text.replace(at, from.size(), to);
        }
    }
    return text;
}

inline std::string listing(const toolkit::diagnostics& messages) {
    std::string out;
    for (const auto& m : messages) {
        out += to_line(m) + '\n';
    }
    return out;
}

inline abi_model::description parsed(const std::string& text) {
    toolkit::diagnostics messages;
    auto d = abi_model::read_any(text, "base.toml", messages);
    EXPECT_TRUE(d) << listing(messages);
    return d ? std::move(*d) : abi_model::description{};
}

} // namespace paravane::test
