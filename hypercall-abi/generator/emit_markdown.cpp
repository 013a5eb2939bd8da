// SPDX-License-Identifier: BSD-2-Clause
// abi.md: the reference, for people. `pvabi show` prints the same text.
#include "generator/emit.hpp"
#include "generator/text.hpp"

#include <algorithm>

namespace paravane::abi_model {
namespace {

/// A table cell: bars would end it.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

std::string registers(const operand& o) {
    return o.type.registers() == 2 ? cat("r", o.reg, ":r", o.reg + 1) : cat("r", o.reg);
}

std::string operand_rows(const std::vector<operand>& operands, std::string_view direction) {
    std::string out;
    for (const operand& o : operands) {
        out += cat("| ", direction, " | ", registers(o), " | `", o.name, "` | ", to_string(o.type),
                   " | ", cell(o.doc), " |\n");
    }
    return out;
}

std::string call_text(const call& c) {
    std::string out = cat("### ", c.name, "\n\n`", hex(c.id, 8), "`, since ", c.since);
    out += c.feature.empty() ? "" : cat(", needs feature `", c.feature, "`");
    out += c.standard.empty() ? "" : cat(", as in ", c.standard);
    out += cat(".\n\n", c.doc, "\n\n");
    if (!c.args.empty() || !c.results.empty()) {
        out += "| | register | name | type | meaning |\n|---|---|---|---|---|\n";
        out += operand_rows(c.args, "in") + operand_rows(c.results, "out") + '\n';
    }
    if (c.noreturn) {
        out += "Does not return.\n\n";
    }
    if (!c.statuses.empty()) {
        out += "| status | when |\n|---|---|\n";
        for (const call_status& s : c.statuses) {
            out += cat("| `", s.name, "` | ", cell(s.cause), " |\n");
        }
        out += '\n';
    }
    return out;
}

std::string calls(const description& d) {
    std::vector<std::string> families;
    for (const call& c : d.calls) {
        if (std::find(families.begin(), families.end(), c.family) == families.end()) {
            families.push_back(c.family);
        }
    }
    std::string out = "# Service calls\n\n| number | call | family | since |\n|---|---|---|---|\n";
    for (const call& c : d.calls) {
        out += cat("| `", hex(c.id, 8), "` | [", c.name, "](#", c.name, ") | ", c.family, " | ",
                   c.since, " |\n");
    }
    for (const std::string& family : families) {
        out += cat("\n## Family: ", family, "\n\n");
        for (const call& c : d.calls) {
            out += c.family == family ? call_text(c) : std::string();
        }
    }
    return out;
}

std::string numbers(const description& d) {
    std::string out = "# Statuses\n\n| name | value | since | meaning |\n|---|---|---|---|\n";
    for (const status& s : d.statuses) {
        out += cat("| `", s.name, "` | ", s.value, " | ", s.since, " | ", cell(s.doc), " |\n");
    }
    out += "\n# Features\n\n| name | bit | since | meaning |\n|---|---|---|---|\n";
    for (const feature& f : d.features) {
        out += cat("| `", f.name, "` | ", f.bit, " | ", f.since, " | ", cell(f.doc), " |\n");
    }
    out += "\n# Enumerations\n\n";
    for (const enumeration& e : d.enums) {
        out += cat("## ", e.name, "\n\n", e.doc,
                   "\n\n| name | value | since | meaning |\n|---|---|---|---|\n");
        for (const enum_value& v : e.values) {
            out += cat("| `", v.name, "` | ", v.value, " | ", v.since, " | ", cell(v.doc), " |\n");
        }
        out += '\n';
    }
    return out;
}

std::string structures(const description& d) {
    std::string out = "# Shared structures\n\n";
    for (const structure& s : d.structs) {
        out += cat("## ", s.name, "\n\n", s.doc, " ", s.size, " bytes, aligned to ", s.align,
                   ".\n\n| offset | field | type | writer | since | meaning |\n"
                   "|---|---|---|---|---|---|\n");
        for (const field& f : s.fields) {
            out += cat("| `", hex(f.offset, 3), "` | `", f.name, "` | ", f.type.text(), " | ",
                       f.writer, " | ", f.since, " | ", cell(f.doc), " |\n");
        }
        out += '\n';
    }
    return out;
}

std::string code_row(const description& d, const code& c) {
    const uint32_t base = c.base + (c.isa == isa::arm ? d.plane.arm_base : 0);
    std::string fields;
    for (const bit_field& f : c.fields) {
        fields += cat(fields.empty() ? "" : " ", f.name, "@", f.to, ":", f.width);
    }
    return cat("| `", hex(base), "` | `", c.name, "` | ", name_of(c.isa), " | ", c.bits, " | ",
               c.match ? cat("`", hex(c.match->mask, 8), "` = `", hex(c.match->value, 8), "`") : "",
               " | ", fields, " | ", cell(c.doc), " |\n");
}

std::string plane_text(const description& d) {
    std::string out = cat("# Instruction plane\n\n", d.plane.doc,
                          "\n\n| first code | form | set | bits | matches | fields (name@bit:width)"
                          " | meaning |\n|---|---|---|---|---|---|---|\n");
    for (const code& c : d.codes) {
        out += code_row(d, c);
    }
    out += "\nNever used: ";
    for (const number_range& n : d.plane.never_arm) {
        out += cat("SVC `", hex(n.first), "`…`", hex(n.last), "` (", n.doc, "); ");
    }
    for (const number_range& n : d.plane.never_thumb16) {
        out += cat("halfword `", hex(n.first), "`…`", hex(n.last), "` (", n.doc, "); ");
    }
    for (const number_range& n : d.plane.never_thumb32) {
        out += cat("UDF.W `", hex(n.first), "`…`", hex(n.last), "` (", n.doc, "); ");
    }
    out.resize(out.size() - 2);
    return out + ".\n\n";
}

std::string map_text(const description& d) {
    std::string out = "# Constants and the address map\n\n| name | value | since | meaning |\n"
                      "|---|---|---|---|\n";
    for (const constant& c : d.constants) {
        out += cat("| `", upper(c.name), "` | `", hex(c.value), "` | ", c.since, " | ", cell(c.doc),
                   " |\n");
    }
    out += "\n| range | first | last | space | since | meaning |\n|---|---|---|---|---|---|\n";
    for (const address_range& a : d.ranges) {
        out += cat("| `", a.name, "` | `", hex(a.first, 8), "` | `", hex(a.last, 8), "` | ",
                   a.space, " | ", a.since, " | ", cell(a.doc), " |\n");
    }
    out += cat("\n# Boot protocol\n\n", d.boot.doc, "\n\n| register | value |\n|---|---|\n");
    for (const boot_register& r : d.boot.registers) {
        out += cat("| ", r.name, " | ", cell(r.doc), " |\n");
    }
    return out + cat("\n# ELF note\n\n", d.note.doc, " Section `", d.note.section, "`, name `",
                     d.note.name, "`; original words of escapes in `", d.note.escape_section,
                     "`.\n");
}

} // namespace

std::string emit_markdown(const description& d) {
    return cat("<!-- SPDX-License-Identifier: ", OWN_LICENSE,
               "; generated from paravane.toml: do not edit. -->\n# Paravane ABI ",
               d.abi.version_text, "\n\n", d.abi.doc, "\n\nUID `", d.abi.uid, "`, ",
               d.abi.byte_order, "-endian.\n\n# Calling convention\n\n", d.convention.doc,
               "\n\nThe function number goes into ", d.convention.number_register, "; `SVC #",
               hex(d.convention.arm_immediate), "` in ARM state, `SVC #",
               hex(d.convention.thumb_immediate), "` in Thumb state.\n\n", calls(d), numbers(d),
               structures(d), plane_text(d), map_text(d));
}

} // namespace paravane::abi_model
