// SPDX-License-Identifier: BSD-2-Clause
// A .dts file as a tree in memory, compiled by dtc, and typed readers that
// remember what was read: what nobody asked for is an error of the author.
// system_spec.cpp reads systems with it.
#pragma once

#include "pvrun/bytes.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace paravane::pvrun {

class source_node {
public:
    /// `path` is what messages call the node: "vm@1/devices/block@0".
    source_node(std::string name, std::string path)
        : name_{std::move(name)}, path_{std::move(path)} {}

    const std::string& name() const { return name_; }
    const std::string& path() const { return path_; }
    /// The part before '@', and the number after it if there is one.
    std::string stem() const;
    std::optional<uint32_t> unit() const;

    bool has(const std::string& property) const;
    std::vector<uint32_t> cells(const std::string& property) const;
    std::optional<uint32_t> cell(const std::string& property) const;
    uint32_t cell_or(const std::string& property, uint32_t fallback) const;
    /// A whole number in [first, last].
    uint32_t number(const std::string& property, uint32_t fallback, uint32_t first,
                    uint32_t last) const;
    std::optional<std::string> text(const std::string& property) const;
    std::vector<std::string> texts(const std::string& property) const;
    bool flag(const std::string& property) const;
    std::vector<const source_node*> children() const;
    /// The child of this name; it counts as read.
    const source_node* child(const std::string& name) const;

    /// Every property, marked as read: for nodes that are copied.
    const std::map<std::string, bytes>& all() const;
    /// Throws for the first property or node in the tree that nobody read.
    void nothing_left(const std::string& known) const;
    [[noreturn]] void wrong(const std::string& property, const std::string& what) const;

private:
    friend source_node compile_source(const std::filesystem::path&);
    friend source_node read_tree(const bytes&);
    friend class tree_reader;
    const bytes* raw(const std::string& property) const;

    std::string name_;
    std::string path_;
    std::map<std::string, bytes> properties_;
    std::vector<std::unique_ptr<source_node>> children_;
    mutable std::map<std::string, bool> read_;
};

/// Compiles a .dts file (or takes a .dtb as it is).
source_node compile_source(const std::filesystem::path& file);
/// Takes a flattened tree apart.
source_node read_tree(const bytes& blob);

} // namespace paravane::pvrun
