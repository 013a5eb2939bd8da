// SPDX-License-Identifier: BSD-2-Clause
// pvabi check: does the description keep what an older one promised?
#include "compare/report.hpp"
#include "pvabi/load.hpp"
#include "pvabi/verbs.hpp"
#include "toolkit/file.hpp"

#include <cstdio>

namespace paravane::pvabi {
namespace {

using toolkit::exit_status;
using report_function = std::string (*)(const compare::verdict&, const compare::report_context&);

constexpr std::pair<std::string_view, report_function> FORMATS[] = {
    {"text", compare::text_report},     {"json", compare::json_report},
    {"sarif", compare::sarif_report},   {"junit", compare::junit_report},
    {"github", compare::github_report},
};

report_function format_of(std::string_view name) {
    for (const auto& [format, function] : FORMATS) {
        if (format == name) {
            return function;
        }
    }
    return compare::text_report;
}

/// CI systems want paths from the top of the repository; people, the path that they gave.
std::string shown_name(const std::filesystem::path& path, std::string_view format) {
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::weakly_canonical(path, error);
    if (format == "text" || error) {
        return path.lexically_normal().string();
    }
    for (auto folder = absolute.parent_path(); folder != folder.root_path();
         folder = folder.parent_path()) {
        if (std::filesystem::exists(folder / ".git", error)) {
            return absolute.lexically_relative(folder).string();
        }
    }
    return absolute.filename().string();
}

void write(const toolkit::invocation& i, const std::string& report) {
    if (!i.has("output")) {
        std::fwrite(report.data(), 1, report.size(), stdout);
        return;
    }
    const std::string path = i.text("output");
    if (const auto failed = toolkit::write_file_atomic(path, report)) {
        throw toolkit::failure(exit_status::could_not_run,
                               {toolkit::severity::error, path, {}, failed.message(), "IO"});
    }
}

void summarize(const toolkit::invocation& i, const compare::verdict& v,
               const compare::report_context& about) {
    size_t errors = 0;
    for (const compare::judged_finding& f : v.findings) {
        errors += f.outcome == compare::outcome::error ? 1 : 0;
    }
    i.report({toolkit::severity::note,
              about.file,
              {},
              "version " + about.version + " against " + about.baseline + ": " +
                  std::to_string(errors) + " errors, " +
                  std::to_string(v.findings.size() - errors) + " allowed or waived, " +
                  std::to_string(v.additions.size()) + " additions",
              {}});
}

exit_status run(const toolkit::invocation& i) {
    const std::filesystem::path path = find_description(i);
    const auto after = load(i, path, exit_status::could_not_run);
    const auto before = load_baseline(i, i.text("against"), path);
    compare::options how;
    how.category = *compare::parse_category(i.text("category"));
    how.strict = i.has("strict");
    const compare::verdict v = compare::judge(before, after, how);
    const compare::report_context about{shown_name(path, i.text("format")), after.abi.version_text,
                                        before.abi.version_text, toolkit::tool_version()};
    write(i, format_of(i.text("format"))(v, about));
    i.report(v.remarks);
    summarize(i, v, about);
    return v.compatible ? exit_status::ok : exit_status::breaking;
}

} // namespace

toolkit::verb check_verb() {
    return {.name = "check",
            .summary = "Tell whether guests built for an older description still run.",
            .description =
                "Compares the description with an older one, rule by rule. A break is an error "
                "unless the version announces it (a new major; before 1.0 a new minor) or a "
                "[[waiver]] names rule and item. Status 0 if compatible, 100 if not, 101 if the "
                "comparison could not be made.",
            .options = {abi_option(),
                        {.name = "against",
                         .argument = "BASELINE",
                         .doc = "The older description: a file in TOML or normalized JSON, or a "
                                "git revision that holds the same file.",
                         .value = toolkit::completes::file,
                         .required = true},
                        {.name = "category",
                         .argument = "CATEGORY",
                         .doc = "WIRE: traps and registers. LAYOUT: also shared memory. SOURCE: "
                                "also names.",
                         .fallback = "SOURCE",
                         .choices = {"WIRE", "LAYOUT", "SOURCE"}},
                        {.name = "strict",
                         .doc = "Report breaks as errors even where the version admits them."},
                        {.name = "format",
                         .argument = "FORMAT",
                         .doc = "Form of the report.",
                         .fallback = "text",
                         .choices = {"text", "json", "sarif", "junit", "github"}},
                        {.name = "output",
                         .letter = 'o',
                         .argument = "FILE",
                         .doc = "Write the report there instead of to stdout.",
                         .value = toolkit::completes::file}},
            .examples = {{"pvabi check --against hypercall-abi/releases/0.1.0.json",
                          "Check the tree against a released version."},
                         {"pvabi check --against origin/main --format github",
                          "In a workflow: annotate the lines of a pull request."}},
            .run = run};
}

} // namespace paravane::pvabi
