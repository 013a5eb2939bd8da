// SPDX-License-Identifier: BSD-2-Clause
// Strict access to the keys of one table.
#include "generator/table_reader.hpp"

namespace paravane::abi_model {

void error_sink::error(position at, std::string text, std::string_view id) {
    failed_ = true;
    if (at.line == 0) {
        at = {1, 1};
    }
    out_.push_back({toolkit::severity::error, file_, at, std::move(text), std::string(id)});
}

position position_of(const toml::source_region& region) {
    return {region.begin.line, region.begin.column};
}

bool is_identifier(std::string_view text) {
    if (text.empty() || text.size() > 64 || text.front() < 'a' || text.front() > 'z') {
        return false;
    }
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
           std::string_view::npos;
}

table_reader::table_reader(const toml::table& table, std::string what, error_sink& errors)
    : table_(table), what_(std::move(what)), errors_(errors) {
    if (const auto* name = table.get_as<std::string>("name")) {
        what_ += ' ' + name->get();
    }
}

table_reader::~table_reader() {
    for (const auto& [key, value] : table_) {
        if (!known_.contains(key.str())) {
            errors_.error(position_of(key.source()),
                          what_ + ": unknown key '" + std::string(key.str()) + '\'',
                          "READ_UNKNOWN_KEY");
        }
    }
}

position table_reader::where(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return position_of(node == nullptr ? table_.source() : node->source());
}

void table_reader::fail(std::string_view key, const std::string& text, std::string_view id) {
    errors_.error(where(key), what_ + ": " + text, id);
}

const toml::node* table_reader::take(std::string_view key, bool required) {
    known_.emplace(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr && required) {
        fail(key, "key '" + std::string(key) + "' is missing", "READ_MISSING_KEY");
    }
    return node;
}

void table_reader::wrong_type(std::string_view key, std::string_view expected) {
    fail(key, '\'' + std::string(key) + "' must be " + std::string(expected), "READ_TYPE");
}

void table_reader::common(entry& e, bool named, bool dated) {
    e.at = position_of(table_.source());
    for (const auto& [key, value] : table_) {
        e.keys.emplace(std::string(key.str()), position_of(value.source()));
    }
    if (named) {
        e.name = identifier("name");
    }
    if (dated) {
        e.since = text("since");
        if (!e.since.empty() && !parse_version(e.since)) {
            fail("since", "'since' must be a version such as 0.1.0", "READ_VERSION");
        }
    }
}

std::optional<std::string> table_reader::optional_text(std::string_view key) {
    const toml::node* node = take(key, false);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (const auto* value = node->as_string()) {
        return value->get();
    }
    wrong_type(key, "a string");
    return std::nullopt;
}

std::string table_reader::text(std::string_view key) {
    if (take(key, true) == nullptr) {
        return {};
    }
    std::string value = optional_text(key).value_or("");
    if (value.empty() && table_.get(key)->is_string()) {
        fail(key, '\'' + std::string(key) + "' is empty", "READ_EMPTY");
    }
    if (value.find_first_of("\n\r") != std::string::npos) {
        fail(key, '\'' + std::string(key) + "' must be one line", "READ_TYPE");
    }
    return value;
}

std::string table_reader::identifier(std::string_view key) {
    std::string value = text(key);
    if (!value.empty() && !is_identifier(value)) {
        fail(key, "'" + value + "' is not a name of the form [a-z][a-z0-9_]*", "READ_NAME");
        value.clear();
    }
    return value;
}

int64_t table_reader::number(std::string_view key, int64_t low, int64_t high) {
    const toml::node* node = take(key, true);
    if (node == nullptr) {
        return low;
    }
    const auto* value = node->as_integer();
    if (value == nullptr) {
        wrong_type(key, "an integer");
        return low;
    }
    if (value->get() < low || value->get() > high) {
        fail(key,
             '\'' + std::string(key) + "' must lie in " + std::to_string(low) + "…" +
                 std::to_string(high),
             "READ_RANGE");
        return low;
    }
    return value->get();
}

bool table_reader::flag(std::string_view key) {
    const toml::node* node = take(key, false);
    if (node == nullptr) {
        return false;
    }
    const auto* value = node->as_boolean();
    if (value == nullptr) {
        wrong_type(key, "true or false");
        return false;
    }
    return value->get();
}

const toml::table* table_reader::table(std::string_view key, bool required) {
    const toml::node* node = take(key, required);
    if (node == nullptr) {
        return nullptr;
    }
    if (node->as_table() == nullptr) {
        wrong_type(key, "a table");
    }
    return node->as_table();
}

void table_reader::tables(std::string_view key, bool required,
                          const std::function<void(const toml::table&)>& each) {
    const toml::node* node = take(key, required);
    if (node == nullptr) {
        return;
    }
    const toml::array* list = node->as_array();
    if (list == nullptr) {
        wrong_type(key, "an array of tables");
        return;
    }
    for (const toml::node& element : *list) {
        if (const toml::table* t = element.as_table()) {
            each(*t);
        } else {
            errors_.error(position_of(element.source()),
                          what_ + ": '" + std::string(key) + "' must hold tables only",
                          "READ_TYPE");
        }
    }
}

std::vector<std::string> table_reader::texts(std::string_view key) {
    std::vector<std::string> values;
    const toml::node* node = take(key, false);
    if (node == nullptr) {
        return values;
    }
    const toml::array* list = node->as_array();
    if (list == nullptr) {
        wrong_type(key, "an array of strings");
        return values;
    }
    for (const toml::node& element : *list) {
        if (const auto* value = element.as_string()) {
            values.push_back(value->get());
        } else {
            wrong_type(key, "an array of strings");
        }
    }
    return values;
}

} // namespace paravane::abi_model
