// SPDX-License-Identifier: BSD-2-Clause
// Parsing by Boost.Program_options, and the answers that no tool writes itself.
#include "toolkit/command_line.hpp"

#include "toolkit/pages.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace paravane::toolkit {

namespace po = boost::program_options;

failure::failure(exit_status status, diagnostic message)
    : std::runtime_error(message.text), status_(status), message_(std::move(message)) {}

bool use_color(int descriptor) {
    const char* no_color = std::getenv("NO_COLOR");
    return (no_color == nullptr || *no_color == '\0') && ::isatty(descriptor) != 0;
}

bool invocation::has(std::string_view option) const {
    return values_.find(option) != values_.end();
}

std::string invocation::text(std::string_view option) const {
    const auto found = values_.find(option);
    if (found != values_.end() && !found->second.empty()) {
        return found->second.back();
    }
    for (const toolkit::option& o : verb_.options) {
        if (o.name == option) {
            return o.fallback;
        }
    }
    return {};
}

std::vector<std::string> invocation::texts(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

void invocation::report(const diagnostic& message) const {
    if ((message.level == severity::note && verbosity_ < 1) ||
        (message.level == severity::warning && verbosity_ < 0)) {
        return;
    }
    std::string line = to_line(message);
    if (use_color(STDERR_FILENO)) {
        const std::string word = std::string(name_of(message.level)) + ':';
        const size_t at = line.find(word);
        const char* color = message.level == severity::error     ? "\x1b[1;31m"
                            : message.level == severity::warning ? "\x1b[1;35m"
                                                                 : "\x1b[1;36m";
        line.insert(at + word.size(), "\x1b[0m");
        line.insert(at, color);
    }
    std::fprintf(stderr, "%s\n", line.c_str());
}

void invocation::report(const diagnostics& messages) const {
    for (const diagnostic& message : messages) {
        report(message);
    }
}

void invocation::progress(const std::string& line) const {
    if (verbosity_ > 0) {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

namespace {

constexpr char OPERANDS[] = "paravane-operands";

void add(po::options_description& to, const std::vector<option>& options) {
    for (const option& o : options) {
        std::string name = o.name;
        if (o.letter != '\0') {
            name += std::string{',', o.letter};
        }
        if (o.argument.empty()) {
            to.add_options()(name.c_str(), new po::untyped_value(true), o.doc.c_str());
        } else {
            to.add_options()(name.c_str(), po::value<std::vector<std::string>>(), o.doc.c_str());
        }
    }
}

[[noreturn]] void refuse(const std::string& text) {
    throw failure(exit_status::usage, {severity::error, {}, {}, text, "USAGE"});
}

std::string command_of(const tool& t, const verb& v) {
    return v.name.empty() ? t.name : t.name + ' ' + v.name;
}

const verb* find_verb(const tool& t, std::string_view name) {
    const auto found =
        std::find_if(t.verbs.begin(), t.verbs.end(), [&](const verb& v) { return v.name == name; });
    return found == t.verbs.end() ? nullptr : &*found;
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

exit_status explain(const tool& t, const std::string& id) {
    for (const message_table& table : t.messages) {
        for (const message_row& row : table.rows) {
            if (row.id == id) {
                print(std::string(row.id) + ": " + std::string(row.meaning) +
                      "\nCure: " + std::string(row.cure) + '\n');
                return exit_status::ok;
            }
        }
    }
    refuse(t.name + " has no message '" + id + '\'');
}

exit_status generate_page(const tool& t, std::string_view what) {
    if (what == "man") {
        print(man_page(t));
    } else if (what == "bash") {
        print(bash_completion(t));
    } else if (what == "messages") {
        print(message_page(t));
    } else {
        refuse("--generate takes man, bash or messages");
    }
    return exit_status::ok;
}

} // namespace

/// Fills an invocation from the arguments of one verb.
class command_line_parser {
public:
    static invocation parse(const tool& t, const verb& v, std::vector<std::string> arguments) {
        invocation result(t, v);
        const auto dashes = v.operands.rest.empty()
                                ? arguments.end()
                                : std::find(arguments.begin(), arguments.end(), "--");
        if (dashes != arguments.end())
            result.rest_.assign(dashes + 1, arguments.end());
        arguments.erase(dashes, arguments.end());
        po::options_description all;
        add(all, v.options);
        add(all, common_options());
        all.add_options()("generate", po::value<std::vector<std::string>>(), "");
        all.add_options()(OPERANDS, po::value<std::vector<std::string>>(), "");
        po::positional_options_description positional;
        positional.add(OPERANDS, -1);
        using style = po::command_line_style::style_t;
        const auto parsed = po::command_line_parser(arguments)
                                .options(all)
                                .positional(positional)
                                .style(style::unix_style & ~style::allow_guessing)
                                .run();
        int loud = 0;
        for (const po::option& o : parsed.options) {
            if (o.string_key == OPERANDS) {
                result.operands_.insert(result.operands_.end(), o.value.begin(), o.value.end());
                continue;
            }
            loud += o.string_key == "verbose" ? 1 : 0;
            auto& values = result.values_[o.string_key];
            values.insert(values.end(), o.value.begin(), o.value.end());
        }
        result.verbosity_ = result.has("quiet") ? -1 : loud;
        return result;
    }

    /// What only the table can say: repeats, choices, missing options, count of operands.
    static void check(const invocation& i, const verb& v) {
        for (const option& o : v.options) {
            const std::vector<std::string> values = i.texts(o.name);
            if (values.size() > 1 && !o.many) {
                refuse("option '--" + o.name + "' stands twice");
            }
            if (o.required && !i.has(o.name)) {
                refuse("option '--" + o.name + ' ' + o.argument + "' is missing");
            }
            for (const std::string& value : values) {
                if (!o.choices.empty() &&
                    std::find(o.choices.begin(), o.choices.end(), value) == o.choices.end()) {
                    refuse("option '--" + o.name + "' does not take '" + value + '\'');
                }
            }
        }
        const size_t count = i.operands().size();
        if (count < v.operands.least) {
            refuse(v.operands.name + " is missing");
        }
        if (count > v.operands.most) {
            refuse("'" + i.operands()[v.operands.most] + "' is one argument too many");
        }
    }
};

namespace {

exit_status run_verb(const tool& t, const verb& v, const std::vector<std::string>& arguments) {
    const invocation i = command_line_parser::parse(t, v, arguments);
    if (i.has("help")) {
        print(t.verbs.size() == 1 && v.name.empty() ? help_page(t) : help_page(t, v));
        return exit_status::ok;
    }
    if (i.has("version")) {
        print(t.name + ' ' + tool_version() + " (Paravane ABI " + abi_version() + ")\n");
        return exit_status::ok;
    }
    if (i.has("explain")) {
        return explain(t, i.text("explain"));
    }
    if (i.has("generate")) {
        return generate_page(t, i.text("generate"));
    }
    command_line_parser::check(i, v);
    return v.run(i);
}

/// Handles what stands before a verb: help, version, or nothing.
exit_status run_without_verb(const tool& t, std::vector<std::string> arguments) {
    verb none;
    none.operands = {"VERB", "", 0, 2};
    none.run = [](const invocation&) -> exit_status { refuse("a verb is missing"); };
    const bool help = !arguments.empty() &&
                      (arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help");
    if (help) {
        const verb* named = arguments.size() > 1 ? find_verb(t, arguments[1]) : nullptr;
        print(named == nullptr ? help_page(t) : help_page(t, *named));
        return exit_status::ok;
    }
    if (!arguments.empty() && !arguments[0].starts_with("-")) {
        refuse("no verb '" + arguments[0] + '\'');
    }
    return run_verb(t, none, arguments);
}

exit_status dispatch(const tool& t, const std::vector<std::string>& arguments, std::string& who) {
    if (t.verbs.size() == 1 && t.verbs.front().name.empty()) {
        return run_verb(t, t.verbs.front(), arguments);
    }
    const verb* v = arguments.empty() ? nullptr : find_verb(t, arguments[0]);
    if (v == nullptr) {
        return run_without_verb(t, arguments);
    }
    who = command_of(t, *v);
    return run_verb(t, *v, {arguments.begin() + 1, arguments.end()});
}

int report_failure(const std::string& who, exit_status status, diagnostic message) {
    if (message.file.empty()) {
        message.file = who;
    }
    if (status == exit_status::usage) {
        message.text += "; '" + who + " --help' tells more";
    }
    const tool none{};
    const verb nothing{};
    invocation(none, nothing).report(message);
    return static_cast<int>(status);
}

} // namespace

int run_tool(const tool& t, int argc, const char* const* argv) {
    std::string who = t.name;
    try {
        const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
        const exit_status status = dispatch(t, arguments, who);
        if (std::fflush(stdout) != 0) {
            return report_failure(who, exit_status::io_failure,
                                  {severity::error, {}, {}, "cannot write to stdout", "IO"});
        }
        return static_cast<int>(status);
    } catch (const failure& f) {
        return report_failure(who, f.status(), f.message());
    } catch (const po::error& e) {
        return report_failure(who, exit_status::usage,
                              {severity::error, {}, {}, e.what(), "USAGE"});
    } catch (const std::exception& e) {
        return report_failure(who, exit_status::io_failure,
                              {severity::error, {}, {}, e.what(), "IO"});
    }
}

} // namespace paravane::toolkit
