// SPDX-License-Identifier: BSD-2-Clause
// The writer that tree_writer.hpp declares.
#include "pvrun/tree_writer.hpp"

#include "pvrun/failure.hpp"

#include <libfdt.h>

namespace paravane::pvrun {
namespace {

/// Payloads stay outside of trees, so this holds any tree that pvrun writes.
constexpr size_t TREE_MAX_BYTES = 1u << 20;

} // namespace

tree_writer::tree_writer() : buffer_(TREE_MAX_BYTES) {
    check(fdt_create(buffer_.data(), static_cast<int>(buffer_.size())));
    check(fdt_finish_reservemap(buffer_.data()));
    begin("");
}

void tree_writer::check(int result) const {
    if (result != 0) {
        throw failure{exit_status::bad_input,
                      std::string{"a device tree cannot be written: "} + fdt_strerror(result)};
    }
}

void tree_writer::begin(const std::string& name) {
    check(fdt_begin_node(buffer_.data(), name.c_str()));
}

void tree_writer::end() {
    check(fdt_end_node(buffer_.data()));
}

void tree_writer::cells(const std::string& name, const std::vector<uint32_t>& values) {
    bytes data;
    for (const uint32_t value : values) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            data.push_back(static_cast<uint8_t>(value >> shift));
        }
    }
    raw(name, data.data(), data.size());
}

void tree_writer::texts(const std::string& name, const std::vector<std::string>& values) {
    std::string data;
    for (const std::string& value : values) {
        data += value;
        data.push_back('\0');
    }
    raw(name, data.data(), data.size());
}

void tree_writer::raw(const std::string& name, const void* data, size_t size) {
    check(fdt_property(buffer_.data(), name.c_str(), data, static_cast<int>(size)));
}

bytes tree_writer::finish() {
    end();
    check(fdt_finish(buffer_.data()));
    buffer_.resize(fdt_totalsize(buffer_.data()));
    return std::move(buffer_);
}

} // namespace paravane::pvrun
