// SPDX-License-Identifier: BSD-2-Clause
// Reads the allow-list strictly: an entry without a reason, or with a key that
// nobody knows, is an error and not a silent permission.
#include "allow_list.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

namespace paravane::port {
namespace {

std::string place(const std::string& path, unsigned line) {
    return path + ":" + std::to_string(line) + ": ";
}

/// "0xf10c0080", or the same as an integer.
std::optional<uint32_t> encoding_of(const toml::node& node) {
    if (const auto number = node.value_exact<int64_t>())
        return *number >= 0 && *number <= UINT32_MAX ? std::optional(static_cast<uint32_t>(*number))
                                                     : std::nullopt;
    const auto text = node.value_exact<std::string_view>();
    if (!text || text->substr(0, 2) != "0x")
        return std::nullopt;
    uint32_t value = 0;
    const char* end = text->data() + text->size();
    const auto read = std::from_chars(text->data() + 2, end, value, 16);
    if (read.ec != std::errc{} || read.ptr != end)
        return std::nullopt;
    return value;
}

/// One table of the list, its keys checked off as they are read.
class entry_reader {
public:
    entry_reader(const toml::table& table, const std::string& path)
        : table_(table), path_(path), line_(table.source().begin.line) {}

    unsigned line() const { return line_; }
    std::string text(std::string_view key) const {
        return table_[key].value<std::string>().value_or("");
    }
    failure wrong(const std::string& what) const { return {place(path_, line_) + what, 3}; }

    std::optional<failure> only(std::initializer_list<std::string_view> keys) const {
        for (const auto& [key, value] : table_) {
            bool known = false;
            for (const std::string_view k : keys)
                known |= key.str() == k;
            if (!known)
                return wrong("unknown key '" + std::string(key.str()) + "'");
        }
        if (text("reason").empty())
            return wrong("entry without a reason; say why the instruction may stay");
        return std::nullopt;
    }
    const toml::table& table() const { return table_; }

private:
    const toml::table& table_;
    const std::string& path_;
    unsigned line_;
};

std::optional<failure> read_allowed(const entry_reader& reader, allow_list& list) {
    if (auto f = reader.only({"function", "encoding", "reason"}))
        return f;
    const toml::node* node = reader.table().get("encoding");
    const auto encoding = node != nullptr ? encoding_of(*node) : std::nullopt;
    if (!encoding)
        return reader.wrong("encoding must be a word such as \"0xee110f10\"");
    if (reader.text("function").empty())
        return reader.wrong("entry without a function");
    list.allowed.push_back(
        {reader.text("function"), *encoding, reader.text("reason"), reader.line()});
    return std::nullopt;
}

std::optional<failure> read_unreached(const entry_reader& reader, allow_list& list) {
    if (auto f = reader.only({"function", "section", "reason"}))
        return f;
    if (reader.text("function").empty() == reader.text("section").empty())
        return reader.wrong("give either a function or a section");
    list.unreached.push_back(
        {reader.text("function"), reader.text("section"), reader.text("reason"), reader.line()});
    return std::nullopt;
}

using read_entry = std::optional<failure> (*)(const entry_reader&, allow_list&);

std::optional<failure> read_all(const toml::node& node, const std::string& key, read_entry read,
                                allow_list& list) {
    const toml::array* array = node.as_array();
    if (array == nullptr)
        return failure{place(list.path, node.source().begin.line) + "write [[" + key + "]]", 3};
    for (const toml::node& element : *array) {
        const toml::table* table = element.as_table();
        if (table == nullptr)
            return failure{place(list.path, element.source().begin.line) + "write [[" + key + "]]",
                           3};
        if (auto f = read(entry_reader(*table, list.path), list))
            return f;
    }
    return std::nullopt;
}

} // namespace

outcome<allow_list> parse_allow_list(std::string_view text, const std::string& path) {
    const toml::parse_result parsed = toml::parse(text, path);
    if (!parsed)
        return failure{place(path, parsed.error().source().begin.line) +
                           std::string(parsed.error().description()),
                       3};
    allow_list list;
    list.path = path;
    for (const auto& [key, node] : parsed.table()) {
        std::optional<failure> f;
        if (key.str() == "allow")
            f = read_all(node, "allow", read_allowed, list);
        else if (key.str() == "unreached")
            f = read_all(node, "unreached", read_unreached, list);
        else
            f = failure{place(path, node.source().begin.line) + "unknown table '" +
                            std::string(key.str()) + "'; allow and unreached are known",
                        3};
        if (f)
            return *f;
    }
    return list;
}

outcome<allow_list> read_allow_list(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return failure{path + ": cannot open the allow-list", 3};
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return parse_allow_list(text, path);
}

} // namespace paravane::port
