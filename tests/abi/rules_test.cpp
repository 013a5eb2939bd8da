// SPDX-License-Identifier: BSD-2-Clause
// One pair of descriptions per rule that fires, and one near miss that must not.
#include "compare/compare.hpp"

#include "mutation.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace {

using namespace paravane;
using namespace paravane::compare;
using test::edits;

/// `fires` against the sample breaks the rule; `silent` must be compatible. Either may
/// also change the older side.
struct rule_case {
    std::string rule;
    edits fires;
    edits silent;
    edits older = {};
};

void PrintTo(const rule_case& c, std::ostream* out) {
    *out << c.rule;
}

const std::string RAISE_FROM = "version = \"0.3.0\"";
const std::pair<std::string, std::string> PATCH = {RAISE_FROM, "version = \"0.3.1\""};
const std::pair<std::string, std::string> MINOR = {RAISE_FROM, "version = \"0.4.0\""};

const std::string WASH = R"([[call]]
name = "wash"
id = 0x86000002
family = "art"
since = "0.1.0"
feature = "alpha"
doc = "Washes."
args = [{ name = "amount", reg = "r0", type = "u32", doc = "How much." }]
results = [{ name = "status", reg = "r0", type = "status" }]
statuses = [{ name = "success", cause = "always" }]
)";
const std::string LIMIT = "[[constant]]\nname = \"limit\"\nvalue = 64\nsince = \"0.1.0\"\n"
                          "doc = \"Limit.\"\n";
const std::string FREE =
    R"({ name = "free", offset = 8, type = "u8[16]", writer = "hypervisor", since = "0.1.0", doc = "Zero.", reserved = true },)";
const std::string MINE =
    R"({ name = "mine", offset = 24, type = "u64", writer = "guest", since = "0.1.0", doc = "Zero.", reserved = true },)";
const std::string SHELF = "[[range]]\nname = \"shelf\"\nfirst = 0x0b000000\nlast = 0x0b00ffff\n"
                          "space = \"guest_physical\"\nsince = \"0.1.0\"\ndoc = \"The shelf.\"\n";
const std::string BUSY = "[[status]]\nname = \"busy\"\nvalue = -5\nsince = \"0.1.0\"\n"
                         "doc = \"Later.\"\n";
const std::string BETA = "[[feature]]\nname = \"beta\"\nbit = 3\nsince = \"0.1.0\"\n"
                         "doc = \"Second.\"\n";
const std::string BLUE = R"({ name = "blue", value = 2, since = "0.1.0", doc = "Blue." },)";
const std::string SHAPE = "[[enum]]\nname = \"shape\"\ndoc = \"Shapes.\"\nvalues = [{ name = "
                          "\"round\", value = 0, since = \"0.1.0\", doc = \"Round.\" }]\n";
const std::string MONITOR = R"([[code]]
name = "call_monitor"
isa = "arm"
base = 0x001000
bits = 4
since = "0.1.0"
doc = "SMC."
match = { mask = 0x0ffffff0, value = 0x01600070 }
fields = [{ name = "imm4", from = 0, width = 4, to = 0 }]
)";
const std::string LID = R"([[struct]]
name = "lid"
size = 8
align = 4
since = "0.1.0"
doc = "A lid."
fields = [{ name = "handles", offset = 0, type = "u32[2]", writer = "guest", since = "0.1.0", doc = "Handles." }]
)";
const std::string RESERVED = "[[reserved]]\nwhat = \"call\"\nname = \"smear\"\nnumber = "
                             "0x86000009\nsince = \"0.2.0\"\ndoc = \"Never worked.\"\n";

std::string reserve(const std::string& what, const std::string& name, const std::string& number) {
    return "[[reserved]]\nwhat = \"" + what + "\"\nname = \"" + name + "\"\nnumber = " + number +
           "\nsince = \"0.3.1\"\ndoc = \"Gone.\"\n";
}

std::string new_call(const std::string& name, const std::string& id, const std::string& since) {
    return "[[call]]\nname = \"" + name + "\"\nid = " + id + "\nfamily = \"art\"\nsince = \"" +
           since + "\"\ndoc = \"New.\"\nresults = []\nstatuses = []\n";
}

const std::string COUNT = R"({ name = "count", reg = "r2", type = "u32", doc = "How many." },)";
const std::string DONE =
    R"({ name = "done", reg = "r1", type = "u32", doc = "How many were painted." },)";
const std::string AMOUNT = R"({ name = "amount", reg = "r0", type = "u32", doc = "How much." })";

std::vector<rule_case> call_cases() {
    return {
        {"CALL_NO_DELETE", {{WASH, ""}}, {PATCH, {WASH, reserve("call", "wash", "0x86000002")}}},
        {"CALL_SAME_ID",
         {{"id = 0x86000002", "id = 0x86000004"}},
         {{"doc = \"Washes.\"", "doc = \"Cleans.\""}}},
        {"CALL_NO_REUSE",
         {PATCH, {WASH, new_call("other", "0x86000002", "0.3.1")}},
         {PATCH, {WASH, WASH + new_call("other", "0x86000004", "0.3.1")}}},
        {"CALL_SAME_REGISTER",
         {{COUNT, ""},
          {"reg = \"r3\", type = \"enum:colour\", doc = \"Which.\" },",
           "reg = \"r2\", type = \"enum:colour\", doc = \"Which.\" },\n"
           R"({ name = "count", reg = "r3", type = "u32", doc = "How many." },)"}},
         {{COUNT, ""}, {"doc = \"Which.\" },", "doc = \"Which.\" },\n" + COUNT}}},
        {"CALL_SAME_WIDTH",
         {{COUNT, R"({ name = "count", reg = "r2", type = "u16", doc = "How many." },)"}},
         {{"doc = \"How many.\"", "doc = \"The count.\""}}},
        {"CALL_SAME_WIDTH",
         {{COUNT, R"({ name = "count", reg = "r2", type = "s32", doc = "How many." },)"}},
         {}},
        {"CALL_SAME_DIRECTION",
         {{COUNT, ""},
          {DONE, DONE + R"({ name = "count", reg = "r2", type = "u32", doc = "x" },)"}},
         {}},
        {"CALL_NO_NEW_ARGUMENT",
         {{AMOUNT, AMOUNT + R"(, { name = "soap", reg = "r1", type = "u32", doc = "Soap." })"}},
         {PATCH, {WASH, WASH + new_call("wash_soap", "0x86000004", "0.3.1")}}},
        {"CALL_ARGUMENT_NO_DELETE", {{AMOUNT, ""}}, {}},
        {"CALL_RESULT_NO_DELETE", {{DONE, ""}}, {}},
        {"CALL_CLOBBERS",
         {{DONE, DONE + R"({ name = "more", reg = "r2", type = "u32", doc = "More." },)"}},
         {}},
        {"CALL_SAME_RETURN",
         {{"statuses = []\nnoreturn = true", "statuses = []"}},
         {{"statuses = []\nnoreturn = true", "noreturn = true\nstatuses = []"}}},
        {"CALL_SAME_FEATURE",
         {{"feature = \"alpha\"", "feature = \"beta\""}},
         {{"feature = \"alpha\"\n", ""}}},
        {"CALL_STATUS_NEEDS_FEATURE",
         {{R"({ name = "success", cause = "always" })",
           R"({ name = "success", cause = "always" }, { name = "busy", cause = "wet" })"}},
         {PATCH,
          {BETA, BETA + "[[feature]]\nname = \"gamma\"\nbit = 4\nsince = \"0.3.1\"\ndoc = \"x\"\n"},
          {R"({ name = "success", cause = "always" })",
           R"({ name = "success", cause = "always" }, { name = "busy", cause = "wet", feature = "gamma" })"}}},
        {"CALL_STATUS_NEEDS_FEATURE",
         {{R"({ name = "success", cause = "always" })",
           R"({ name = "success", cause = "always" }, { name = "busy", cause = "wet", feature = "beta" })"}},
         {}},
        {"CALL_SAME_NAME", {{"name = \"wash\"", "name = \"clean\""}}, {}},
        {"CALL_SAME_TYPE",
         {{AMOUNT, R"({ name = "amount", reg = "r0", type = "gva", doc = "How much." })"}},
         {}},
        {"CALL_OPERAND_SAME_NAME", {{"{ name = \"amount\"", "{ name = \"litres\""}}, {}},
    };
}

std::vector<rule_case> number_cases() {
    return {
        {"STATUS_SAME_VALUE",
         {{"value = -5", "value = -6"}},
         {{"doc = \"Later.\"", "doc = \"Wait.\""}}},
        {"STATUS_NO_DELETE", {{BUSY, ""}}, {PATCH, {BUSY, reserve("status", "busy", "-5")}}},
        {"STATUS_NO_REUSE",
         {PATCH,
          {"name = \"busy\"\nvalue = -5\nsince = \"0.1.0\"",
           "name = \"late\"\nvalue = -5\nsince = \"0.3.1\""}},
         {PATCH,
          {BUSY,
           BUSY + "[[status]]\nname = \"late\"\nvalue = -6\nsince = \"0.3.1\"\ndoc = \"x\"\n"}}},
        {"ENUM_SAME_VALUE",
         {{"name = \"blue\", value = 2", "name = \"blue\", value = 3"}},
         {{"doc = \"Blue.\"", "doc = \"Bleu.\""}}},
        {"ENUM_NO_DELETE",
         {{BLUE, ""}},
         {PATCH, {BLUE, ""}, {RESERVED, RESERVED + reserve("enum:colour", "blue", "2")}}},
        {"ENUM_NO_REUSE",
         {{BLUE, R"({ name = "pink", value = 2, since = "0.3.1", doc = "Pink." },)"}, PATCH},
         {PATCH,
          {BLUE, BLUE + R"({ name = "pink", value = 3, since = "0.3.1", doc = "Pink." },)"}}},
        {"FEATURE_SAME_BIT", {{"bit = 3", "bit = 4"}}, {{"doc = \"Second.\"", "doc = \"2nd.\""}}},
        {"FEATURE_NO_DELETE", {{BETA, ""}}, {PATCH, {BETA, reserve("feature", "beta", "3")}}},
        {"FEATURE_NO_REUSE",
         {{"name = \"beta\"\nbit = 3\nsince = \"0.1.0\"",
           "name = \"gamma\"\nbit = 3\nsince = \"0.3.1\""},
          PATCH},
         {PATCH,
          {BETA,
           BETA + "[[feature]]\nname = \"gamma\"\nbit = 4\nsince = \"0.3.1\"\ndoc = \"x\"\n"}}},
        {"CONSTANT_SAME_VALUE", {{"value = 64", "value = 65"}}, {{"value = 64", "value = 0x40"}}},
        {"CONSTANT_NO_DELETE", {{LIMIT, ""}}, {}},
        {"ENUM_TYPE_NO_DELETE", {{SHAPE, ""}}, {}},
        {"CONVENTION_SAME", {{"arm_immediate = 0x5000", "arm_immediate = 0x5001"}}, {}},
        {"CONVENTION_SAME", {{"thumb_immediate = 0x50", "thumb_immediate = 0x51"}}, {}},
        {"CONVENTION_CLOBBERS", {{"[\"r9\"]", "[\"r9\", \"r8\"]"}}, {{"[\"r9\"]", "[]"}}},
        {"ABI_SAME_IDENTITY", {{"-000000000001\"", "-000000000002\""}}, {}},
        {"NOTE_SAME",
         {{"section = \".note.sample\"", "section = \".note.other\""}},
         {{"doc = \"The note.\"", "doc = \"A note.\""}}},
        {"BOOT_SAME_REGISTERS",
         {{"{ reg = \"r2\", doc = \"The tree.\" },", ""}},
         {{"{ reg = \"r2\", doc = \"The tree.\" },",
           "{ reg = \"r2\", doc = \"A tree.\" },\n{ reg = \"r3\", doc = \"More.\" },"}}},
        {"RESERVED_KEPT", {{RESERVED, ""}}, {{"doc = \"Never worked.\"", "doc = \"Withdrawn.\""}}},
    };
}

std::vector<rule_case> layout_cases() {
    return {
        {"STRUCT_NO_DELETE", {{LID, ""}}, {}},
        {"STRUCT_SAME_SIZE",
         {{"size = 8\nalign = 4", "size = 12\nalign = 4"},
          {"type = \"u32[2]\"", "type = \"u32[3]\""}},
         {}},
        {"STRUCT_SAME_ALIGN", {{"size = 8\nalign = 4", "size = 8\nalign = 8"}}, {}},
        {"FIELD_NO_DELETE",
         {{R"(type = "u32", writer = "hypervisor", since = "0.1.0", doc = "Level." })",
           R"(type = "u32", writer = "hypervisor", since = "0.1.0", doc = "Level.", reserved = true })"}},
         {}},
        {"FIELD_NO_DELETE",
         {{R"({ name = "level", offset = 4, type = "u32",)",
           R"({ name = "depth", offset = 4, type = "u16[2]",)"}},
         {}},
        {"FIELD_SAME_OFFSET",
         {{"name = \"kind\", offset = 0", "name = \"level\", offset = 0"},
          {"name = \"level\", offset = 4", "name = \"kind\", offset = 4"}},
         {}},
        {"FIELD_SAME_TYPE",
         {{"name = \"level\", offset = 4, type = \"u32\"",
           "name = \"level\", offset = 4, type = \"u16[2]\""}},
         {}},
        {"FIELD_SAME_WRITER",
         {{"offset = 4, type = \"u32\", writer = \"hypervisor\"",
           "offset = 4, type = \"u32\", writer = \"guest\""}},
         {}},
        {"FIELD_RESERVED_ZERO",
         {PATCH,
          {FREE,
           R"({ name = "lost", offset = 8, type = "u8[16]", writer = "hypervisor", since = "0.1.0", doc = "x" },)"}},
         {PATCH,
          {FREE,
           R"({ name = "won", offset = 8, type = "u64", writer = "guest", since = "0.3.1", doc = "x" },
           { name = "free", offset = 16, type = "u8[8]", writer = "hypervisor", since = "0.1.0", doc = "Zero.", reserved = true },)"}}},
        {"FIELD_RESERVED_ZERO",
         {PATCH,
          {MINE,
           R"({ name = "ours", offset = 24, type = "u64", writer = "hypervisor", since = "0.3.1", doc = "x" },)"}},
         {PATCH,
          {MINE,
           R"({ name = "ours", offset = 24, type = "u64", writer = "guest", since = "0.3.1", doc = "x" },)"}}},
        {"FIELD_SAME_NAME", {{"name = \"level\", offset", "name = \"depth\", offset"}}, {}},
        {"RANGE_SAME",
         {{"last = 0x0b00ffff", "last = 0x0b01ffff"}},
         {{"doc = \"The shelf.\"", "doc = \"A shelf.\""}}},
        {"RANGE_NO_DELETE", {{SHELF, ""}}, {}},
        {"RANGE_NO_NEW",
         {PATCH,
          {SHELF, SHELF +
                      "[[range]]\nname = \"more\"\nfirst = 0x0c000000\nlast = 0x0c00ffff\nspace = "
                      "\"guest_physical\"\nsince = \"0.3.1\"\ndoc = \"x\"\n"}},
         {}},
        {"CODE_SAME_BASE",
         {{"base = 0x001000", "base = 0x002000"}},
         {{"doc = \"SMC.\"", "doc = \"Secure.\""}}},
        {"CODE_SAME_BITS",
         {{"base = 0x001000\nbits = 4", "base = 0x001000\nbits = 3"},
          {"match = { mask = 0x0ffffff0, value = 0x01600070 }",
           "match = { mask = 0x0ffffff8, value = 0x01600070 }"},
          {"{ name = \"imm4\", from = 0, width = 4, to = 0 }",
           "{ name = \"imm4\", from = 0, width = 3, to = 0 }"}},
         {}},
        {"CODE_SAME_FIELDS",
         {{"{ name = \"spsr\", from = 22, width = 1, to = 4 }",
           "{ name = \"spsr\", from = 22, width = 1, to = 0 }"},
          {"{ name = \"rd\", from = 12, width = 4, to = 0 }",
           "{ name = \"rd\", from = 12, width = 4, to = 1 }"}},
         {}},
        {"CODE_SAME_MATCH", {{"value = 0x01600070", "value = 0x01400070"}}, {}},
        {"CODE_NO_DELETE",
         {{MONITOR, ""}},
         {PATCH, {MONITOR, reserve("code", "call_monitor", "0x1000")}}},
        {"CODE_SAME_NAME", {{"name = \"call_monitor\"", "name = \"monitor_call\""}}, {}},
        {"CODE_SAME_NAME", {{"name = \"imm4\"", "name = \"immediate\""}}, {}},
        {"PLANE_SAME_BASE", {{"arm_base = 0xc00000", "arm_base = 0x400000"}}, {}},
    };
}

std::vector<rule_case> version_cases() {
    const std::string added = WASH + new_call("rinse", "0x86000004", "0.3.1");
    return {
        {"SINCE_OF_ADDITION",
         {PATCH, {WASH, WASH + new_call("rinse", "0x86000004", "0.3.0")}},
         {PATCH, {WASH, added}}},
        {"VERSION_KEPT", {{RAISE_FROM, "version = \"0.2.9\""}}, {PATCH}},
        {"VERSION_ON_ADDITION",
         {{RAISE_FROM, "version = \"1.3.9\""},
          {WASH, WASH + new_call("rinse", "0x86000004", "1.3.9")}},
         {{RAISE_FROM, "version = \"1.4.0\""},
          {WASH, WASH + new_call("rinse", "0x86000004", "1.4.0")}},
         {{RAISE_FROM, "version = \"1.3.0\""}}},
        {"VERSION_ON_BREAK", {PATCH, {"bit = 3", "bit = 4"}}, {MINOR, {"bit = 3", "bit = 4"}}},
        {"VERSION_ON_BREAK",
         {{RAISE_FROM, "version = \"1.4.0\""}, {"bit = 3", "bit = 4"}},
         {{RAISE_FROM, "version = \"2.0.0\""}, {"bit = 3", "bit = 4"}},
         {{RAISE_FROM, "version = \"1.3.0\""}}},
    };
}

std::vector<rule_case> all_cases() {
    std::vector<rule_case> all;
    for (const auto& part : {call_cases(), number_cases(), layout_cases(), version_cases()}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

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

INSTANTIATE_TEST_SUITE_P(pairs, every_rule, testing::ValuesIn(all_cases()), case_name);

TEST(rules, each_has_a_pair) {
    std::set<std::string> tested;
    for (const rule_case& c : all_cases()) {
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
