// SPDX-License-Identifier: BSD-2-Clause
// The view that boot/tree.hpp declares, over libfdt.
#include "boot/tree.hpp"

#include <string.h>

namespace paravane::boot {

tree_node tree_node::child(const char* name) const {
    return {tree_, fdt_subnode_offset(tree_, offset_, name)};
}

tree_node tree_node::first_child() const {
    return {tree_, fdt_first_subnode(tree_, offset_)};
}

tree_node tree_node::next_sibling() const {
    return {tree_, fdt_next_subnode(tree_, offset_)};
}

const char* tree_node::name() const {
    const char* name = fdt_get_name(tree_, offset_, nullptr);
    return name != nullptr ? name : "";
}

bool tree_node::named(const char* stem) const {
    const char* own = name();
    const size_t length = strlen(stem);
    return strncmp(own, stem, length) == 0 && (own[length] == '\0' || own[length] == '@');
}

byte_span tree_node::property(const char* name) const {
    int length = 0;
    const void* data = fdt_getprop(tree_, offset_, name, &length);
    if (data == nullptr || length < 0) {
        return {nullptr, 0};
    }
    return {static_cast<const uint8_t*>(data), static_cast<uint32_t>(length)};
}

bool tree_node::cells(const char* name, uint32_t* out, uint32_t count) const {
    const byte_span bytes = property(name);
    if (bytes.data == nullptr || bytes.size != count * sizeof(uint32_t)) {
        return false;
    }
    for (uint32_t i = 0; i < count; ++i) {
        out[i] = cell_at(bytes, i);
    }
    return true;
}

bool tree_node::optional_cell(const char* name, uint32_t& out) const {
    return !has(name) || cell(name, out);
}

bool tree_node::text(const char* name, char* out, uint32_t capacity) const {
    const byte_span bytes = property(name);
    if (bytes.data == nullptr || bytes.size == 0 || bytes.size > capacity ||
        memchr(bytes.data, 0, bytes.size) != bytes.data + bytes.size - 1) {
        return false;
    }
    memset(out, 0, capacity);
    memcpy(out, bytes.data, bytes.size);
    return true;
}

bool tree_node::lists(const char* name, const char* value) const {
    return fdt_stringlist_search(tree_, offset_, name, value) >= 0;
}

uint32_t cell_at(byte_span property, uint32_t index) {
    const uint8_t* at = property.data + index * sizeof(uint32_t);
    return static_cast<uint32_t>(at[0]) << 24 | static_cast<uint32_t>(at[1]) << 16 |
           static_cast<uint32_t>(at[2]) << 8 | at[3];
}

tree_node find_node(const void* tree, const char* path) {
    return {tree, fdt_path_offset(tree, path)};
}

} // namespace paravane::boot
