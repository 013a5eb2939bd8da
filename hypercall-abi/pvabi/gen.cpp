// SPDX-License-Identifier: BSD-2-Clause
// pvabi gen: writes every generated file; those that did not change keep their time.
#include "generator/emit.hpp"
#include "pvabi/load.hpp"
#include "pvabi/verbs.hpp"
#include "toolkit/file.hpp"

namespace paravane::pvabi {
namespace {

using toolkit::exit_status;

exit_status run(const toolkit::invocation& i) {
    const auto d = load(i, find_description(i), exit_status::bad_input);
    const std::filesystem::path folder = i.text("out");
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    for (const abi_model::generated_file& file : abi_model::generate(d)) {
        const std::filesystem::path path = folder / file.name;
        if (const auto failed = toolkit::write_file_if_changed(path, file.content)) {
            throw toolkit::failure(
                exit_status::io_failure,
                {toolkit::severity::error, path.string(), {}, failed.message(), "IO"});
        }
        i.progress(path.string());
    }
    return exit_status::ok;
}

} // namespace

toolkit::verb gen_verb() {
    return {.name = "gen",
            .summary = "Write headers, stubs, dispatch table, reference and JSON.",
            .description = "Writes abi.h, stubs.h, plane.h (C89), abi.inc, plane.inc (GNU as and "
                           "clang), abi.hpp, dispatch.hpp, plane.hpp (C++20), abi.md and "
                           "abi.json. A file that would not change is left alone.",
            .operands = {},
            .options = {abi_option(),
                        {.name = "out",
                         .letter = 'o',
                         .argument = "DIR",
                         .doc = "Folder for the files; made if it does not exist.",
                         .value = toolkit::completes::directory,
                         .required = true}},
            .examples = {{"pvabi gen --out include/paravane",
                          "Make the headers for a kernel that is built outside of this tree."}},
            .run = run};
}

} // namespace paravane::pvabi
