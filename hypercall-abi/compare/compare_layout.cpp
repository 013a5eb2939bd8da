// SPDX-License-Identifier: BSD-2-Clause
// Rules about shared memory, the address map and the instruction plane.
#include "compare/comparison.hpp"

namespace paravane::compare {
namespace {

using abi_model::cat;
using abi_model::code;
using abi_model::field;
using abi_model::hex;
using abi_model::structure;

const field* at_offset(const structure& s, uint32_t offset) {
    for (const field& f : s.fields) {
        if (f.offset == offset) {
            return &f;
        }
    }
    return nullptr;
}

std::string field_item(const structure& s, const field& f) {
    return cat("struct ", s.name, " field ", f.name);
}

void compare_field(comparison& c, const structure& s, const field& old, const field& now) {
    const std::string item = field_item(s, old);
    c.same("FIELD_SAME_OFFSET", item, "offset", old.offset, now.offset, now.where("offset"));
    if (old.type != now.type) {
        c.breaks("FIELD_SAME_TYPE", item,
                 cat("type changed ", old.type.text(), " -> ", now.type.text()), now.where("type"));
    }
    if (old.writer != now.writer) {
        c.breaks("FIELD_SAME_WRITER", item, cat("writer changed ", old.writer, " -> ", now.writer),
                 now.where("writer"));
    }
    if (now.reserved) {
        c.breaks("FIELD_NO_DELETE", item, "became reserved", now.at);
    }
}

/// Fields in bytes that were reserved: each must be declared as new, and where guests had
/// to write zeros the guest must stay the writer.
void compare_reserved_field(comparison& c, const structure& s, const field& old) {
    const uint64_t end = old.offset + field_size(c.before, old);
    for (const field& f : s.fields) {
        const bool inside = f.offset < end && old.offset < f.offset + field_size(c.after, f);
        if (!inside || f.reserved) {
            continue;
        }
        const auto since = abi_model::parse_version(f.since);
        const bool declared = since && *since > c.before.abi.version;
        if (!declared || (old.writer == "guest" && f.writer != "guest")) {
            c.breaks("FIELD_RESERVED_ZERO", field_item(s, f),
                     cat("takes bytes of ", old.name,
                         declared ? ", in which guests write zeros" : " without being new"),
                     f.at);
        }
    }
}

void compare_fields(comparison& c, const structure& old, const structure& now) {
    for (const field& f : old.fields) {
        const field* same_name = abi_model::find(now.fields, f.name);
        if (f.reserved) {
            compare_reserved_field(c, now, f);
        } else if (same_name != nullptr) {
            compare_field(c, now, f, *same_name);
        } else if (const field* renamed = at_offset(now, f.offset);
                   renamed != nullptr && renamed->type == f.type && !renamed->reserved &&
                   abi_model::find(old.fields, renamed->name) == nullptr) {
            c.breaks("FIELD_SAME_NAME", field_item(old, f), "is now " + renamed->name,
                     renamed->where("name"));
            compare_field(c, now, f, *renamed);
        } else {
            c.breaks("FIELD_NO_DELETE", field_item(old, f), "is gone", now.at);
        }
    }
    for (const field& f : now.fields) {
        const field* there = at_offset(old, f.offset);
        const bool renamed = there != nullptr && there->type == f.type && !there->reserved;
        if (!f.reserved && abi_model::find(old.fields, f.name) == nullptr && !renamed) {
            c.result.additions.push_back(field_item(now, f));
        }
    }
}

void compare_map(comparison& c) {
    for (const abi_model::address_range& old : c.before.ranges) {
        const std::string item = "range " + old.name;
        const auto* now = abi_model::find(c.after.ranges, old.name);
        if (now == nullptr) {
            c.breaks("RANGE_NO_DELETE", item, "is gone", c.after.abi.at);
            continue;
        }
        c.same("RANGE_SAME", item, "first", old.first, now->first, now->where("first"));
        c.same("RANGE_SAME", item, "last", old.last, now->last, now->where("last"));
        if (old.space != now->space) {
            c.breaks("RANGE_SAME", item, cat("space changed ", old.space, " -> ", now->space),
                     now->where("space"));
        }
    }
    for (const abi_model::address_range& now : c.after.ranges) {
        if (abi_model::find(c.before.ranges, now.name) == nullptr) {
            c.breaks("RANGE_NO_NEW", "range " + now.name, "was added", now.at);
        }
    }
}

std::string fields_text(const code& c) {
    std::string out;
    for (const abi_model::bit_field& f : c.fields) {
        out += cat(" ", f.from, "+", f.width, "@", f.to);
    }
    return out;
}

bool same_names(const code& a, const code& b) {
    for (const abi_model::bit_field& f : a.fields) {
        if (abi_model::find(b.fields, f.name) == nullptr) {
            return false;
        }
    }
    return true;
}

void compare_code(comparison& c, const code& old, const code& now) {
    const std::string item = "code " + old.name;
    c.same("CODE_SAME_BASE", item, "base", old.base, now.base, now.where("base"));
    c.same("CODE_SAME_BITS", item, "bits", old.bits, now.bits, now.where("bits"));
    if (old.isa != now.isa) {
        c.breaks("CODE_SAME_MATCH", item, "instruction set changed", now.where("isa"));
    }
    if (old.match != now.match || old.reject != now.reject) {
        c.breaks("CODE_SAME_MATCH", item, "matches other instructions", now.where("match"));
    }
    if (fields_text(old) != fields_text(now)) {
        c.breaks("CODE_SAME_FIELDS", item,
                 cat("fields changed", fields_text(old), " ->", fields_text(now)),
                 now.where("fields"));
    } else if (!same_names(old, now)) {
        c.breaks("CODE_SAME_NAME", item, "a field has another name", now.where("fields"));
    }
}

const code* with_base(const std::vector<code>& codes, const code& like) {
    for (const code& c : codes) {
        if (c.base == like.base && c.isa == like.isa && c.match == like.match) {
            return &c;
        }
    }
    return nullptr;
}

} // namespace

void compare_layouts(comparison& c) {
    for (const structure& old : c.before.structs) {
        const std::string item = "struct " + old.name;
        const structure* now = abi_model::find(c.after.structs, old.name);
        if (now == nullptr) {
            c.breaks("STRUCT_NO_DELETE", item, "is gone", c.after.abi.at);
            continue;
        }
        c.same("STRUCT_SAME_SIZE", item, "size", old.size, now->size, now->where("size"));
        c.same("STRUCT_SAME_ALIGN", item, "align", old.align, now->align, now->where("align"));
        compare_fields(c, old, *now);
    }
    for (const structure& now : c.after.structs) {
        if (abi_model::find(c.before.structs, now.name) == nullptr) {
            c.adds("struct " + now.name, now);
        }
    }
    compare_map(c);
}

void compare_codes(comparison& c) {
    c.same("PLANE_SAME_BASE", "plane", "arm_base", c.before.plane.arm_base, c.after.plane.arm_base,
           c.after.plane.where("arm_base"));
    c.same("PLANE_SAME_BASE", "plane", "arm_bits", c.before.plane.arm_bits, c.after.plane.arm_bits,
           c.after.plane.where("arm_bits"));
    for (const code& old : c.before.codes) {
        if (const code* now = abi_model::find(c.after.codes, old.name)) {
            compare_code(c, old, *now);
        } else if (const code* renamed = with_base(c.after.codes, old)) {
            c.breaks("CODE_SAME_NAME", "code " + old.name, "is now " + renamed->name,
                     renamed->where("name"));
            compare_code(c, old, *renamed);
        } else if (!c.is_reserved("code", old.name, old.base)) {
            c.breaks("CODE_NO_DELETE", "code " + old.name, "is gone", c.after.abi.at);
        }
    }
    for (const code& now : c.after.codes) {
        if (abi_model::find(c.before.codes, now.name) == nullptr &&
            with_base(c.before.codes, now) == nullptr) {
            c.adds("code " + now.name, now);
        }
    }
}

} // namespace paravane::compare
