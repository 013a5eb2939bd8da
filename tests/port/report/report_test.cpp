// SPDX-License-Identifier: BSD-2-Clause
// Reports: JSON comes back as it went, merging is exact, SARIF and HTML hold
// each site and survive hostile names, the summary counts.
#include "census/account.hpp"
#include "census/classify.hpp"
#include "report/terminal.hpp"
#include "report/writers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace paravane::port::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

object_site site(const std::string& object, uint64_t address, uint32_t word) {
    object_site s;
    s.object = object;
    s.section = ".text";
    s.function = "f";
    s.address = address;
    s.encoding = word;
    const auto c = classify_arm(word);
    s.what = c.what;
    s.cls = c.cls;
    s.reason = c.reason;
    s.text = "text of <it> & \"more\"";
    return s;
}

report sample() {
    report all;
    all.tree = "/tree";
    all.configuration = "one";
    all.objects_read = 2;
    all.instructions = 1234567;
    all.notes = {"a note"};
    all.objects = {site("/tree/a/x.o", 4, 0xf10c0080), site("/tree/a/x.o", 8, 0xee110f10),
                   site("/tree/b/y.o", 0, 0xee1d0f70)};
    all.objects[0].place = {"/tree/a/x.c", 12};
    all.objects[0].level = port_level::inlined;
    all.objects[0].fate = disposition::rewritten;
    all.objects[0].rule = "generic-arm/irq-disable";
    all.objects[0].edit = "-cpsid i\n+call\n</script><script>alert(1)</script>";
    source_site source;
    source.place = {"/tree/a/x.c", 30};
    source.text = "#define INITIAL_SPSR 0x1f";
    source.category = "mode-constant";
    source.fate = disposition::by_hand;
    source.reason = "a mode as data";
    source.identities = {1, 0xffffffff};
    source.assembly = true;
    source.open = {kind::cp15, kind::vfp_system};
    all.sources = {source};
    return all;
}

TEST(report_json, comes_back_as_it_went) {
    const report before = sample();
    const std::string text = to_json(before);
    const auto after = parse_report(text, "r.json");
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(to_json(*after), text);
    EXPECT_EQ(after->objects[0].place, before.objects[0].place);
    EXPECT_EQ(after->objects[0].level, before.objects[0].level);
    EXPECT_EQ(after->sources[0].identities, before.sources[0].identities);
    EXPECT_EQ(after->sources[0].open, before.sources[0].open);
    EXPECT_TRUE(after->sources[0].assembly);
}

TEST(report_json, refuses_what_it_did_not_write) {
    const std::string good = to_json(sample());
    auto replaced = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        return text;
    };
    const std::pair<std::string, const char*> cases[] = {
        {"", "not a JSON report"},
        {good.substr(0, good.size() / 2), "not a JSON report"},
        {"[]", "not a JSON report"},
        {"{}", "schema"},
        {replaced("report-1", "report-9"), "schema"},
        {replaced("\"objects\"", "\"object_\""), "'objects' is missing"},
        {replaced("\"kind\": \"cps\"", "\"kind\": \"cpx\""), "wrong 'kind'"},
        {replaced("\"address\": 4", "\"address\": -4"), "wrong 'address'"},
        {replaced("\"level\": 1", "\"level\": 7"), "wrong 'level'"},
        {replaced("\"disposition\": \"rewritten\"", "\"disposition\": 3"), "wrong 'disposition'"},
    };
    for (const auto& [text, message] : cases) {
        const auto read = parse_report(text, "r.json");
        ASSERT_FALSE(read) << message;
        EXPECT_THAT(read.error().message, HasSubstr(message));
        EXPECT_THAT(read.error().message, testing::StartsWith("r.json: "));
        EXPECT_EQ(read.error().status, 3);
    }
}

TEST(report_merge, keeps_each_site_once) {
    report first = sample();
    report second = sample();
    second.objects.erase(second.objects.begin());
    second.objects.push_back(site("/tree/c/z.o", 0, 0xf10c0080));
    const auto all = merge_reports({first, second});
    ASSERT_TRUE(all);
    EXPECT_EQ(all->objects.size(), 4u);
    EXPECT_EQ(all->sources.size(), 1u);
    EXPECT_EQ(all->notes.size(), 1u);
    EXPECT_EQ(all->objects_read, 4u);
    second.tree = "/other";
    EXPECT_THAT(merge_reports({first, second}).error().message, HasSubstr("/other"));
    second = sample();
    second.configuration = "two";
    EXPECT_FALSE(merge_reports({first, second}));
}

TEST(report_sarif, has_a_result_for_each_site) {
    report all = sample();
    all.objects[0].place.file = "/tree/a folder/\xc3\xa4.c";
    const json root = json::parse(to_sarif(all));
    EXPECT_EQ(root["version"], "2.1.0");
    const json& results = root["runs"][0]["results"];
    ASSERT_EQ(results.size(), 4u);
    const json& where = results[0]["locations"][0]["physicalLocation"];
    EXPECT_EQ(where["artifactLocation"]["uri"], "/tree/a%20folder/%C3%A4.c");
    EXPECT_EQ(where["region"]["startLine"], 12);
    EXPECT_EQ(results[0]["level"], "note");
    EXPECT_EQ(results[1]["level"], "error");
    EXPECT_FALSE(results[1]["locations"][0]["physicalLocation"].contains("region"));
    for (const json& result : results) {
        bool known = false;
        for (const json& rule : root["runs"][0]["tool"]["driver"]["rules"])
            known |= rule["id"] == result["ruleId"];
        EXPECT_TRUE(known) << result["ruleId"];
    }
}

TEST(report_html, is_self_contained_and_keeps_data_apart) {
    const std::string page = to_html(sample());
    EXPECT_THAT(page, testing::StartsWith("<!DOCTYPE html>"));
    for (const char* outside : {"http://", "https://", "src=", "@import", "<link", "fetch("})
        EXPECT_THAT(page, Not(HasSubstr(outside)));
    size_t scripts = 0;
    for (size_t at = 0; (at = page.find("</script>", at)) != std::string::npos; ++at)
        ++scripts;
    EXPECT_EQ(scripts, 2u) << "data must not close its element";
    const std::string mark = "id=\"data\">";
    const size_t begin = page.find(mark) + mark.size();
    const json data = json::parse(page.substr(begin, page.find("</script>") - begin));
    EXPECT_EQ(data["rows"].size(), 4u);
    EXPECT_EQ(data["strings"][data["rows"][0][0].get<size_t>()], "a/x.c");
    EXPECT_EQ(data["rows"][0][1], 12);
}

TEST(report_terminal, counts_by_class_folder_and_outcome) {
    const std::string text = scan_summary(sample());
    EXPECT_THAT(text, HasSubstr("2 files, 1,234,567 instructions, 3 sites"));
    EXPECT_THAT(text, HasSubstr("        1  silent"));
    EXPECT_THAT(text, HasSubstr("        2  a\n"));
    EXPECT_THAT(text, HasSubstr("        1  b\n"));
    EXPECT_THAT(text, HasSubstr("        1  handled at level 1"));
    EXPECT_THAT(text, HasSubstr("looked at\n        1  mode-constant\n"));
}

source_site source(const std::string& file, unsigned line, uint32_t word, port_level level) {
    source_site s;
    s.place = {file, line};
    s.identities = {identity_of(isa::arm, word)};
    s.fate = disposition::rewritten;
    s.level = level;
    s.rule = file;
    return s;
}

TEST(account, finds_the_nearest_source_of_each_instruction) {
    report all;
    all.objects = {site("x.o", 0, 0x1e11af10), site("x.o", 4, 0xee110f10),
                   site("y.o", 0, 0xee11ef10), site("y.o", 4, 0xee120f10),
                   site("y.o", 8, 0xee1d0f70)};
    all.objects[0].place = {"/t/./a.h", 5};
    all.objects[1].unit = "/t/x.S";
    all.sources = {source("/t/x.S", 7, 0xee110f10, port_level::trap),
                   source("/t/a.h", 5, 0xee113f10, port_level::inlined),
                   source("/t/a.h", 6, 0xee110f10, port_level::trap)};
    account(all);
    EXPECT_EQ(all.objects[0].rule, "/t/a.h");
    EXPECT_EQ(all.objects[0].level, port_level::inlined);
    EXPECT_EQ(all.objects[1].rule, "/t/x.S");
    EXPECT_EQ(all.objects[1].place.line, 7u);
    EXPECT_EQ(all.objects[2].fate, disposition::rewritten);
    EXPECT_EQ(all.objects[3].fate, disposition::unmentioned);
    EXPECT_EQ(all.objects[4].fate, disposition::harmless);
    EXPECT_EQ(unmentioned(all), 1u);
}

TEST(account, takes_no_source_that_the_object_was_not_made_from) {
    report all;
    all.objects = {site("/nowhere/x.o", 0, 0xf10c0080)};
    source_site source;
    source.place = {"/tree/h.h", 3};
    source.identities = {identity_of(isa::arm, 0xf10c0080)};
    source.fate = disposition::trap;
    all.sources = {source};
    account(all);
    EXPECT_EQ(unmentioned(all), 0u) << "nothing says what the object was made from";
    all.objects = {site("/", 0, 0xf10c0080)};
    all.origins["/"] = {"/tree/x.c", {"/tree/other.h"}};
    account(all);
    EXPECT_EQ(unmentioned(all), 1u);
    all.origins["/"].reads.push_back("/tree/zz.h");
    all.origins["/"].reads.insert(all.origins["/"].reads.begin(), "/tree/h.h");
    account(all);
    EXPECT_EQ(unmentioned(all), 0u);
}

TEST(account, takes_no_source_of_c_for_assembly_nor_the_other_way) {
    report all;
    source_site source;
    source.place = {"/tree/h.h", 3};
    source.identities = {identity_of(isa::arm, 0xf10c0080)};
    source.fate = disposition::trap;
    for (const bool assembly : {false, true})
        for (const char* unit : {"/tree/x.c", "/tree/x.S"}) {
            all.objects = {site("/nowhere/x.o", 0, 0xf10c0080)};
            all.objects[0].unit = unit;
            source.assembly = assembly;
            all.sources = {source};
            account(all);
            EXPECT_EQ(unmentioned(all), std::string(unit).ends_with(".S") == assembly ? 0u : 1u);
        }
}

TEST(account, takes_a_source_with_open_operands_when_no_exact_one_is_there) {
    report all;
    all.objects = {site("x.o", 0, 0xe321f0d7)};
    source_site source;
    source.place = {"/tree/x.S", 3};
    source.identities = {identity_of(isa::arm, 0xe321f013)};
    source.fate = disposition::trap;
    all.sources = {source};
    account(all);
    EXPECT_EQ(unmentioned(all), 1u) << "another constant is another instruction";
    all.sources[0].open = {kind::msr_cpsr};
    account(all);
    EXPECT_EQ(unmentioned(all), 0u);
}

TEST(account, without_sources_level_zero_holds_everything) {
    report all;
    all.objects = {site("x.o", 0, 0xf10c0080), site("x.o", 4, 0xee1d0f70)};
    account(all);
    EXPECT_EQ(all.objects[0].fate, disposition::trap);
    EXPECT_EQ(all.objects[1].fate, disposition::harmless);
}

} // namespace
} // namespace paravane::port::test
