// SPDX-License-Identifier: BSD-2-Clause
// The frame of a comparison, and the lists of numbers.
#include "compare/comparison.hpp"

#include <algorithm>

namespace paravane::compare {

using abi_model::cat;
using abi_model::hex;

void comparison::breaks(std::string_view rule, std::string item, const std::string& text,
                        toolkit::position at) {
    result.breaks.push_back({find_rule(rule), std::move(item), text, at});
}

void comparison::adds(const std::string& item, const abi_model::entry& e) {
    result.additions.push_back(item);
    const auto since = abi_model::parse_version(e.since);
    if (since && *since <= before.abi.version) {
        breaks("SINCE_OF_ADDITION", item, cat("is new but says since ", e.since), e.where("since"));
    }
}

bool comparison::is_reserved(std::string_view what, std::string_view name, int64_t number) const {
    return std::any_of(after.reserved_items.begin(), after.reserved_items.end(),
                       [&](const abi_model::reserved& r) {
                           return r.what == what && r.name == name && r.number == number;
                       });
}

void comparison::same(std::string_view rule, const std::string& item, std::string_view what,
                      uint32_t old_value, uint32_t new_value, toolkit::position at) {
    if (old_value != new_value) {
        breaks(rule, item, cat(what, " changed ", hex(old_value), " -> ", hex(new_value)), at);
    }
}

void compare_numbers(comparison& c) {
    compare_numbered(
        c, {"status", "value", "STATUS_SAME_VALUE", "STATUS_NO_DELETE", "STATUS_NO_REUSE"},
        c.before.statuses, c.after.statuses,
        [](const abi_model::status& s) { return int64_t{s.value}; },
        [](const abi_model::status& s) { return std::to_string(s.value); });
    compare_numbered(
        c, {"feature", "bit", "FEATURE_SAME_BIT", "FEATURE_NO_DELETE", "FEATURE_NO_REUSE"},
        c.before.features, c.after.features,
        [](const abi_model::feature& f) { return int64_t{f.bit}; },
        [](const abi_model::feature& f) { return std::to_string(f.bit); });
    for (const abi_model::enumeration& old : c.before.enums) {
        const auto* now = abi_model::find(c.after.enums, old.name);
        if (now == nullptr) {
            c.breaks("ENUM_TYPE_NO_DELETE", "enum " + old.name, "is gone", c.after.abi.at);
            continue;
        }
        const std::string what = "enum:" + old.name;
        compare_numbered(
            c, {what, "value", "ENUM_SAME_VALUE", "ENUM_NO_DELETE", "ENUM_NO_REUSE"}, old.values,
            now->values, [](const abi_model::enum_value& v) { return int64_t{v.value}; },
            [](const abi_model::enum_value& v) { return hex(v.value); });
    }
    for (const abi_model::enumeration& now : c.after.enums) {
        if (abi_model::find(c.before.enums, now.name) == nullptr) {
            c.adds("enum " + now.name, now);
        }
    }
    for (const abi_model::constant& old : c.before.constants) {
        const std::string item = "constant " + old.name;
        if (const auto* now = abi_model::find(c.after.constants, old.name)) {
            c.same("CONSTANT_SAME_VALUE", item, "value", old.value, now->value,
                   now->where("value"));
        } else {
            c.breaks("CONSTANT_NO_DELETE", item, "is gone", c.after.abi.at);
        }
    }
    for (const abi_model::constant& now : c.after.constants) {
        if (abi_model::find(c.before.constants, now.name) == nullptr) {
            c.adds("constant " + now.name, now);
        }
    }
}

namespace {

void compare_text(comparison& c, std::string_view rule, const std::string& item,
                  std::string_view key, const std::string& before, const std::string& after,
                  toolkit::position at) {
    if (before != after) {
        c.breaks(rule, item, cat(key, " changed ", before, " -> ", after), at);
    }
}

void compare_convention(comparison& c) {
    const abi_model::convention& old = c.before.convention;
    const abi_model::convention& now = c.after.convention;
    compare_text(c, "CONVENTION_SAME", "convention", "number_register", old.number_register,
                 now.number_register, now.where("number_register"));
    const struct {
        const char* key;
        uint32_t before;
        uint32_t after;
    } numbers[] = {{"arm_immediate", old.arm_immediate, now.arm_immediate},
                   {"thumb_immediate", old.thumb_immediate, now.thumb_immediate},
                   {"owner", old.owner, now.owner},
                   {"call_base", old.call_base, now.call_base},
                   {"psci_base", old.psci_base, now.psci_base}};
    for (const auto& n : numbers) {
        c.same("CONVENTION_SAME", "convention", n.key, n.before, n.after, now.where(n.key));
    }
    for (const std::string& r : now.clobbers) {
        if (std::find(old.clobbers.begin(), old.clobbers.end(), r) == old.clobbers.end()) {
            c.breaks("CONVENTION_CLOBBERS", "convention", cat("clobbers ", r),
                     now.where("clobbers"));
        }
    }
}

} // namespace

void compare_frame(comparison& c) {
    const abi_model::header& old = c.before.abi;
    const abi_model::header& now = c.after.abi;
    compare_text(c, "ABI_SAME_IDENTITY", "abi", "name", old.name, now.name, now.where("name"));
    compare_text(c, "ABI_SAME_IDENTITY", "abi", "uid", old.uid, now.uid, now.where("uid"));
    compare_text(c, "ABI_SAME_IDENTITY", "abi", "byte_order", old.byte_order, now.byte_order,
                 now.where("byte_order"));
    compare_convention(c);
    const abi_model::note& note = c.after.note;
    compare_text(c, "NOTE_SAME", "note", "name", c.before.note.name, note.name, note.where("name"));
    compare_text(c, "NOTE_SAME", "note", "section", c.before.note.section, note.section,
                 note.where("section"));
    compare_text(c, "NOTE_SAME", "note", "escape_section", c.before.note.escape_section,
                 note.escape_section, note.where("escape_section"));
    for (const abi_model::boot_register& r : c.before.boot.registers) {
        if (abi_model::find(c.after.boot.registers, r.name) == nullptr) {
            c.breaks("BOOT_SAME_REGISTERS", "boot " + r.name, "is no longer set",
                     c.after.boot.where("registers"));
        }
    }
    for (const abi_model::reserved& r : c.before.reserved_items) {
        if (!c.is_reserved(r.what, r.name, r.number)) {
            c.breaks("RESERVED_KEPT", cat(r.what, " ", r.name), "is no longer reserved", now.at);
        }
    }
}

differences compare(const abi_model::description& before, const abi_model::description& after) {
    comparison c(before, after);
    compare_frame(c);
    compare_numbers(c);
    compare_calls(c);
    compare_codes(c);
    compare_layouts(c);
    return std::move(c.result);
}

} // namespace paravane::compare
