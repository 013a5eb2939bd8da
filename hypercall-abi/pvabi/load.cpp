// SPDX-License-Identifier: BSD-2-Clause
// Finds and reads descriptions; git is asked for old ones.
#include "pvabi/load.hpp"

#include "generator/read.hpp"
#include "toolkit/file.hpp"
#include "toolkit/process.hpp"

namespace paravane::pvabi {
namespace {

namespace fs = std::filesystem;
using toolkit::exit_status;
using toolkit::failure;
using toolkit::severity;

abi_model::description parse(const toolkit::invocation& i, const std::string& text,
                             const std::string& name, exit_status malformed) {
    toolkit::diagnostics messages;
    auto d = abi_model::read_any(text, name, messages);
    if (d) {
        i.report(messages);
        return std::move(*d);
    }
    const toolkit::diagnostic last = messages.back();
    messages.pop_back();
    i.report(messages);
    throw failure(malformed, last);
}

std::string read(const fs::path& path, exit_status failed) {
    std::error_code error;
    std::string text = toolkit::read_file(path, error);
    if (error) {
        throw failure(failed, {severity::error, path.string(), {}, error.message(), "IO"});
    }
    return text;
}

std::string git(const fs::path& folder, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-C", folder.string()});
    const auto result = toolkit::run_process(arguments);
    if (!result || result->status != 0) {
        std::string why = result ? result->errors : "git cannot be started";
        why = why.substr(0, why.find('\n'));
        throw failure(exit_status::could_not_run, {severity::error, {}, {}, why, "BASELINE"});
    }
    return result->output;
}

std::string without_newline(std::string text) {
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

} // namespace

toolkit::option abi_option() {
    return {.name = "abi",
            .argument = "FILE",
            .doc = "The description, in TOML or normalized JSON. Default: "
                   "hypercall-abi/paravane.toml of the tree around this folder, else the "
                   "installed one.",
            .value = toolkit::completes::file};
}

namespace {

/// The description of the source tree that the path lies in.
std::optional<fs::path> description_above(const fs::path& path) {
    std::error_code error;
    for (fs::path folder = path; !folder.empty(); folder = folder.parent_path()) {
        const fs::path candidate = folder / "hypercall-abi" / "paravane.toml";
        if (fs::exists(candidate, error)) {
            return candidate;
        }
        if (folder == folder.root_path()) {
            break;
        }
    }
    return std::nullopt;
}

} // namespace

fs::path find_description(const toolkit::invocation& i) {
    if (i.has("abi")) {
        return i.text("abi");
    }
    std::error_code error;
    const fs::path here = fs::current_path(error);
    if (const auto found = description_above(here)) {
        return fs::relative(*found, here, error);
    }
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    fs::path installed = program.parent_path().parent_path() / "share/paravane/abi/paravane.toml";
    if (fs::exists(installed, error)) {
        return installed;
    }
    if (const auto found = description_above(program)) {
        return *found;
    }
    throw failure(exit_status::io_failure,
                  {severity::error, {}, {}, "no description found; name one with --abi", "IO"});
}

abi_model::description load(const toolkit::invocation& i, const fs::path& path,
                            exit_status malformed) {
    const exit_status unreadable =
        malformed == exit_status::could_not_run ? malformed : exit_status::io_failure;
    return parse(i, read(path, unreadable), path.string(), malformed);
}

abi_model::description load_baseline(const toolkit::invocation& i, const std::string& against,
                                     const fs::path& path) {
    std::error_code error;
    if (fs::exists(against, error)) {
        return parse(i, read(against, exit_status::could_not_run), against,
                     exit_status::could_not_run);
    }
    const fs::path absolute = fs::absolute(path, error);
    const fs::path folder = absolute.parent_path();
    if (against.starts_with('-')) {
        throw failure(exit_status::could_not_run,
                      {severity::error, {}, {}, "'" + against + "' is no revision", "BASELINE"});
    }
    const std::string top = without_newline(git(folder, {"rev-parse", "--show-toplevel"}));
    const fs::path inside = fs::relative(fs::canonical(absolute, error), top, error);
    const std::string name = against + ':' + inside.string();
    return parse(i, git(folder, {"show", name}), name, exit_status::could_not_run);
}

} // namespace paravane::pvabi
