// SPDX-License-Identifier: BSD-2-Clause
// A SAX handler, because only it sees duplicate keys and the depth in time.
#include "generator/from_json.hpp"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

namespace paravane::abi_model {
namespace {

constexpr size_t MAX_DEPTH = 16;

class builder : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return refuse("null has no meaning here"); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(int64_t{value}); }
    bool number_unsigned(number_unsigned_t value) override {
        return value <= INT64_MAX ? add(static_cast<int64_t>(value))
                                  : refuse("number is too large");
    }
    bool number_float(number_float_t, const string_t&) override {
        return refuse("numbers must be integers");
    }
    bool string(string_t& value) override { return add(value); }
    bool binary(binary_t&) override { return refuse("binary has no meaning here"); }
    bool start_object(std::size_t) override { return open(true); }
    bool start_array(std::size_t) override { return open(false); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override {
        if (stack_.back().table->contains(value)) {
            return refuse("key '" + value + "' stands twice");
        }
        stack_.back().key = value;
        return true;
    }
    bool parse_error(std::size_t offset, const std::string&,
                     const nlohmann::detail::exception& e) override {
        offset_ = offset;
        return refuse(e.what());
    }

    const std::string& failure() const { return failure_; }
    size_t offset() const { return offset_; }
    std::optional<toml::table> take() {
        return root_ ? std::optional(std::move(*root_)) : std::nullopt;
    }

private:
    struct level {
        std::unique_ptr<toml::table> table;
        std::unique_ptr<toml::array> array;
        std::string key;
    };

    bool refuse(std::string text) {
        if (failure_.empty()) {
            failure_ = std::move(text);
        }
        return false;
    }

    bool open(bool table) {
        if (stack_.size() >= MAX_DEPTH) {
            return refuse("nested too deeply");
        }
        if (stack_.empty() && !table) {
            return refuse("the outermost value must be an object");
        }
        level next;
        if (table) {
            next.table = std::make_unique<toml::table>();
        } else {
            next.array = std::make_unique<toml::array>();
        }
        stack_.push_back(std::move(next));
        return true;
    }

    bool close() {
        level done = std::move(stack_.back());
        stack_.pop_back();
        if (stack_.empty()) {
            root_ = std::move(done.table);
            return true;
        }
        return done.table ? add(std::move(*done.table)) : add(std::move(*done.array));
    }

    template <typename Value>
    bool add(Value&& value) {
        if (stack_.empty()) {
            return refuse("the outermost value must be an object");
        }
        level& top = stack_.back();
        if (top.table) {
            top.table->insert(top.key, std::forward<Value>(value));
        } else {
            top.array->push_back(std::forward<Value>(value));
        }
        return true;
    }

    std::vector<level> stack_;
    std::unique_ptr<toml::table> root_;
    std::string failure_;
    size_t offset_ = 0;
};

toolkit::position place(std::string_view text, size_t offset) {
    const std::string_view before =
        text.substr(0, std::min(offset == 0 ? 0 : offset - 1, text.size()));
    const size_t line_start = before.rfind('\n') + 1;
    return {static_cast<uint32_t>(1 + std::count(before.begin(), before.end(), '\n')),
            static_cast<uint32_t>(1 + before.size() - line_start)};
}

} // namespace

std::optional<toml::table> table_from_json(std::string_view text, const std::string& file,
                                           toolkit::diagnostics& messages) {
    builder sax;
    if (!nlohmann::json::sax_parse(text, &sax)) {
        messages.push_back({toolkit::severity::error, file, place(text, sax.offset()),
                            sax.failure(), "READ_SYNTAX"});
        return std::nullopt;
    }
    return sax.take();
}

} // namespace paravane::abi_model
