// SPDX-License-Identifier: BSD-2-Clause
// What a tool tells about itself, once: its verbs, options, examples, statuses
// and messages. Parsing, --help, man page and completion (command_line.hpp,
// pages.hpp) are made from it.
#pragma once

#include "toolkit/exit_status.hpp"
#include "toolkit/message_table.hpp"

#include <functional>
#include <string>
#include <vector>

namespace paravane::toolkit {

class invocation;

/// What a value is, for completion.
enum class completes : uint8_t { nothing, file, directory, choice };

/// One option. An empty `argument` makes it a flag.
struct option {
    std::string name{};
    char letter = '\0';
    std::string argument{};
    std::string doc{};
    std::string fallback{};
    completes value = completes::nothing;
    std::vector<std::string> choices{};
    bool many = false;
    bool required = false;
};

/// Arguments that are not options: at least `least`, at most `most` of them.
struct operands {
    std::string name{};
    std::string doc{};
    unsigned least = 0;
    unsigned most = 0;
    completes value = completes::file;
    std::string rest{}; ///< name of what may stand behind "--"; empty: only operands
    std::string rest_doc{};
};

struct example {
    std::string command{};
    std::string doc{};
};

/// One command of a tool. A tool without verbs has one, whose name is empty.
struct verb {
    std::string name{};
    std::string summary{};
    std::string description{};
    toolkit::operands operands{};
    std::vector<option> options{};
    std::vector<example> examples{};
    std::function<exit_status(const invocation&)> run{};
};

struct tool {
    std::string name{};
    std::string summary{};
    std::string description{};
    std::vector<verb> verbs{};
    std::vector<exit_status> statuses{};
    std::vector<message_table> messages{};
    std::vector<std::string> see_also{};
};

/// Options that every tool takes: --help, --version, --verbose, --quiet, --explain.
const std::vector<option>& common_options();

/// Version of the tools and of the ABI they were built with.
const char* tool_version();
const char* abi_version();

} // namespace paravane::toolkit
