// SPDX-License-Identifier: BSD-2-Clause
// From differences to a verdict: category, versions, waivers.
#include "compare/compare.hpp"

#include "generator/text.hpp"

#include <algorithm>

namespace paravane::compare {
namespace {

using abi_model::cat;
using abi_model::version;

/// The step that announces a break: a new major, before 1.0 a new minor.
bool admits_break(const version& before, const version& after) {
    return after.major > before.major || (before.major == 0 && after.minor > before.minor);
}

version next_for_break(const version& v) {
    return v.major == 0 ? version{0, v.minor + 1, 0} : version{v.major + 1, 0, 0};
}

version next_for_addition(const version& v) {
    return v.major == 0 ? version{0, v.minor, v.patch + 1} : version{v.major, v.minor + 1, 0};
}

finding about_version(const abi_model::description& after, std::string_view rule,
                      std::string text) {
    return {find_rule(rule), "abi", std::move(text), after.abi.where("version")};
}

/// Whether a waiver covers the finding; remembers its use.
class waiver_book {
public:
    waiver_book(const abi_model::description& after, verdict& v) : after_(after), verdict_(v) {
        used_.resize(after.waivers.size());
    }

    bool covers(const finding& f) {
        bool covered = false;
        for (size_t i = 0; i < after_.waivers.size(); ++i) {
            const abi_model::waiver& w = after_.waivers[i];
            if (w.rule == f.rule->id && w.item == f.item) {
                used_[i] = true;
                covered = covered || is_live(w);
            }
        }
        return covered;
    }

    void remark() {
        for (size_t i = 0; i < after_.waivers.size(); ++i) {
            const abi_model::waiver& w = after_.waivers[i];
            const std::string which = cat("waiver of ", w.rule, " for ", w.item);
            if (find_rule(w.rule) == nullptr) {
                add(w, which + ": no such rule", "WAIVER_UNKNOWN");
            } else if (!is_live(w)) {
                add(w, cat(which, ": expired with version ", w.until), "WAIVER_EXPIRED");
            } else if (!used_[i]) {
                add(w, which + ": nothing needs it", "WAIVER_UNUSED");
            }
        }
    }

private:
    bool is_live(const abi_model::waiver& w) const {
        return after_.abi.version < abi_model::parse_version(w.until).value_or(version{});
    }

    void add(const abi_model::waiver& w, std::string text, std::string id) {
        verdict_.remarks.push_back(
            {toolkit::severity::warning, after_.file, w.at, std::move(text), std::move(id)});
    }

    const abi_model::description& after_;
    verdict& verdict_;
    std::vector<bool> used_;
};

/// What the versions must say, given what was found.
void check_version(const abi_model::description& before, const abi_model::description& after,
                   bool broken, bool added, std::vector<finding>& findings) {
    const version& old = before.abi.version;
    const version& now = after.abi.version;
    if (now < old) {
        findings.push_back(
            about_version(after, "VERSION_KEPT",
                          cat("version went back from ", to_string(old), " to ", to_string(now))));
    } else if (broken && !admits_break(old, now)) {
        findings.push_back(
            about_version(after, "VERSION_ON_BREAK",
                          cat("version ", to_string(now), " promises compatibility with ",
                              to_string(old), "; a break needs ", to_string(next_for_break(old)))));
    } else if (added && now < next_for_addition(old)) {
        findings.push_back(about_version(after, "VERSION_ON_ADDITION",
                                         cat("version ", to_string(now),
                                             " stayed although something was added; it needs ",
                                             to_string(next_for_addition(old)))));
    }
}

bool about_since_or_version(const finding& f) {
    return f.rule->id == "SINCE_OF_ADDITION" || f.rule->id.starts_with("VERSION_");
}

} // namespace

verdict judge(const abi_model::description& before, const abi_model::description& after,
              const options& how) {
    verdict v;
    differences found = compare(before, after);
    std::erase_if(found.breaks, [&](const finding& f) { return f.rule->category > how.category; });
    waiver_book waivers(after, v);
    bool broken = false;
    for (const finding& f : found.breaks) {
        broken = broken || (!about_since_or_version(f) && !waivers.covers(f));
    }
    check_version(before, after, broken, !found.additions.empty(), found.breaks);
    const bool admitted = !how.strict && admits_break(before.abi.version, after.abi.version);
    for (finding& f : found.breaks) {
        judged_finding judged{std::move(f), outcome::error};
        if (waivers.covers(judged)) {
            judged.outcome = outcome::waived;
        } else if (admitted && !about_since_or_version(judged)) {
            judged.outcome = outcome::allowed;
        } else {
            v.compatible = false;
        }
        v.findings.push_back(std::move(judged));
    }
    v.additions = std::move(found.additions);
    waivers.remark();
    return v;
}

} // namespace paravane::compare
