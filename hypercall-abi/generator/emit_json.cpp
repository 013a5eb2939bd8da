// SPDX-License-Identifier: BSD-2-Clause
// The normalized JSON: the same shape as the TOML, keys sorted, lists in a fixed
// order, so that equal descriptions give equal bytes. Codes and fields keep
// their order, which has a meaning.
#include "generator/emit.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace paravane::abi_model {
namespace {

using nlohmann::json;

json base(const entry& e) {
    json j;
    if (!e.name.empty()) {
        j["name"] = e.name;
    }
    if (!e.since.empty()) {
        j["since"] = e.since;
    }
    if (!e.doc.empty()) {
        j["doc"] = e.doc;
    }
    return j;
}

template <typename Entries, typename Convert>
json list(const Entries& entries, Convert convert) {
    json j = json::array();
    for (const auto& e : entries) {
        j.push_back(convert(e));
    }
    return j;
}

/// A copy in the order of `key`.
template <typename Entries, typename Key>
Entries sorted(Entries entries, Key key) {
    std::stable_sort(entries.begin(), entries.end(),
                     [&](const auto& a, const auto& b) { return key(a) < key(b); });
    return entries;
}

json header_json(const header& h) {
    json j = base(h);
    j["version"] = h.version_text;
    j["uid"] = h.uid;
    j["byte_order"] = h.byte_order;
    return j;
}

json convention_json(const convention& c) {
    json j = base(c);
    j["number_register"] = c.number_register;
    j["arm_immediate"] = c.arm_immediate;
    j["thumb_immediate"] = c.thumb_immediate;
    j["owner"] = c.owner;
    j["call_base"] = c.call_base;
    j["psci_base"] = c.psci_base;
    if (!c.clobbers.empty()) {
        j["clobbers"] = c.clobbers;
    }
    return j;
}

json operand_json(const operand& o) {
    json j = base(o);
    j["type"] = to_string(o.type);
    j["reg"] = std::string{'r', static_cast<char>('0' + o.reg)};
    return j;
}

json call_json(const call& c) {
    json j = base(c);
    j["id"] = c.id;
    j["family"] = c.family;
    if (!c.feature.empty()) {
        j["feature"] = c.feature;
    }
    if (!c.standard.empty()) {
        j["standard"] = c.standard;
    }
    if (c.noreturn) {
        j["noreturn"] = true;
    }
    if (!c.args.empty()) {
        j["args"] = list(c.args, operand_json);
    }
    j["results"] = list(c.results, operand_json);
    j["statuses"] = list(c.statuses, [](const call_status& s) {
        json inner = base(s);
        inner["cause"] = s.cause;
        if (!s.feature.empty()) {
            inner["feature"] = s.feature;
        }
        return inner;
    });
    return j;
}

json pattern_json(const pattern& p) {
    return {{"mask", p.mask}, {"value", p.value}};
}

json code_json(const code& c) {
    json j = base(c);
    j["isa"] = name_of(c.isa);
    j["base"] = c.base;
    j["bits"] = c.bits;
    if (c.match) {
        j["match"] = pattern_json(*c.match);
    }
    if (c.reject) {
        j["reject"] = pattern_json(*c.reject);
    }
    j["fields"] = list(c.fields, [](const bit_field& f) {
        json inner = base(f);
        inner["from"] = f.from;
        inner["width"] = f.width;
        inner["to"] = f.to;
        return inner;
    });
    return j;
}

json ranges_json(const std::vector<number_range>& ranges) {
    return list(ranges, [](const number_range& r) {
        return json{{"first", r.first}, {"last", r.last}, {"reason", r.doc}};
    });
}

json plane_json(const plane& p) {
    json j = base(p);
    j["arm_base"] = p.arm_base;
    j["arm_bits"] = p.arm_bits;
    j["never_arm"] = ranges_json(p.never_arm);
    j["never_thumb16"] = ranges_json(p.never_thumb16);
    j["never_thumb32"] = ranges_json(p.never_thumb32);
    return j;
}

json structure_json(const structure& s) {
    json j = base(s);
    j["size"] = s.size;
    j["align"] = s.align;
    j["fields"] = list(s.fields, [](const field& f) {
        json inner = base(f);
        inner["offset"] = f.offset;
        inner["type"] = f.type.text();
        inner["writer"] = f.writer;
        if (f.reserved) {
            inner["reserved"] = true;
        }
        return inner;
    });
    return j;
}

json numbers_json(const description& d, json j) {
    j["status"] =
        list(sorted(d.statuses, [](const status& s) { return -s.value; }), [](const status& s) {
            json inner = base(s);
            inner["value"] = s.value;
            return inner;
        });
    j["feature"] =
        list(sorted(d.features, [](const feature& f) { return f.bit; }), [](const feature& f) {
            json inner = base(f);
            inner["bit"] = f.bit;
            return inner;
        });
    j["enum"] = list(
        sorted(d.enums, [](const enumeration& e) { return e.name; }), [](const enumeration& e) {
            json inner = base(e);
            inner["values"] = list(sorted(e.values, [](const enum_value& v) { return v.value; }),
                                   [](const enum_value& v) {
                                       json value = base(v);
                                       value["value"] = v.value;
                                       return value;
                                   });
            return inner;
        });
    j["constant"] =
        list(sorted(d.constants, [](const constant& c) { return c.name; }), [](const constant& c) {
            json inner = base(c);
            inner["value"] = c.value;
            return inner;
        });
    j["range"] = list(sorted(d.ranges, [](const address_range& a) { return a.name; }),
                      [](const address_range& a) {
                          json inner = base(a);
                          inner["first"] = a.first;
                          inner["last"] = a.last;
                          inner["space"] = a.space;
                          return inner;
                      });
    return j;
}

json rest_json(const description& d, json j) {
    j["boot"] = base(d.boot);
    j["boot"]["registers"] = list(d.boot.registers, [](const boot_register& r) {
        return json{{"reg", r.name}, {"doc", r.doc}};
    });
    j["note"] = base(d.note);
    j["note"]["section"] = d.note.section;
    j["note"]["escape_section"] = d.note.escape_section;
    if (!d.reserved_items.empty()) {
        j["reserved"] = list(d.reserved_items, [](const reserved& r) {
            json inner = base(r);
            inner["what"] = r.what;
            inner["number"] = r.number;
            return inner;
        });
    }
    return j;
}

} // namespace

std::string emit_json(const description& d) {
    json j;
    j["abi"] = header_json(d.abi);
    j["convention"] = convention_json(d.convention);
    j["call"] = list(sorted(d.calls, [](const call& c) { return c.id; }), call_json);
    j["plane"] = plane_json(d.plane);
    j["code"] = list(d.codes, code_json);
    j["struct"] = list(d.structs, structure_json);
    return rest_json(d, numbers_json(d, std::move(j))).dump(2) + '\n';
}

} // namespace paravane::abi_model
