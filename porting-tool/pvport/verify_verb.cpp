// SPDX-License-Identifier: BSD-2-Clause
// pvport verify: the gate over census/verify.hpp.
#include "support.hpp"
#include "verbs.hpp"

#include "census/verify.hpp"
#include "report/terminal.hpp"
#include "report/writers.hpp"

#include <cstdio>

namespace paravane::port {
namespace {

using toolkit::exit_status;

/// One line a finding: where, what, why.
std::string line_of(const verify_finding& finding) {
    return place_of(finding.site) + ": " + describe(finding.site) + ": " + finding.problem + "\n";
}

report as_report(const elf_image& image, verify_result&& result) {
    report all;
    all.tree = image.path();
    all.objects_read = 1;
    all.instructions = result.instructions;
    all.notes = std::move(result.notes);
    for (verify_finding& finding : result.findings) {
        finding.site.reason =
            finding.problem + (finding.site.reason.empty() ? "" : ": ") + finding.site.reason;
        all.objects.push_back(std::move(finding.site));
    }
    return all;
}

void print_text(const toolkit::invocation& i, const verify_result& result) {
    std::string text;
    for (const verify_finding& finding : result.findings)
        text += line_of(finding);
    write_output(i, text);
    for (const std::string& note : result.notes)
        i.report({toolkit::severity::note, {}, {}, note, "PORT_NOTE"});
}

exit_status run(const toolkit::invocation& i) {
    const auto image = require(elf_image::open(i.operands().front()));
    allow_list list;
    if (i.has("allow"))
        list = require(read_allow_list(i.text("allow")));
    auto result = require(verify(image, list, {.lines = true, .text = true}));
    const bool clean = result.findings.empty();
    const std::string summary = verify_summary(image.path(), result);
    const std::string format = i.text("format");
    if (format == "text")
        print_text(i, result);
    else
        write_output(i, write_report(as_report(image, std::move(result)), format));
    if (i.verbosity() >= 0)
        std::fputs(summary.c_str(), stderr);
    return clean ? exit_status::ok : exit_status::not_clean;
}

} // namespace

toolkit::verb verify_verb() {
    return {.name = "verify",
            .summary = "Fail when a kernel holds a sensitive instruction that nothing excuses.",
            .description =
                "Decodes every instruction of a linked kernel or object, whatever toolchain made "
                "it; data is told apart by mapping symbols. Silent instructions are excused only "
                "in code that provably nothing reaches. Harmless ones are counted.",
            .operands = {"ELF", "The kernel.", 1, 1, toolkit::completes::file},
            .options = {{.name = "allow",
                         .argument = "FILE",
                         .doc = "Allow-list: TOML tables [[allow]] with function, encoding, "
                                "reason, and [[unreached]] with function or section, reason.",
                         .value = toolkit::completes::file},
                        {.name = "format",
                         .argument = "FORMAT",
                         .doc = "How to list what is found.",
                         .fallback = "text",
                         .choices = {"text", "json", "sarif", "html"}},
                        output_option()},
            .examples = {{"pvport verify vmlinux", "List what would not work in User mode."},
                         {"pvport verify --allow allow.toml vmlinux", "The gate of a port."}},
            .run = run};
}

} // namespace paravane::port
