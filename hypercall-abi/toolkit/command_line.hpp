// SPDX-License-Identifier: BSD-2-Clause
// From argv to a verb: parses by the option table, answers what every tool
// answers itself, prints messages. A tool's main is one call of run_tool().
#pragma once

#include "toolkit/diagnostic.hpp"
#include "toolkit/option_table.hpp"

#include <map>
#include <stdexcept>

namespace paravane::toolkit {

/// What the command line said.
class invocation {
public:
    invocation(const tool& t, const verb& v) : tool_(t), verb_(v) {}

    bool has(std::string_view option) const;
    /// Value of an option, its fallback, or nothing.
    std::string text(std::string_view option) const;
    std::vector<std::string> texts(std::string_view option) const;
    const std::vector<std::string>& operands() const { return operands_; }
    /// What stands behind "--", for a verb that names it.
    const std::vector<std::string>& rest() const { return rest_; }
    /// -1 with -q, 0, or the number of -v.
    int verbosity() const { return verbosity_; }

    /// Prints to stderr, coloured on a terminal; notes only with -v, warnings not with -q.
    void report(const diagnostic& message) const;
    void report(const diagnostics& messages) const;
    /// Prints a line to stderr with -v.
    void progress(const std::string& line) const;

    const toolkit::tool& tool() const { return tool_; }

private:
    friend class command_line_parser;

    const toolkit::tool& tool_;
    const toolkit::verb& verb_;
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
    std::vector<std::string> operands_;
    std::vector<std::string> rest_;
    int verbosity_ = 0;
};

/// Ends a verb with one message and a status.
class failure : public std::runtime_error {
public:
    failure(exit_status status, diagnostic message);
    exit_status status() const { return status_; }
    const diagnostic& message() const { return message_; }

private:
    exit_status status_;
    diagnostic message_;
};

/// Runs the tool; the result is for main to return.
int run_tool(const tool& t, int argc, const char* const* argv);

/// True if the stream is a terminal and NO_COLOR is unset or empty (no-color.org).
bool use_color(int descriptor);

} // namespace paravane::toolkit
