// SPDX-License-Identifier: BSD-2-Clause
// Nothing overlaps, nothing is left to a compiler's padding, every bit of an
// instruction is either matched or moved.
#include "generator/validate_layout.hpp"

#include <bit>

namespace paravane::abi_model {
namespace {

/// Fields stand in order of offset, without gaps or overlaps, naturally aligned, to the end.
void check_fields(const description& d, const structure& s, error_sink& errors) {
    uint64_t end = 0;
    for (const field& f : s.fields) {
        const std::string who = "struct " + s.name + ": field " + f.name;
        const uint32_t align = element_align(d, f.type.element);
        if (align == 0) {
            errors.error(f.where("type"), who + ": no type " + f.type.element, "READ_REFERENCE");
            return;
        }
        if (f.offset < end) {
            errors.error(f.where("offset"), who + ": overlaps the field before it", "READ_OVERLAP");
        } else if (f.offset > end) {
            errors.error(f.where("offset"),
                         who + ": leaves a gap of " + std::to_string(f.offset - end) +
                             " bytes; name it as reserved",
                         "READ_GAP");
        }
        if (f.offset % align != 0 || s.align < align) {
            errors.error(f.where("offset"), who + ": not aligned to " + std::to_string(align),
                         "READ_ALIGN");
        }
        end = f.offset + field_size(d, f);
    }
    if (end != s.size) {
        errors.error(s.where("size"),
                     "struct " + s.name + ": fields end at " + std::to_string(end) +
                         ", size says " + std::to_string(s.size),
                     "READ_SIZE");
    }
    if (!std::has_single_bit(s.align) || s.size % s.align != 0) {
        errors.error(s.where("align"),
                     "struct " + s.name + ": 'align' must be a power of two that divides size",
                     "READ_ALIGN");
    }
}

/// A structure may hold only structures that stand before it, so none holds itself.
void check_order(const description& d, size_t index, error_sink& errors) {
    const structure& s = d.structs[index];
    for (const field& f : s.fields) {
        for (size_t later = index; later < d.structs.size(); ++later) {
            if (d.structs[later].name == f.type.element) {
                errors.error(f.where("type"),
                             "struct " + s.name + ": field " + f.name + ": " + f.type.element +
                                 " must be described before",
                             "READ_ORDER");
            }
        }
    }
}

void check_map(const description& d, error_sink& errors) {
    for (const address_range& a : d.ranges) {
        if (a.last < a.first) {
            errors.error(a.where("last"), "range " + a.name + ": ends before it begins",
                         "READ_RANGE");
        }
        for (const address_range& b : d.ranges) {
            if (&b == &a) {
                break;
            }
            if (a.space == b.space && a.first <= b.last && b.first <= a.last) {
                errors.error(a.where("first"), "range " + a.name + ": overlaps " + b.name,
                             "READ_OVERLAP");
            }
        }
    }
}

uint32_t limit_of(const description& d, isa which) {
    if (which == isa::arm) {
        return (1U << d.plane.arm_bits) - 1;
    }
    return 0xffff;
}

uint32_t low_bits(uint32_t width) {
    return width >= 32 ? 0xffffffffU : (1U << width) - 1;
}

/// Every bit of the instruction is matched or moved, and no bit twice. The condition field
/// of ARM instructions is free unless matched; then it must be 0xf.
void check_pattern(const code& c, error_sink& errors) {
    uint32_t seen = c.match->mask;
    uint32_t payload = 0;
    for (const bit_field& f : c.fields) {
        const std::string who = "code " + c.name + ": field " + f.name;
        const uint32_t from = f.from + f.width > 32 ? 0xffffffffU : low_bits(f.width) << f.from;
        const uint32_t to = f.to + f.width > 24 ? 0xffffffffU : low_bits(f.width) << f.to;
        if ((seen & from) != 0) {
            errors.error(f.where("from"), who + ": instruction bit is used twice", "READ_OVERLAP");
        }
        if ((payload & to) != 0 || (to & ~low_bits(c.bits)) != 0) {
            errors.error(f.where("to"), who + ": code bit is used twice or lies outside",
                         "READ_OVERLAP");
        }
        seen |= from;
        payload |= to;
    }
    if (c.isa == isa::arm && (c.match->mask >> 28) == 0) {
        seen |= 0xf0000000U;
    }
    const uint32_t all = c.isa == isa::thumb16 ? 0xffffU : 0xffffffffU;
    if (seen != all || payload != low_bits(c.bits)) {
        errors.error(c.where("fields"), "code " + c.name + ": a bit is neither matched nor moved",
                     "READ_PATTERN");
    }
}

void check_never(const code& c, uint32_t base, const std::vector<number_range>& never,
                 error_sink& errors) {
    const uint32_t last = base + low_bits(c.bits);
    for (const number_range& n : never) {
        if (base <= n.last && n.first <= last) {
            errors.error(c.where("base"), "code " + c.name + ": uses codes left to " + n.doc,
                         "READ_FORBIDDEN_CODE");
        }
    }
}

void check_code(const description& d, const code& c, error_sink& errors) {
    if (c.base + low_bits(c.bits) > limit_of(d, c.isa) || (c.base & low_bits(c.bits)) != 0) {
        errors.error(c.where("base"),
                     "code " + c.name + ": 'base' is not aligned to its bits or too large",
                     "READ_RANGE");
    }
    if (c.match) {
        check_pattern(c, errors);
    } else if (c.fields.size() > 1) {
        errors.error(c.where("fields"), "code " + c.name + ": an escape has at most one field",
                     "READ_PATTERN");
    }
    switch (c.isa) {
    case isa::arm:
        check_never(c, d.plane.arm_base + c.base, d.plane.never_arm, errors);
        break;
    case isa::thumb16:
        check_never(c, c.base, d.plane.never_thumb16, errors);
        break;
    case isa::thumb32:
        check_never(c, c.base, d.plane.never_thumb32, errors);
        break;
    }
    for (const code& other : d.codes) {
        if (&other == &c) {
            break;
        }
        if (other.isa == c.isa && c.base <= other.base + low_bits(other.bits) &&
            other.base <= c.base + low_bits(c.bits)) {
            errors.error(c.where("base"), "code " + c.name + ": overlaps " + other.name,
                         "READ_OVERLAP");
        }
    }
}

} // namespace

void validate_layouts(const description& d, error_sink& errors) {
    for (size_t i = 0; i < d.structs.size(); ++i) {
        check_order(d, i, errors);
    }
    for (const structure& s : d.structs) {
        check_fields(d, s, errors);
    }
    check_map(d, errors);
}

void validate_plane(const description& d, error_sink& errors) {
    const uint64_t end = uint64_t{d.plane.arm_base} + (uint64_t{1} << d.plane.arm_bits);
    if (end > 0x1000000 || (d.plane.arm_base & low_bits(d.plane.arm_bits)) != 0) {
        errors.error(d.plane.where("arm_base"),
                     "plane: 'arm_base' is not aligned to 'arm_bits' or too large", "READ_RANGE");
    }
    if (d.convention.arm_immediate >= d.plane.arm_base && d.convention.arm_immediate < end) {
        errors.error(d.convention.where("arm_immediate"),
                     "convention: 'arm_immediate' lies in the instruction plane", "READ_OVERLAP");
    }
    for (const number_range& n : d.plane.never_arm) {
        if (d.convention.arm_immediate >= n.first && d.convention.arm_immediate <= n.last) {
            errors.error(d.convention.where("arm_immediate"),
                         "convention: 'arm_immediate' is left to " + n.doc, "READ_FORBIDDEN_CODE");
        }
    }
    for (const code& c : d.codes) {
        check_code(d, c, errors);
    }
}

} // namespace paravane::abi_model
