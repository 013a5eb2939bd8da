// SPDX-License-Identifier: BSD-2-Clause
// The reports: SARIF within the rules that GitHub enforces, JUnit and workflow
// commands with their escapes, text as promised.
#include "compare/report.hpp"

#include "mutation.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

namespace {

using namespace paravane;
using namespace paravane::compare;
using nlohmann::json;
using testing::HasSubstr;

struct judged {
    verdict v;
    report_context about;
};

judged sample() {
    const auto before = test::parsed(test::sample_text());
    const auto after = test::parsed(test::edited(
        test::sample_text(), {{"id = 0x86000002", "id = 0x86000004"},
                              {"[[enum]]\nname = \"shape\"", "[[enum]]\nname = \"form\""}}));
    return {
        judge(before, after, {}),
        {"hypercall-abi/my abi,1.toml", after.abi.version_text, before.abi.version_text, "0.1.0"}};
}

TEST(text, points_at_the_line) {
    const judged s = sample();
    EXPECT_THAT(
        text_report(s.v, s.about),
        testing::ContainsRegex("\nhypercall-abi/my abi,1.toml:[0-9]+:6: error: call wash: id "
                               "changed 0x86000002 -> 0x86000004 .CALL_SAME_ID. "
                               ".baseline 0.3.0."));
}

TEST(json_form, holds_every_finding) {
    const judged s = sample();
    const json j = json::parse(json_report(s.v, s.about));
    EXPECT_FALSE(j.at("compatible").get<bool>());
    EXPECT_EQ(j.at("findings").size(), s.v.findings.size());
    EXPECT_EQ(j.at("findings")[0].at("category"), "SOURCE");
}

void check_rule(const json& r) {
    EXPECT_LE(r.at("id").get<std::string>().size(), 255U);
    for (const char* key : {"shortDescription", "fullDescription"}) {
        const auto text = r.at(key).at("text").get<std::string>();
        EXPECT_FALSE(text.empty());
        EXPECT_LE(text.size(), 1024U);
    }
    EXPECT_FALSE(r.at("help").at("text").get<std::string>().empty());
    EXPECT_LE(r.at("properties").at("tags").size(), 20U);
}

void check_result(const json& r, const json& rules) {
    EXPECT_EQ(rules.at(r.at("ruleIndex").get<size_t>()).at("id"), r.at("ruleId"));
    EXPECT_TRUE((std::set<std::string>{"none", "note", "warning", "error"})
                    .contains(r.at("level").get<std::string>()));
    EXPECT_FALSE(r.at("message").at("text").get<std::string>().empty());
    ASSERT_EQ(r.at("locations").size(), 1U);
    const json& place = r.at("locations")[0].at("physicalLocation");
    const auto uri = place.at("artifactLocation").at("uri").get<std::string>();
    EXPECT_TRUE(std::regex_match(uri, std::regex("([A-Za-z0-9._~/-]|%[0-9A-F]{2})+"))) << uri;
    EXPECT_FALSE(uri.starts_with("/"));
    EXPECT_GE(place.at("region").at("startLine").get<int>(), 1);
    EXPECT_GE(place.at("region").at("startColumn").get<int>(), 1);
    EXPECT_FALSE(r.at("partialFingerprints").empty());
}

TEST(sarif, keeps_the_rules_that_github_enforces) {
    const judged s = sample();
    const json log = json::parse(sarif_report(s.v, s.about));
    EXPECT_EQ(log.at("version"), "2.1.0");
    EXPECT_THAT(log.at("$schema").get<std::string>(), HasSubstr("sarif-2.1.0"));
    ASSERT_EQ(log.at("runs").size(), 1U);
    const json& run = log.at("runs")[0];
    const json& driver = run.at("tool").at("driver");
    EXPECT_EQ(driver.at("name"), "pvabi");
    EXPECT_TRUE(std::regex_match(driver.at("semanticVersion").get<std::string>(),
                                 std::regex("[0-9]+\\.[0-9]+\\.[0-9]+")));
    std::set<std::string> ids;
    for (const json& r : driver.at("rules")) {
        check_rule(r);
        EXPECT_TRUE(ids.insert(r.at("id")).second);
    }
    EXPECT_EQ(run.at("results").size(), s.v.findings.size());
    for (const json& r : run.at("results")) {
        check_result(r, driver.at("rules"));
    }
}

TEST(sarif, a_fingerprint_survives_moved_lines) {
    const auto before = test::parsed(test::sample_text());
    const std::string text = test::edited(test::sample_text(), {{"bit = 3", "bit = 4"}});
    const report_context about{"a.toml", "0.3.0", "0.3.0", "0.1.0"};
    const auto prints = [&](const std::string& changed) {
        const json log = json::parse(sarif_report(judge(before, test::parsed(changed), {}), about));
        return log["runs"][0]["results"][0]["partialFingerprints"];
    };
    EXPECT_EQ(prints(text), prints("# one more line\n" + text));
}

TEST(sarif, an_empty_report_has_an_empty_list) {
    const auto d = test::parsed(test::sample_text());
    const json log = json::parse(sarif_report(judge(d, d, {}), {"a", "0.3.0", "0.3.0", "0.1.0"}));
    EXPECT_TRUE(log["runs"][0]["results"].is_array());
    EXPECT_TRUE(log["runs"][0]["results"].empty());
}

TEST(junit, one_case_per_rule_and_balanced) {
    const judged s = sample();
    const std::string xml = junit_report(s.v, s.about);
    const std::regex any_case("<testcase ");
    const std::regex failure("<failure ");
    const auto count = [&](const std::regex& what) {
        return std::distance(std::sregex_iterator(xml.begin(), xml.end(), what),
                             std::sregex_iterator());
    };
    EXPECT_EQ(static_cast<size_t>(count(any_case)), rules().size());
    EXPECT_THAT(xml, HasSubstr("failures=\"" + std::to_string(count(failure)) + "\""));
    EXPECT_EQ(count(failure), count(std::regex("</failure>")));
    EXPECT_THAT(xml, HasSubstr("0x86000002 -&gt; 0x86000004"));
}

TEST(github, escapes_what_a_workflow_command_would_read) {
    const judged s = sample();
    const std::string out = github_report(s.v, s.about);
    EXPECT_THAT(out, HasSubstr("::error file=hypercall-abi/my abi%2C1.toml,line="));
    EXPECT_THAT(out, HasSubstr(",title=CALL_SAME_ID::call wash: id changed"));
    verdict v;
    v.findings.push_back({{&rules()[0], "50%\nitem", "text", {}}, outcome::error});
    EXPECT_THAT(github_report(v, s.about), HasSubstr("line=1,col=1,"));
    EXPECT_THAT(github_report(v, s.about), HasSubstr("50%25%0Aitem"));
}

} // namespace
