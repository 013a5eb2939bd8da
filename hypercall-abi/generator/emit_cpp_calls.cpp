// SPDX-License-Identifier: BSD-2-Clause
// One small struct per call, and dispatch.hpp that finds it by number: a
// handler sees typed arguments and returns a typed result.
#include "generator/emit_cpp.hpp"
#include "generator/text.hpp"

#include <algorithm>

namespace paravane::abi_model {
namespace {

std::string cpp_value_type(const value_type& type) {
    switch (type.kind) {
    case scalar::u64:
        return "uint64_t";
    case scalar::gpa:
        return "guest_physical";
    case scalar::gva:
        return "guest_virtual";
    case scalar::s32:
        return "int32_t";
    case scalar::status:
        return "abi::status";
    case scalar::enumeration:
        return "abi::" + type.enumeration;
    default:
        return "uint32_t";
    }
}

std::string load(const operand& o) {
    if (o.type.registers() == 2) {
        return cat(cpp_value_type(o.type), "{static_cast<uint64_t>(r[", o.reg + 1, "]) << 32 | r[",
                   o.reg, "]}");
    }
    if (o.type.kind == scalar::gva) {
        return cat("guest_virtual{r[", o.reg, "]}");
    }
    return cat("static_cast<", cpp_value_type(o.type), ">(r[", o.reg, "])");
}

std::string store(const operand& o) {
    const std::string value = cat("out.", o.name, o.type.kind == scalar::gpa ? ".value" : "");
    if (o.type.registers() == 2) {
        return cat("        r[", o.reg, "] = static_cast<uint32_t>(", value, ");\n        r[",
                   o.reg + 1, "] = static_cast<uint32_t>(", value, " >> 32);\n");
    }
    return cat("        r[", o.reg, "] = static_cast<uint32_t>(", value,
               o.type.kind == scalar::gva ? ".value" : "", ");\n");
}

std::string result_text(const call& c) {
    std::string out = "    struct result {\n";
    for (const operand& o : c.results) {
        out += doc_comment(o.doc, "        ");
        const bool status = o.type.kind == scalar::status;
        out += cat("        ", cpp_value_type(o.type), " ", o.name,
                   status ? " = abi::status::success" : "{}", ";\n");
    }
    out += "    };\n\n    template <typename Registers>\n"
           "    static constexpr void write(const result& out, Registers& r) {\n";
    for (const operand& o : c.results) {
        out += store(o);
    }
    return out + "    }\n";
}

std::string well_formed(const call& c) {
    std::string checks;
    for (const operand& o : c.args) {
        if (o.type.kind == scalar::enumeration) {
            checks += cat(checks.empty() ? "" : " && ", "is_valid(", o.name, ")");
        }
    }
    return cat("    /// False when an argument names no enumerator: the answer is then "
               "invalid_parameter.\n    constexpr bool well_formed() const { return ",
               checks.empty() ? "true" : checks, "; }\n");
}

/// Calls that lie densely from call_base on; the others are found by comparison.
constexpr uint32_t DENSE_LIMIT = 64;

} // namespace

std::string cpp_call(const call& c) {
    std::string out = doc_comment(c.doc) + cat("struct ", c.name, "_call {\n");
    out += cat("    static constexpr uint32_t ID = ", hex(c.id), ";\n");
    out += cat("    static constexpr bool NORETURN = ", c.noreturn ? "true" : "false", ";\n");
    out += cat("    static constexpr bool HAS_FEATURE = ", c.feature.empty() ? "false" : "true",
               ";\n");
    if (!c.feature.empty()) {
        out += cat("    static constexpr abi::feature FEATURE = abi::feature::", c.feature, ";\n");
    }
    out += '\n';
    for (const operand& o : c.args) {
        out +=
            doc_comment(o.doc, "    ") + cat("    ", cpp_value_type(o.type), " ", o.name, "{};\n");
    }
    out += cat("\n    /// Takes the arguments out of r0-r3.\n    template <typename Registers>\n"
               "    static constexpr ",
               c.name, "_call from(", c.args.empty() ? "const Registers&" : "const Registers& r",
               ") {\n        return {");
    for (size_t i = 0; i < c.args.size(); ++i) {
        out += (i == 0 ? "" : ", ") + load(c.args[i]);
    }
    out += "};\n    }\n" + well_formed(c);
    if (!c.noreturn) {
        out += '\n' + result_text(c);
    }
    return out + "};\n\n";
}

std::string emit_dispatch(const description& d) {
    std::vector<const call*> dense;
    std::string sparse;
    for (const call& c : d.calls) {
        const uint32_t index = c.id - d.convention.call_base;
        if (index < DENSE_LIMIT) {
            dense.resize(std::max<size_t>(dense.size(), index + 1));
            dense[index] = &c;
        } else {
            sparse += cat("    case ", c.name, "_call::ID:\n        detail::serve<", c.name,
                          "_call>(handler, registers);\n        return;\n");
        }
    }
    std::string table;
    for (const call* c : dense) {
        table += cat("    &", c == nullptr ? "unknown<" : cat("serve<", c->name, "_call, "),
                     "Handler, Registers>,\n");
    }
    std::string out = cpp_banner(d, "the hypervisor's way from a number to a handler");
    out += R"(#pragma once

#include "abi.hpp"

namespace paravane::abi {
namespace detail {

template <typename Handler, typename Registers>
void unknown(Handler&, Registers& registers) {
    registers[0] = static_cast<uint32_t>(status::not_supported);
}

/// Runs one call. A call whose feature the VM was not granted, and a call for which the
/// handler has no overload of on(), is not supported.
template <typename Call, typename Handler, typename Registers>
void serve(Handler& handler, Registers& registers) {
    if constexpr (requires(const Call& call) { handler.on(call); }) {
        if constexpr (Call::HAS_FEATURE) {
            if (!handler.has(Call::FEATURE)) {
                unknown(handler, registers);
                return;
            }
        }
        const Call call = Call::from(registers);
        if (!call.well_formed()) {
            registers[0] = static_cast<uint32_t>(status::invalid_parameter);
            return;
        }
        if constexpr (Call::NORETURN) {
            handler.on(call);
        } else {
            Call::write(handler.on(call), registers);
        }
    } else {
        unknown(handler, registers);
    }
}

template <typename Handler, typename Registers>
inline constexpr void (*TABLE[])(Handler&, Registers&) = {
)" + table +
           R"(};

} // namespace detail

/// Serves the call whose number stood in r12; `registers` are r0-r3, indexable. The handler
/// offers `result on(const X_call&)` per call and `bool has(feature)`. A number that this
/// version does not know is answered by not_supported.
template <typename Handler, typename Registers>
void dispatch(Handler& handler, uint32_t number, Registers& registers) {
    constexpr uint32_t COUNT =
        sizeof(detail::TABLE<Handler, Registers>) / sizeof(detail::TABLE<Handler, Registers>[0]);
    const uint32_t index = number - CALL_BASE;
    if (index < COUNT) [[likely]] {
        detail::TABLE<Handler, Registers>[index](handler, registers);
        return;
    }
    switch (number) {
)" + sparse +
           R"(    default:
        detail::unknown(handler, registers);
    }
}

} // namespace paravane::abi
)";
    return out;
}

} // namespace paravane::abi_model
