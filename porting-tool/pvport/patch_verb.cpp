// SPDX-License-Identifier: BSD-2-Clause
// pvport patch: level 0 in place, over census/patch.hpp.
#include "support.hpp"
#include "verbs.hpp"

#include "census/patch.hpp"
#include "report/terminal.hpp"
#include "report/writers.hpp"
#include "toolkit/file.hpp"

#include <charconv>
#include <cstdio>

namespace paravane::port {
namespace {

using toolkit::exit_status;

uint32_t page_of(const toolkit::invocation& i) {
    const std::string text = i.text("vcpu-page");
    if (text.empty())
        return 0;
    uint32_t page = 0;
    const char* end = text.data() + text.size();
    const bool hex = text.substr(0, 2) == "0x";
    const auto read = std::from_chars(text.data() + (hex ? 2 : 0), end, page, 16);
    if (read.ptr != end || read.ec != std::errc{} || (page & 0xfff) != 0 || page == 0)
        give_up_usage("--vcpu-page " + text + ": give a page-aligned address such as 0xffc00000");
    return page;
}

exit_status run(const toolkit::invocation& i) {
    const auto image = require(elf_image::open(i.operands().front()));
    const bool wants_report = i.has("report");
    const patch_options options = {.census = {.lines = wants_report, .text = wants_report},
                                   .vcpu_page = page_of(i)};
    auto result = require(patch(image, options));
    const std::string_view bytes(reinterpret_cast<const char*>(result.bytes.data()),
                                 result.bytes.size());
    if (const auto error = toolkit::write_file_atomic(i.text("output"), bytes))
        give_up({i.text("output") + ": cannot write: " + error.message(), 4});
    for (const std::string& note : result.notes)
        i.report({toolkit::severity::note, {}, {}, note, "PORT_NOTE"});
    if (i.verbosity() >= 0)
        std::fputs(patch_summary(image.path(), result).c_str(), stderr);
    if (!wants_report)
        return exit_status::ok;
    report all;
    all.tree = image.path();
    all.objects = std::move(result.replaced);
    all.notes = std::move(result.notes);
    all.objects_read = 1;
    const std::string path = i.text("report");
    if (const auto error = toolkit::write_file_atomic(path, write_report(all, "json")))
        give_up({path + ": cannot write: " + error.message(), 4});
    return exit_status::ok;
}

} // namespace

toolkit::verb patch_verb() {
    return {.name = "patch",
            .summary = "Trap every sensitive instruction of a linked kernel, without its source.",
            .description =
                "Replaces each sensitive instruction by a trap of the same size and condition and "
                "adds .note.paravane; what has no code of its own goes through .paravane.insns. "
                "Nothing else changes; a second run changes nothing. The output is written whole "
                "or not at all and may be the input.",
            .operands = {"ELF", "The linked kernel.", 1, 1, toolkit::completes::file},
            .options = {{.name = "output",
                         .letter = 'o',
                         .argument = "FILE",
                         .doc = "The patched kernel.",
                         .value = toolkit::completes::file,
                         .required = true},
                        {.name = "vcpu-page",
                         .argument = "ADDRESS",
                         .doc = "Virtual address of the vCPU page for the note; the ABI's default "
                                "unless given."},
                        {.name = "report",
                         .argument = "FILE",
                         .doc = "Write every replaced site as JSON.",
                         .value = toolkit::completes::file}},
            .examples = {{"pvport patch vmlinux -o vmlinux.pv", "Make a level-0 guest."}},
            .run = run};
}

} // namespace paravane::port
