// SPDX-License-Identifier: BSD-2-Clause
// One pair of descriptions per rule that fires, and one near miss that must not.
#include "compare/compare.hpp"

#include "rule_cases.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace {

using namespace paravane;
using namespace paravane::compare;
using test::edits;
using test::MINOR;
using test::PATCH;
using test::RESERVED;
using test::rule_case;

std::set<std::string> broken_rules(const verdict& v) {
    std::set<std::string> out;
    for (const judged_finding& f : v.findings) {
        if (f.outcome == outcome::error) {
            out.emplace(f.rule->id);
        }
    }
    return out;
}

std::string listing(const verdict& v) {
    std::string out;
    for (const judged_finding& f : v.findings) {
        out += std::string(f.rule->id) + ' ' + f.item + ": " + f.text + '\n';
    }
    return out;
}

class every_rule : public testing::TestWithParam<rule_case> {};

TEST_P(every_rule, fires_on_its_break) {
    const rule_case& c = GetParam();
    const auto before = test::parsed(test::edited(test::sample_text(), c.older));
    const auto after = test::parsed(test::edited(test::sample_text(), c.fires));
    const verdict v = judge(before, after, {});
    EXPECT_THAT(broken_rules(v), testing::Contains(c.rule)) << listing(v);
    EXPECT_FALSE(v.compatible);
    for (const judged_finding& f : v.findings) {
        EXPECT_GT(f.at.line, 0U) << f.item;
        EXPECT_GT(f.at.column, 0U) << f.item;
    }
}

TEST_P(every_rule, is_silent_on_the_near_miss) {
    const rule_case& c = GetParam();
    const auto before = test::parsed(test::edited(test::sample_text(), c.older));
    const edits unchanged = c.silent.empty() ? c.older : c.silent;
    const verdict v = judge(before, test::parsed(test::edited(test::sample_text(), unchanged)), {});
    EXPECT_TRUE(v.compatible) << listing(v);
}

TEST_P(every_rule, holds_in_its_category_and_the_stricter_ones_only) {
    const rule_case& c = GetParam();
    const auto before = test::parsed(test::edited(test::sample_text(), c.older));
    const auto after = test::parsed(test::edited(test::sample_text(), c.fires));
    for (const category chosen : {category::wire, category::layout, category::source}) {
        const bool expected = find_rule(c.rule)->category <= chosen;
        const verdict v = judge(before, after, {.category = chosen});
        EXPECT_EQ(broken_rules(v).contains(c.rule), expected) << name_of(chosen);
    }
}

std::string case_name(const testing::TestParamInfo<rule_case>& info) {
    return info.param.rule + '_' + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(pairs, every_rule, testing::ValuesIn(test::all_rule_cases()), case_name);

TEST(rules, each_has_a_pair) {
    std::set<std::string> tested;
    for (const rule_case& c : test::all_rule_cases()) {
        tested.insert(c.rule);
    }
    for (const rule& r : rules()) {
        EXPECT_TRUE(tested.contains(std::string(r.id))) << r.id;
    }
}

TEST(rules, ids_are_unique_and_explained) {
    std::set<std::string_view> ids;
    for (const rule& r : rules()) {
        EXPECT_TRUE(ids.insert(r.id).second) << r.id;
        EXPECT_FALSE(r.meaning.empty());
        EXPECT_FALSE(r.cure.empty());
    }
}

TEST(versions, strict_reports_announced_breaks_too) {
    const auto before = test::parsed(test::sample_text());
    const auto after =
        test::parsed(test::edited(test::sample_text(), {MINOR, {"bit = 3", "bit = 4"}}));
    EXPECT_TRUE(judge(before, after, {}).compatible);
    EXPECT_FALSE(judge(before, after, {.strict = true}).compatible);
}

std::string waiver(const std::string& rule, const std::string& item, const std::string& until) {
    return RESERVED + "[[waiver]]\nrule = \"" + rule + "\"\nitem = \"" + item + "\"\nuntil = \"" +
           until + "\"\nreason = \"Nobody uses it.\"\n";
}

verdict with_waiver(const std::string& rule, const std::string& item, const std::string& until) {
    const edits changes = {PATCH, {"bit = 3", "bit = 4"}, {RESERVED, waiver(rule, item, until)}};
    return judge(test::parsed(test::sample_text()),
                 test::parsed(test::edited(test::sample_text(), changes)), {});
}

TEST(waivers, cover_one_rule_for_one_item_until_a_version) {
    const verdict v = with_waiver("FEATURE_SAME_BIT", "feature beta", "0.3.2");
    EXPECT_TRUE(v.compatible) << listing(v);
    ASSERT_EQ(v.findings.size(), 1U);
    EXPECT_EQ(v.findings[0].outcome, outcome::waived);
    EXPECT_TRUE(v.remarks.empty());
}

TEST(waivers, expire) {
    const verdict v = with_waiver("FEATURE_SAME_BIT", "feature beta", "0.3.1");
    EXPECT_FALSE(v.compatible);
    ASSERT_EQ(v.remarks.size(), 1U);
    EXPECT_EQ(v.remarks[0].id, "WAIVER_EXPIRED");
}

TEST(waivers, other_items_and_rules_are_not_covered) {
    for (const auto& [rule, item, id] :
         {std::tuple{"FEATURE_SAME_BIT", "feature alpha", "WAIVER_UNUSED"},
          std::tuple{"FEATURE_NO_DELETE", "feature beta", "WAIVER_UNUSED"},
          std::tuple{"FEATURE_GREEN", "feature beta", "WAIVER_UNKNOWN"}}) {
        const verdict v = with_waiver(rule, item, "9.0.0");
        EXPECT_FALSE(v.compatible) << rule;
        ASSERT_EQ(v.remarks.size(), 1U) << rule;
        EXPECT_EQ(v.remarks[0].id, id);
    }
}

} // namespace
