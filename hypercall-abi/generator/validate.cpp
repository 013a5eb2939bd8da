// SPDX-License-Identifier: BSD-2-Clause
// Checks of numbers, names and references. Layouts and the instruction plane
// have their own file, validate_layout.cpp.
#include "generator/validate.hpp"

#include "generator/validate_layout.hpp"
#include "generator/validate_names.hpp"

#include <map>

namespace paravane::abi_model {
namespace {

std::string hex(uint32_t value) {
    char text[11];
    std::snprintf(text, sizeof text, "0x%08x", value);
    return text;
}

/// Refuses a second entry of the same name.
template <typename Entries>
void unique_names(const Entries& entries, const std::string& what, error_sink& errors) {
    std::map<std::string, position, std::less<>> seen;
    for (const auto& e : entries) {
        const auto [first, fresh] = seen.emplace(e.name, e.at);
        if (!fresh) {
            errors.error(e.where("name"),
                         what + ' ' + e.name + ": name already used at line " +
                             std::to_string(first->second.line),
                         "READ_DUPLICATE_NAME");
        }
    }
}

/// Refuses a second entry of the same number.
template <typename Entries, typename Number>
void unique_numbers(const Entries& entries, const std::string& what, std::string_view key,
                    Number number_of, error_sink& errors) {
    std::map<int64_t, std::string> seen;
    for (const auto& e : entries) {
        const auto [first, fresh] = seen.emplace(number_of(e), e.name);
        if (!fresh) {
            errors.error(e.where(key),
                         what + ' ' + e.name + ": " + std::string(key) + " already belongs to " +
                             first->second,
                         "READ_DUPLICATE_NUMBER");
        }
    }
}

/// A name or number that is reserved must not be in use.
template <typename Entries, typename Number>
void honour_reserved(const description& d, const Entries& entries, const std::string& what,
                     std::string_view key, Number number_of, error_sink& errors) {
    for (const reserved& r : d.reserved_items) {
        if (r.what != what) {
            continue;
        }
        for (const auto& e : entries) {
            if (number_of(e) == r.number) {
                errors.error(e.where(key),
                             what + ' ' + e.name + ": number is reserved for the former " + r.name,
                             "READ_RESERVED");
            }
            if (e.name == r.name) {
                errors.error(e.where("name"), what + ' ' + e.name + ": name is reserved",
                             "READ_RESERVED");
            }
        }
    }
}

void check_since(const description& d, const entry& e, const std::string& what,
                 error_sink& errors) {
    const auto since = parse_version(e.since);
    if (since && *since > d.abi.version) {
        errors.error(e.where("since"),
                     what + ' ' + e.name + ": since " + e.since + " is later than version " +
                         d.abi.version_text,
                     "READ_SINCE");
    }
}

template <typename Entries>
void check_since_all(const description& d, const Entries& entries, const std::string& what,
                     error_sink& errors) {
    for (const auto& e : entries) {
        check_since(d, e, what, errors);
    }
}

/// Operands keep apart and inside r0-r3; a 64-bit argument starts at an even register.
void check_operands(const description& d, const call& c, const std::vector<operand>& operands,
                    error_sink& errors) {
    uint32_t used = 0;
    unique_names(operands, "call " + c.name + ": operand", errors);
    for (const operand& o : operands) {
        const std::string who = "call " + c.name + ": " + o.name;
        const uint32_t bits = ((1U << o.type.registers()) - 1) << o.reg;
        if ((bits & ~0xfU) != 0) {
            errors.error(o.where("reg"), who + ": does not fit into r0-r3", "READ_REGISTER");
        }
        if ((used & bits) != 0) {
            errors.error(o.where("reg"), who + ": register is used twice", "READ_REGISTER");
        }
        used |= bits;
        if (o.type.kind == scalar::enumeration && find(d.enums, o.type.enumeration) == nullptr) {
            errors.error(o.where("type"), who + ": no enum " + o.type.enumeration,
                         "READ_REFERENCE");
        }
    }
}

void check_call(const description& d, const call& c, error_sink& errors) {
    check_operands(d, c, c.args, errors);
    check_operands(d, c, c.results, errors);
    unique_names(c.statuses, "call " + c.name + ": status", errors);
    bool refuses = false;
    for (const call_status& s : c.statuses) {
        refuses = refuses || s.name == "invalid_parameter";
        if (find(d.statuses, s.name) == nullptr) {
            errors.error(s.where("name"), "call " + c.name + ": no status " + s.name,
                         "READ_REFERENCE");
        }
        if (!s.feature.empty() && find(d.features, s.feature) == nullptr) {
            errors.error(s.where("feature"), "call " + c.name + ": no feature " + s.feature,
                         "READ_REFERENCE");
        }
    }
    for (const operand& o : c.args) {
        if (o.type.kind == scalar::enumeration && !refuses) {
            errors.error(o.where("type"),
                         "call " + c.name + ": takes an enum but lists no invalid_parameter",
                         "READ_STATUS");
        }
    }
    for (const operand& o : c.results) {
        if (o.type.kind == scalar::status && o.reg != 0) {
            errors.error(o.where("reg"), "call " + c.name + ": the status must be in r0",
                         "READ_REGISTER");
        }
    }
    if (!c.feature.empty() && find(d.features, c.feature) == nullptr) {
        errors.error(c.where("feature"), "call " + c.name + ": no feature " + c.feature,
                     "READ_REFERENCE");
    }
    if (c.noreturn && !c.results.empty()) {
        errors.error(c.where("results"), "call " + c.name + ": does not return but has results",
                     "READ_CALL");
    }
}

/// SMCCC fast calls, 32-bit: bit 31 set, owner in bits 29-24, number in bits 15-0.
void check_number_space(const description& d, const call& c, error_sink& errors) {
    const uint32_t space = c.id & 0xffff0000U;
    if (space != d.convention.call_base && space != d.convention.psci_base) {
        errors.error(c.where("id"),
                     "call " + c.name + ": " + hex(c.id) + " lies in neither number space",
                     "READ_NUMBER_SPACE");
    }
}

void check_calls(const description& d, error_sink& errors) {
    unique_names(d.calls, "call", errors);
    const auto id_of = [](const call& c) { return int64_t{c.id}; };
    unique_numbers(d.calls, "call", "id", id_of, errors);
    honour_reserved(d, d.calls, "call", "id", id_of, errors);
    check_since_all(d, d.calls, "call", errors);
    for (const call& c : d.calls) {
        check_call(d, c, errors);
        check_number_space(d, c, errors);
    }
}

void check_enums(const description& d, error_sink& errors) {
    unique_names(d.enums, "enum", errors);
    const auto value_of = [](const enum_value& v) { return int64_t{v.value}; };
    for (const enumeration& e : d.enums) {
        const std::string what = "enum:" + e.name;
        unique_names(e.values, what, errors);
        unique_numbers(e.values, what, "value", value_of, errors);
        honour_reserved(d, e.values, what, "value", value_of, errors);
        check_since_all(d, e.values, what, errors);
    }
}

void check_convention(const description& d, error_sink& errors) {
    if (d.abi.byte_order != "little") {
        errors.error(d.abi.where("byte_order"), "abi: 'byte_order' must be little", "READ_ORDER");
    }
    if (d.convention.number_register != "r12") {
        errors.error(d.convention.where("number_register"),
                     "convention: 'number_register' must be r12", "READ_REGISTER");
    }
    const uint32_t expected = 0x80000000U | d.convention.owner << 24;
    if (d.convention.call_base != expected) {
        errors.error(d.convention.where("call_base"),
                     "convention: 'call_base' must be " + hex(expected) + " for this owner",
                     "READ_NUMBER_SPACE");
    }
    std::string_view uid = d.abi.uid;
    bool good = uid.size() == 36;
    for (size_t i = 0; good && i < uid.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        good = dash ? uid[i] == '-' : uid.substr(i, 1).find_first_of("0123456789abcdef") == 0;
    }
    if (!good) {
        errors.error(d.abi.where("uid"), "abi: 'uid' is not a lower-case UUID", "READ_UID");
    }
}

void check_reserved(const description& d, error_sink& errors) {
    for (const reserved& r : d.reserved_items) {
        const bool known = r.what == "call" || r.what == "status" || r.what == "feature" ||
                           r.what == "code" || r.what == "constant" ||
                           (r.what.starts_with("enum:") && find(d.enums, r.what.substr(5)));
        if (!known) {
            errors.error(r.where("what"), "reserved " + r.name + ": nothing is called " + r.what,
                         "READ_REFERENCE");
        }
        check_since(d, r, "reserved", errors);
    }
}

} // namespace

void validate(const description& d, error_sink& errors) {
    check_convention(d, errors);
    const auto status_value = [](const status& s) { return int64_t{s.value}; };
    unique_names(d.statuses, "status", errors);
    unique_numbers(d.statuses, "status", "value", status_value, errors);
    honour_reserved(d, d.statuses, "status", "value", status_value, errors);
    check_since_all(d, d.statuses, "status", errors);
    const auto bit = [](const feature& f) { return int64_t{f.bit}; };
    unique_names(d.features, "feature", errors);
    unique_numbers(d.features, "feature", "bit", bit, errors);
    honour_reserved(d, d.features, "feature", "bit", bit, errors);
    check_since_all(d, d.features, "feature", errors);
    check_enums(d, errors);
    check_calls(d, errors);
    unique_names(d.constants, "constant", errors);
    check_since_all(d, d.constants, "constant", errors);
    unique_names(d.codes, "code", errors);
    check_since_all(d, d.codes, "code", errors);
    honour_reserved(
        d, d.codes, "code", "base", [](const code& c) { return int64_t{c.base}; }, errors);
    unique_names(d.structs, "struct", errors);
    check_since_all(d, d.structs, "struct", errors);
    unique_names(d.ranges, "range", errors);
    check_since_all(d, d.ranges, "range", errors);
    check_reserved(d, errors);
    validate_layouts(d, errors);
    validate_plane(d, errors);
    if (!errors.failed()) {
        validate_names(d, errors);
    }
}

} // namespace paravane::abi_model
