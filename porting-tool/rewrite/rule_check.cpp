// SPDX-License-Identifier: BSD-2-Clause
// A tree of one file a test, planned by the one rule alone.
#include "rule_check.hpp"

#include "plan.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace paravane::port {
namespace fs = std::filesystem;
namespace {

class scratch {
public:
    scratch() {
        std::string pattern = (fs::temp_directory_path() / "pvport-rule-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr)
            path_ = fs::canonical(pattern);
    }
    ~scratch() {
        std::error_code ignored;
        if (!path_.empty())
            fs::remove_all(path_, ignored);
    }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// input.c, input.S or input.cpp, whichever is there.
std::optional<fs::path> test_file(const fs::path& folder, const std::string& name) {
    std::error_code ignored;
    for (const char* suffix : {".c", ".S", ".cpp"})
        if (fs::exists(folder / (name + suffix), ignored))
            return folder / (name + suffix);
    return std::nullopt;
}

/// A name that the rule's globs take.
std::string name_in_tree(const rule& one, const std::string& suffix) {
    std::string first;
    for (const std::string& glob : one.files) {
        std::string name;
        for (size_t i = 0; i < glob.size(); ++i)
            if (glob[i] != '*' && glob[i] != '?')
                name += glob[i];
            else if (i == 0 || glob[i - 1] != '*')
                name += 'x';
        if (name.ends_with(suffix))
            return name;
        if (first.empty())
            first = name;
    }
    return (first.empty() ? "x" : first) + suffix;
}

class checker {
public:
    checker(const std::vector<std::string>& roots, const rule& one) : roots_(roots), rule_(one) {}

    rule_check run() {
        check_.rule = rule_.id;
        folder_ = fs::path(rule_.path).replace_extension(".test");
        const auto input = test_file(folder_, "input");
        const auto miss = test_file(folder_, "miss");
        if (!input || !miss) {
            problem(folder_.string() + ": wants input.c and miss.c, or .S or .cpp");
            return check_;
        }
        fires_on(*input);
        stays_silent_on(*miss);
        return check_;
    }

private:
    void problem(std::string text) { check_.problems.push_back(std::move(text)); }

    std::optional<port_plan> plan_of(const fs::path& test, const std::string& name) {
        const auto text = read_file(test.string());
        std::error_code error;
        fs::create_directories((tree_.path() / name).parent_path(), error);
        std::ofstream(tree_.path() / name, std::ios::binary) << (text ? *text : std::string{});
        plan_request request;
        request.tree = tree_.path().string();
        request.rules_roots = roots_;
        request.guest = rule_.guest;
        request.only_rule = rule_.id;
        request.level = static_cast<int>(rule_.level);
        request.database.files = {(tree_.path() / name).string()};
        request.database.flags = {"--target=arm-linux-gnueabi", "-march=armv7-a"};
        auto plan = make_plan(request);
        if (plan)
            return std::move(*plan);
        problem(test.string() + ": " + plan.error().message);
        return std::nullopt;
    }

    size_t hits(const port_plan& plan) const {
        return static_cast<size_t>(
            std::count_if(plan.sites.begin(), plan.sites.end(),
                          [&](const source_site& site) { return site.rule == rule_.id; }));
    }

    void fires_on(const fs::path& input) {
        const std::string name = name_in_tree(rule_, input.extension().string());
        const auto plan = plan_of(input, name);
        if (!plan)
            return;
        if (const size_t count = hits(*plan); count != 1)
            problem(input.string() + ": the rule takes " + std::to_string(count) +
                    " sites there, not one");
        if (rule_.subject == rule_subject::text || rule_.action != rule_action::rewrite)
            return;
        const auto expected =
            read_file((folder_ / ("expected" + input.extension().string())).string());
        if (!expected)
            return problem(expected.error().message);
        const auto file = plan->edits.files().find((tree_.path() / name).string());
        const std::string got =
            file == plan->edits.files().end() ? std::string{} : edited(file->second);
        if (got != *expected)
            problem(input.string() + ": becomes other text than expected" +
                    input.extension().string() + ":\n" + got);
    }

    void stays_silent_on(const fs::path& miss) {
        const auto plan = plan_of(miss, name_in_tree(rule_, miss.extension().string()));
        if (plan && hits(*plan) != 0)
            problem(miss.string() + ": the rule takes what it should leave alone");
    }

    const std::vector<std::string>& roots_;
    const rule& rule_;
    fs::path folder_;
    scratch tree_;
    rule_check check_;
};

} // namespace

outcome<std::vector<rule_check>> check_rules(const std::vector<std::string>& roots,
                                             const std::string& guest, const std::string& name) {
    const auto rules = load_rules(roots, guest);
    if (!rules)
        return rules.error();
    std::vector<rule_check> checks;
    for (const rule& one : rules->rules)
        if (one.guest == guest && one.subject != rule_subject::overlay &&
            (name.empty() || one.id == guest + "/" + name))
            checks.push_back(checker(roots, one).run());
    if (checks.empty() && !name.empty())
        return failure{guest + ": no rule '" + name + "' that has a test", 2};
    return checks;
}

} // namespace paravane::port
