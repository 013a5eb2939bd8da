// SPDX-License-Identifier: BSD-2-Clause
// Rules about service calls.
#include "compare/comparison.hpp"

namespace paravane::compare {
namespace {

using abi_model::call;
using abi_model::cat;
using abi_model::hex;
using abi_model::operand;
using abi_model::scalar;

uint32_t bits_of(const abi_model::value_type& t) {
    switch (t.kind) {
    case scalar::u8:
        return 8;
    case scalar::u16:
        return 16;
    case scalar::u64:
    case scalar::gpa:
        return 64;
    default:
        return 32;
    }
}

bool is_signed(const abi_model::value_type& t) {
    return t.kind == scalar::s32 || t.kind == scalar::status;
}

const operand* at_register(const std::vector<operand>& operands, uint32_t reg) {
    for (const operand& o : operands) {
        if (o.reg == reg) {
            return &o;
        }
    }
    return nullptr;
}

uint32_t register_set(const std::vector<operand>& operands) {
    uint32_t set = 0;
    for (const operand& o : operands) {
        set |= ((1U << o.type.registers()) - 1) << o.reg;
    }
    return set;
}

/// One direction of a call: what was there is still there, in its register and width.
class operand_comparison {
public:
    operand_comparison(comparison& c, const call& now, bool results)
        : c_(c), now_(now), results_(results) {}

    void run(const std::vector<operand>& before, const std::vector<operand>& after,
             const std::vector<operand>& other_direction) {
        for (const operand& old : before) {
            if (const operand* same_name = abi_model::find(after, old.name)) {
                compare(old, *same_name);
            } else if (const operand* turned = abi_model::find(other_direction, old.name)) {
                c_.breaks("CALL_SAME_DIRECTION", item(old), "changed its direction",
                          turned->where("name"));
            } else if (const operand* renamed = at_register(after, old.reg)) {
                c_.breaks("CALL_OPERAND_SAME_NAME", item(old), cat("is now ", renamed->name),
                          renamed->where("name"));
                compare(old, *renamed);
            } else {
                c_.breaks(results_ ? "CALL_RESULT_NO_DELETE" : "CALL_ARGUMENT_NO_DELETE", item(old),
                          "is gone", now_.where(results_ ? "results" : "args"));
            }
        }
    }

private:
    std::string item(const operand& o) const {
        return cat("call ", now_.name, results_ ? " result " : " argument ", o.name);
    }

    void compare(const operand& old, const operand& now) {
        if (old.reg != now.reg) {
            c_.breaks("CALL_SAME_REGISTER", item(old),
                      cat("moved from r", old.reg, " to r", now.reg), now.where("reg"));
        }
        const std::string change =
            cat("type changed ", to_string(old.type), " -> ", to_string(now.type));
        if (bits_of(old.type) != bits_of(now.type) || is_signed(old.type) != is_signed(now.type)) {
            c_.breaks("CALL_SAME_WIDTH", item(old), change, now.where("type"));
        } else if (old.type != now.type) {
            c_.breaks("CALL_SAME_TYPE", item(old), change, now.where("type"));
        }
    }

    comparison& c_;
    const call& now_;
    bool results_;
};

void new_arguments(comparison& c, const call& old, const call& now) {
    for (const operand& o : now.args) {
        const bool known = abi_model::find(old.args, o.name) != nullptr ||
                           at_register(old.args, o.reg) != nullptr ||
                           abi_model::find(old.results, o.name) != nullptr;
        if (!known) {
            c.breaks("CALL_NO_NEW_ARGUMENT", cat("call ", now.name, " argument ", o.name),
                     cat("was added in r", o.reg), o.at);
        }
    }
}

/// Registers that are not results keep their values, so each new result register is one
/// that compiled stubs do not know to be changed.
void clobbers(comparison& c, const call& old, const call& now) {
    const uint32_t grown = register_set(now.results) & ~register_set(old.results);
    for (uint32_t r = 0; r < 4; ++r) {
        if ((grown >> r & 1) != 0) {
            c.breaks("CALL_CLOBBERS", "call " + now.name, cat("now changes r", r),
                     now.where("results"));
        }
    }
}

void statuses(comparison& c, const call& old, const call& now) {
    for (const abi_model::call_status& s : now.statuses) {
        const bool guarded =
            !s.feature.empty() && abi_model::find(c.before.features, s.feature) == nullptr;
        if (abi_model::find(old.statuses, s.name) != nullptr) {
            continue;
        }
        if (guarded) {
            c.adds(cat("call ", now.name, " status ", s.name), s);
        } else {
            c.breaks("CALL_STATUS_NEEDS_FEATURE", cat("call ", now.name, " status ", s.name),
                     "was added without a new feature", s.at);
        }
    }
}

void compare_call(comparison& c, const call& old, const call& now) {
    const std::string item = "call " + now.name;
    c.same("CALL_SAME_ID", item, "id", old.id, now.id, now.where("id"));
    operand_comparison(c, now, false).run(old.args, now.args, now.results);
    operand_comparison(c, now, true).run(old.results, now.results, now.args);
    new_arguments(c, old, now);
    clobbers(c, old, now);
    statuses(c, old, now);
    if (old.noreturn != now.noreturn) {
        c.breaks("CALL_SAME_RETURN", item, now.noreturn ? "no longer returns" : "now returns",
                 now.where("noreturn"));
    }
    if (!now.feature.empty() && old.feature != now.feature) {
        c.breaks("CALL_SAME_FEATURE", item, "now needs feature " + now.feature,
                 now.where("feature"));
    }
}

const call* with_id(const std::vector<call>& calls, uint32_t id) {
    for (const call& c : calls) {
        if (c.id == id) {
            return &c;
        }
    }
    return nullptr;
}

bool same_shape(const std::vector<operand>& a, const std::vector<operand>& b) {
    bool same = a.size() == b.size();
    for (size_t i = 0; same && i < a.size(); ++i) {
        same = a[i].reg == b[i].reg && a[i].type == b[i].type;
    }
    return same;
}

} // namespace

void compare_calls(comparison& c) {
    for (const call& old : c.before.calls) {
        const std::string item = "call " + old.name;
        const call* now = abi_model::find(c.after.calls, old.name);
        const call* heir = with_id(c.after.calls, old.id);
        if (now != nullptr) {
            compare_call(c, old, *now);
        } else if (heir != nullptr && same_shape(old.args, heir->args) &&
                   same_shape(old.results, heir->results)) {
            c.breaks("CALL_SAME_NAME", item, "is now " + heir->name, heir->where("name"));
            compare_call(c, old, *heir);
        } else if (!c.is_reserved("call", old.name, old.id)) {
            c.breaks("CALL_NO_DELETE", item, cat("is gone (", hex(old.id), ")"), c.after.abi.at);
        }
        if (heir != nullptr && heir != now &&
            abi_model::find(c.before.calls, heir->name) == nullptr &&
            !(same_shape(old.args, heir->args) && same_shape(old.results, heir->results))) {
            c.breaks("CALL_NO_REUSE", "call " + heir->name,
                     cat("id ", hex(old.id), " belonged to ", old.name), heir->where("id"));
        }
    }
    for (const call& now : c.after.calls) {
        const bool known = abi_model::find(c.before.calls, now.name) != nullptr ||
                           with_id(c.before.calls, now.id) != nullptr;
        if (!known) {
            c.adds("call " + now.name, now);
        }
    }
}

} // namespace paravane::compare
