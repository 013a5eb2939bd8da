// SPDX-License-Identifier: BSD-2-Clause
// pvabi diff: every difference between two descriptions, judged or not, one a
// line, sorted by path.
#include "generator/emit.hpp"
#include "pvabi/load.hpp"
#include "pvabi/verbs.hpp"

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

namespace paravane::pvabi {
namespace {

using nlohmann::json;
using toolkit::exit_status;
using leaves = std::map<std::string, std::string>;

/// Elements of lists go by their names, so that an insertion moves nothing.
std::string element_name(const json& element, size_t index) {
    for (const char* key : {"name", "reg"}) {
        if (element.is_object() && element.contains(key)) {
            return element[key].get<std::string>();
        }
    }
    return std::to_string(index);
}

void flatten(const json& node, const std::string& path, leaves& out) {
    if (node.is_object()) {
        for (const auto& [key, value] : node.items()) {
            flatten(value, path.empty() ? key : path + '.' + key, out);
        }
    } else if (node.is_array()) {
        for (size_t i = 0; i < node.size(); ++i) {
            flatten(node[i], path + '.' + element_name(node[i], i), out);
        }
    } else {
        out[path] = node.dump();
    }
}

leaves leaves_of(const abi_model::description& d) {
    leaves out;
    flatten(json::parse(abi_model::emit_json(d)), "", out);
    return out;
}

exit_status run(const toolkit::invocation& i) {
    const std::filesystem::path path = find_description(i);
    const leaves after = leaves_of(load(i, path, exit_status::bad_input));
    const leaves before = leaves_of(load_baseline(i, i.text("against"), path));
    std::map<std::string, std::string> lines;
    for (const auto& [key, value] : before) {
        const auto now = after.find(key);
        if (now == after.end()) {
            lines[key] = "- " + key + " = " + value;
        } else if (now->second != value) {
            lines[key] = "~ " + key + ": " + value + " -> " + now->second;
        }
    }
    for (const auto& [key, value] : after) {
        if (!before.contains(key)) {
            lines[key] = "+ " + key + " = " + value;
        }
    }
    for (const auto& [key, line] : lines) {
        std::printf("%s\n", line.c_str());
    }
    return exit_status::ok;
}

} // namespace

toolkit::verb diff_verb() {
    return {.name = "diff",
            .summary = "List every difference from an older description, texts included.",
            .description = "Prints one line a difference: '-' gone, '+' new, '~' changed. Judges "
                           "nothing; the status is 0 whatever it finds.",
            .options = {abi_option(),
                        {.name = "against",
                         .argument = "BASELINE",
                         .doc = "The older description, as for check.",
                         .value = toolkit::completes::file,
                         .required = true}},
            .examples = {{"pvabi diff --against v0.1.0", "What changed since the tag v0.1.0."}},
            .run = run};
}

} // namespace paravane::pvabi
