// SPDX-License-Identifier: BSD-2-Clause
// Reads the keys of one TOML table and refuses those that nobody asked for, so
// that a misspelt key is an error with its place. Used by read.cpp and its parts.
#pragma once

#include "generator/model.hpp"

#include <functional>
#include <set>
#include <string>
#include <toml++/toml.h>

namespace paravane::abi_model {

/// Collects errors of one file; every message carries READ_* ids. What came from JSON has no
/// places and is reported at the file's start.
class error_sink {
public:
    error_sink(std::string file, toolkit::diagnostics& out) : file_(std::move(file)), out_(out) {}

    void error(position at, std::string text, std::string_view id);
    bool failed() const { return failed_; }

private:
    std::string file_;
    toolkit::diagnostics& out_;
    bool failed_ = false;
};

position position_of(const toml::source_region& region);

/// Names are what C, assembler and C++ all accept: [a-z][a-z0-9_]*, 64 bytes at most.
bool is_identifier(std::string_view text);

class table_reader {
public:
    /// `what` names the table in messages, for example "call" or "abi".
    table_reader(const toml::table& table, std::string what, error_sink& errors);
    ~table_reader();
    table_reader(const table_reader&) = delete;
    table_reader& operator=(const table_reader&) = delete;

    /// Fills what every entry has. `named` and `dated` say whether name and since must be there.
    void common(entry& e, bool named, bool dated);

    std::string text(std::string_view key);
    std::optional<std::string> optional_text(std::string_view key);
    std::string identifier(std::string_view key);
    int64_t number(std::string_view key, int64_t low, int64_t high);
    uint32_t word(std::string_view key) {
        return static_cast<uint32_t>(number(key, 0, UINT32_MAX));
    }
    bool flag(std::string_view key);
    const toml::table* table(std::string_view key, bool required);

    /// Calls `each` for every table of the array `key`.
    void tables(std::string_view key, bool required,
                const std::function<void(const toml::table&)>& each);
    std::vector<std::string> texts(std::string_view key);

    void fail(std::string_view key, const std::string& text, std::string_view id);
    position where(std::string_view key) const;
    const std::string& what() const { return what_; }

private:
    const toml::node* take(std::string_view key, bool required);
    void wrong_type(std::string_view key, std::string_view expected);

    const toml::table& table_;
    std::string what_;
    error_sink& errors_;
    std::set<std::string, std::less<>> known_;
};

} // namespace paravane::abi_model
