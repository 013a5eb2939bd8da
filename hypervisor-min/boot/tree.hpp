// SPDX-License-Identifier: BSD-2-Clause
// A read-only view of a flattened tree, for trees that somebody else wrote: every
// reader says whether the property has exactly the asked shape. Used by
// boot/system.cpp and boot/board.cpp; libfdt does the walking.
#pragma once

#include "boot/system.hpp"

#include <libfdt.h>

namespace paravane::boot {

class tree_node {
public:
    constexpr tree_node() = default;
    constexpr tree_node(const void* tree, int offset) : tree_{tree}, offset_{offset} {}

    bool exists() const { return offset_ >= 0; }
    tree_node child(const char* name) const;
    tree_node first_child() const;
    tree_node next_sibling() const;
    /// The name with its unit address; never null for a node that exists.
    const char* name() const;
    /// Whether the name is `stem` or `stem@…`.
    bool named(const char* stem) const;

    /// The property's bytes; data is null when there is none.
    byte_span property(const char* name) const;
    bool has(const char* name) const { return property(name).data != nullptr; }
    /// Reads exactly `count` cells of 32 bits.
    bool cells(const char* name, uint32_t* out, uint32_t count) const;
    bool cell(const char* name, uint32_t& out) const { return cells(name, &out, 1); }
    /// As cell(), but leaves `out` alone when the property is absent.
    bool optional_cell(const char* name, uint32_t& out) const;
    /// Reads a string that ends inside its property and fits; pads with zeroes.
    bool text(const char* name, char* out, uint32_t capacity) const;
    /// Whether the property is a string list that holds `value`.
    bool lists(const char* name, const char* value) const;

private:
    const void* tree_{};
    int offset_{-1};
};

/// Cell `index` of a property that is known to hold it.
uint32_t cell_at(byte_span property, uint32_t index);

/// Whether a blob of `size` bytes is a sound tree of version 17. libfdt reads older
/// versions too, but its full check walks off a damaged one.
inline bool sound_tree(const void* blob, uint32_t size) {
    return size >= sizeof(fdt_header) && fdt_magic(blob) == FDT_MAGIC && fdt_version(blob) == 17 &&
           fdt_check_full(blob, size) == 0;
}

/// The node at an absolute path of a tree that sound_tree() accepted.
tree_node find_node(const void* tree, const char* path);

} // namespace paravane::boot
