// SPDX-License-Identifier: BSD-2-Clause
// The table of rules.
#include "compare/rules.hpp"

#include <vector>

namespace paravane::compare {
namespace {

using enum category;

constexpr std::string_view ADD_INSTEAD = "Keep what is there and add a new entry beside it.";
constexpr std::string_view RESERVE =
    "Keep it, or name it in a [[reserved]] entry so that its number is never used again.";
constexpr std::string_view RESTORE = "Restore the old value.";

constexpr rule RULES[] = {
    {"CALL_NO_DELETE", wire, "A service call is gone and its number not reserved.", RESERVE},
    {"CALL_SAME_ID", wire, "A service call has another number.", RESTORE},
    {"CALL_NO_REUSE", wire, "A call's number now belongs to a call that is something else.",
     ADD_INSTEAD},
    {"CALL_SAME_REGISTER", wire, "An argument or result moved to another register.", RESTORE},
    {"CALL_SAME_WIDTH", wire, "An argument or result has another width or sign.", ADD_INSTEAD},
    {"CALL_SAME_DIRECTION", wire, "An argument became a result, or the other way round.",
     ADD_INSTEAD},
    {"CALL_NO_NEW_ARGUMENT", wire, "A call reads a register that older guests do not set.",
     ADD_INSTEAD},
    {"CALL_ARGUMENT_NO_DELETE", wire, "A call ignores an argument that guests rely on.",
     ADD_INSTEAD},
    {"CALL_RESULT_NO_DELETE", wire, "A call no longer returns what guests read.", ADD_INSTEAD},
    {"CALL_CLOBBERS", wire,
     "A call changes a register that it used to keep, so that compiled stubs lose its value.",
     ADD_INSTEAD},
    {"CALL_SAME_RETURN", wire, "A call that returned does not, or the other way round.",
     ADD_INSTEAD},
    {"CALL_SAME_FEATURE", wire, "A call needs a feature that it did not need.",
     "Serve it without the feature as before, or add a new call."},
    {"CALL_STATUS_NEEDS_FEATURE", wire, "A call answers a status that older guests do not expect.",
     "Name in the status entry a new feature without which it is never answered."},
    {"STATUS_SAME_VALUE", wire, "A status has another value.", RESTORE},
    {"STATUS_NO_DELETE", wire, "A status is gone and its value not reserved.", RESERVE},
    {"STATUS_NO_REUSE", wire, "A status' value now has another name.", ADD_INSTEAD},
    {"ENUM_SAME_VALUE", wire, "An enumerator has another value.", RESTORE},
    {"ENUM_NO_DELETE", wire, "An enumerator is gone and its value not reserved.", RESERVE},
    {"ENUM_NO_REUSE", wire, "An enumerator's value now has another name.", ADD_INSTEAD},
    {"FEATURE_SAME_BIT", wire, "A feature has another bit.", RESTORE},
    {"FEATURE_NO_DELETE", wire, "A feature is gone and its bit not reserved.", RESERVE},
    {"FEATURE_NO_REUSE", wire, "A feature's bit now has another name.", ADD_INSTEAD},
    {"CODE_SAME_BASE", wire, "The codes of an instruction form start elsewhere.", RESTORE},
    {"CODE_SAME_BITS", wire, "An instruction form has another number of codes.", ADD_INSTEAD},
    {"CODE_SAME_FIELDS", wire, "A code's bits mean something else.", RESTORE},
    {"CODE_SAME_MATCH", wire, "A code stands for another instruction.", RESTORE},
    {"CODE_NO_DELETE", wire, "An instruction form is gone.", RESERVE},
    {"PLANE_SAME_BASE", wire, "The instruction plane lies elsewhere in the SVC immediates.",
     RESTORE},
    {"CONSTANT_SAME_VALUE", wire, "A constant has another value.", RESTORE},
    {"CONVENTION_SAME", wire, "The calling convention changed.", RESTORE},
    {"CONVENTION_CLOBBERS", wire, "Every call may change a register that calls kept.",
     "Let the hypervisor keep the register."},
    {"ABI_SAME_IDENTITY", wire, "Name, UID or byte order changed: guests see another service.",
     RESTORE},
    {"NOTE_SAME", wire, "Name or section of the ELF note changed.", RESTORE},
    {"BOOT_SAME_REGISTERS", wire, "A register that a guest reads at its entry is not set.",
     RESTORE},
    {"RESERVED_KEPT", wire, "A reserved number is free again.", "Reserve it for good."},
    {"STRUCT_NO_DELETE", layout, "A shared structure is gone.", RESTORE},
    {"STRUCT_SAME_SIZE", layout, "A shared structure has another size.",
     "Take reserved bytes for new fields."},
    {"STRUCT_SAME_ALIGN", layout, "A shared structure has another alignment.", RESTORE},
    {"FIELD_NO_DELETE", layout, "A field is gone.", RESTORE},
    {"FIELD_SAME_OFFSET", layout, "A field moved.", RESTORE},
    {"FIELD_SAME_TYPE", layout, "A field has another width, sign or count.", ADD_INSTEAD},
    {"FIELD_SAME_WRITER", layout, "A field has another writer.", ADD_INSTEAD},
    {"FIELD_RESERVED_ZERO", layout,
     "Bytes that had to stay zero were taken by a field that does not say so, or by a field "
     "that the hypervisor writes where guests write zeros.",
     "Give the field a 'since' later than the older version; let the same side write it."},
    {"RANGE_SAME", layout, "A range of the address map moved or changed its size.", RESTORE},
    {"RANGE_NO_DELETE", layout, "A range of the address map is gone.", RESTORE},
    {"RANGE_NO_NEW", layout, "The map takes addresses that guests may use themselves.",
     "Put it into a range that is already the hypervisor's."},
    {"CALL_SAME_NAME", source, "A service call has another name.", RESTORE},
    {"CALL_SAME_TYPE", source, "An argument or result has another type of the same width.",
     RESTORE},
    {"CALL_OPERAND_SAME_NAME", source, "An argument or result has another name.", RESTORE},
    {"ENUM_TYPE_NO_DELETE", source, "An enumeration is gone.", RESTORE},
    {"FIELD_SAME_NAME", source, "A field has another name.", RESTORE},
    {"CONSTANT_NO_DELETE", source, "A constant is gone.", RESTORE},
    {"CODE_SAME_NAME", source, "An instruction form or one of its fields has another name.",
     RESTORE},
    {"SINCE_OF_ADDITION", wire, "A new entry claims to be as old as the baseline or older.",
     "Set 'since' to the version that brings it."},
    {"VERSION_KEPT", wire, "The version went backwards.", "Raise the version."},
    {"VERSION_ON_ADDITION", wire, "Something was added but the version not raised.",
     "Raise the minor number; before 1.0 the patch number is enough."},
    {"VERSION_ON_BREAK", wire, "Something breaks but the version does not say so.",
     "Undo the break, or raise the major number; before 1.0 the minor number is enough."},
};

constexpr std::string_view NAMES[] = {"WIRE", "LAYOUT", "SOURCE"};

} // namespace

std::string_view name_of(category c) {
    return NAMES[static_cast<uint8_t>(c)];
}

std::optional<category> parse_category(std::string_view text) {
    for (const category c : {wire, layout, source}) {
        if (text == name_of(c)) {
            return c;
        }
    }
    return std::nullopt;
}

std::span<const rule> rules() {
    return RULES;
}

const rule* find_rule(std::string_view id) {
    for (const rule& r : RULES) {
        if (r.id == id) {
            return &r;
        }
    }
    return nullptr;
}

toolkit::message_table rule_messages() {
    static const std::vector<toolkit::message_row> ROWS = [] {
        std::vector<toolkit::message_row> rows;
        for (const rule& r : RULES) {
            rows.push_back({r.id, r.meaning, r.cure});
        }
        return rows;
    }();
    return {"Compatibility rules", ROWS};
}

} // namespace paravane::compare
