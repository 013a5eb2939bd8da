// SPDX-License-Identifier: BSD-2-Clause
// Where descriptions come from: the tree, a named file, a git revision. Used by
// every verb.
#pragma once

#include "generator/model.hpp"
#include "toolkit/command_line.hpp"

#include <filesystem>

namespace paravane::pvabi {

/// The description that a verb works on: --abi, else hypercall-abi/paravane.toml in this
/// folder or one above it, else the installed one beside the program.
std::filesystem::path find_description(const toolkit::invocation& i);

/// Reads and checks a description. Prints every message; on an error the verb ends with
/// `malformed`, or io_failure if the file cannot be read.
abi_model::description load(const toolkit::invocation& i, const std::filesystem::path& path,
                            toolkit::exit_status malformed);

/// Reads what --against names: a file in TOML or JSON, else a git revision, in which
/// `path` is looked up. Ends with could_not_run if there is neither.
abi_model::description load_baseline(const toolkit::invocation& i, const std::string& against,
                                     const std::filesystem::path& path);

/// The option --abi FILE.
toolkit::option abi_option();

} // namespace paravane::pvabi
