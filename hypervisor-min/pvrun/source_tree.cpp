// SPDX-License-Identifier: BSD-2-Clause
// The tree that source_tree.hpp declares, over dtc and libfdt.
#include "pvrun/source_tree.hpp"

#include "pvrun/child_process.hpp"
#include "pvrun/failure.hpp"

#include <libfdt.h>

#include <algorithm>

namespace paravane::pvrun {

std::string source_node::stem() const {
    return name_.substr(0, name_.find('@'));
}

std::optional<uint32_t> source_node::unit() const {
    const size_t at = name_.find('@');
    if (at == std::string::npos) {
        return std::nullopt;
    }
    const std::string digits = name_.substr(at + 1);
    if (digits.empty() || digits.size() > 8 ||
        digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
        return std::nullopt;
    }
    return static_cast<uint32_t>(std::stoul(digits, nullptr, 16));
}

const bytes* source_node::raw(const std::string& property) const {
    const auto found = properties_.find(property);
    if (found == properties_.end()) {
        return nullptr;
    }
    read_[property] = true;
    return &found->second;
}

bool source_node::has(const std::string& property) const {
    return properties_.count(property) != 0;
}

void source_node::wrong(const std::string& property, const std::string& what) const {
    throw failure{exit_status::bad_input, path_ + ": " + property + " " + what};
}

std::vector<uint32_t> source_node::cells(const std::string& property) const {
    const bytes* data = raw(property);
    std::vector<uint32_t> out;
    if (data == nullptr) {
        return out;
    }
    if (data->empty() || data->size() % 4 != 0) {
        wrong(property, "is not a number: write " + property + " = <1>;");
    }
    for (size_t i = 0; i < data->size(); i += 4) {
        const uint8_t* at = data->data() + i;
        out.push_back(static_cast<uint32_t>(at[0]) << 24 | static_cast<uint32_t>(at[1]) << 16 |
                      static_cast<uint32_t>(at[2]) << 8 | at[3]);
    }
    return out;
}

std::optional<uint32_t> source_node::cell(const std::string& property) const {
    const auto values = cells(property);
    if (values.empty()) {
        return std::nullopt;
    }
    if (values.size() != 1) {
        wrong(property, "holds " + std::to_string(values.size()) + " numbers: give one");
    }
    return values[0];
}

uint32_t source_node::cell_or(const std::string& property, uint32_t fallback) const {
    return cell(property).value_or(fallback);
}

uint32_t source_node::number(const std::string& property, uint32_t fallback, uint32_t first,
                             uint32_t last) const {
    const auto given = cell(property);
    if (given && (*given < first || *given > last)) {
        wrong(property, std::to_string(*given) + " is out of range: give " + std::to_string(first) +
                            " to " + std::to_string(last));
    }
    return given.value_or(fallback);
}

std::vector<std::string> source_node::texts(const std::string& property) const {
    const bytes* data = raw(property);
    std::vector<std::string> out;
    if (data == nullptr) {
        return out;
    }
    if (data->empty() || data->back() != 0) {
        wrong(property, "is not a string: write " + property + " = \"...\";");
    }
    for (auto at = data->begin(); at != data->end();) {
        const auto end = std::find(at, data->end(), 0);
        out.emplace_back(at, end);
        at = end + 1;
    }
    return out;
}

std::optional<std::string> source_node::text(const std::string& property) const {
    const auto values = texts(property);
    if (values.empty()) {
        return std::nullopt;
    }
    if (values.size() != 1) {
        wrong(property, "holds several strings: give one");
    }
    return values[0];
}

bool source_node::flag(const std::string& property) const {
    const bytes* data = raw(property);
    if (data != nullptr && !data->empty()) {
        wrong(property, "takes no value: write " + property + ";");
    }
    return data != nullptr;
}

std::vector<const source_node*> source_node::children() const {
    std::vector<const source_node*> out;
    for (const auto& child : children_) {
        out.push_back(child.get());
    }
    return out;
}

const source_node* source_node::child(const std::string& name) const {
    for (const auto& child : children_) {
        if (child->name_ == name) {
            return child.get();
        }
    }
    return nullptr;
}

const std::map<std::string, bytes>& source_node::all() const {
    for (const auto& property : properties_) {
        read_[property.first] = true;
    }
    return properties_;
}

void source_node::nothing_left(const std::string& known) const {
    for (const auto& property : properties_) {
        if (read_.count(property.first) == 0 && property.first != "phandle") {
            wrong(property.first, "is not known here: known are " + known);
        }
    }
}

/// Builds the tree from a blob that fdt_check_full() accepted.
class tree_reader {
public:
    explicit tree_reader(const bytes& blob) : blob_{blob} {}

    void fill(source_node& node, int offset) const {
        int property = 0;
        fdt_for_each_property_offset(property, blob_.data(), offset) {
            const char* name = nullptr;
            int length = 0;
            const auto* data = static_cast<const uint8_t*>(
                fdt_getprop_by_offset(blob_.data(), property, &name, &length));
            node.properties_[name] = bytes(data, data + length);
        }
        int child = 0;
        fdt_for_each_subnode(child, blob_.data(), offset) {
            const std::string name = fdt_get_name(blob_.data(), child, nullptr);
            const std::string path = node.path_ == "/" ? name : node.path_ + "/" + name;
            node.children_.push_back(std::make_unique<source_node>(name, path));
            fill(*node.children_.back(), child);
        }
    }

private:
    const bytes& blob_;
};

source_node read_tree(const bytes& blob) {
    if (fdt_check_full(blob.data(), blob.size()) != 0) {
        throw failure{exit_status::bad_input, "not a device tree"};
    }
    source_node root{"/", "/"};
    tree_reader{blob}.fill(root, 0);
    return root;
}

source_node compile_source(const std::filesystem::path& file) {
    bytes blob = read_file(file, "system");
    const bool compiled = blob.size() >= 4 && blob[0] == 0xd0 && blob[1] == 0x0d;
    if (!compiled) {
        const auto run = run_process(
            {"dtc", "-q", "-I", "dts", "-O", "dtb", "-o", "-", "-i",
             file.parent_path().empty() ? "." : file.parent_path().string(), file.string()});
        if (run.status != 0) {
            std::string line = run.errors.substr(0, run.errors.find('\n'));
            if (line.rfind("Error: ", 0) == 0) {
                line.erase(0, 7);
            }
            throw failure{exit_status::bad_input,
                          line.empty() ? file.string() + ": dtc failed: is it installed?" : line};
        }
        blob.assign(run.output.begin(), run.output.end());
    }
    return read_tree(blob);
}

} // namespace paravane::pvrun
