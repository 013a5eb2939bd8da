// SPDX-License-Identifier: BSD-2-Clause
// Turns outcomes into the toolkit's failures; writes output; shows progress.
#include "support.hpp"

#include "toolkit/file.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <unistd.h>

namespace paravane::port {

using toolkit::exit_status;

namespace {

exit_status status_of(int status) {
    return status == static_cast<int>(exit_status::io_failure) ? exit_status::io_failure
           : status == static_cast<int>(exit_status::usage)    ? exit_status::usage
                                                               : exit_status::bad_input;
}

const char* id_of(exit_status status) {
    return status == exit_status::io_failure ? "IO"
           : status == exit_status::usage    ? "USAGE"
                                             : "PORT_INPUT";
}

} // namespace

void give_up(const failure& f) {
    const exit_status status = status_of(f.status);
    throw toolkit::failure(status, {toolkit::severity::error, {}, {}, f.message, id_of(status)});
}

void give_up_usage(const std::string& text) {
    give_up({text, 2});
}

toolkit::message_table pvport_messages() {
    static constexpr toolkit::message_row ROWS[] = {
        {"PORT_INPUT", "A file is not what the verb can work on.",
         "The message names the file, what is wrong with it, and what to give instead."},
        {"PORT_SENSITIVE", "A sensitive instruction that no allow-list entry excuses.",
         "Rewrite it (pvport apply), trap it (pvport patch), or give an allow-list with a reason."},
        {"PORT_NOTE", "Something that a reader of the result should know.",
         "Nothing has to be done; -q hides it."},
        {"PORT_UNMENTIONED", "An instruction of the binary that no source site accounts for.",
         "Report it: either a rule or the tool is missing something."},
    };
    return {"pvport", ROWS};
}

toolkit::option jobs_option() {
    return {.name = "jobs",
            .letter = 'j',
            .argument = "N",
            .doc = "Threads to use; as many as there are processors unless given."};
}

unsigned jobs_of(const toolkit::invocation& i) {
    const std::string text = i.text("jobs");
    if (text.empty())
        return std::max(1u, std::thread::hardware_concurrency());
    unsigned jobs = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), jobs);
    if (read.ptr != text.data() + text.size() || jobs == 0 || jobs > 1024)
        give_up_usage("--jobs " + text + ": give a number from 1 to 1024");
    return jobs;
}

toolkit::option output_option() {
    return {.name = "output",
            .letter = 'o',
            .argument = "FILE",
            .doc = "File to write; standard output unless given.",
            .value = toolkit::completes::file};
}

void write_output(const toolkit::invocation& i, std::string_view text) {
    const std::string path = i.text("output");
    if (path.empty()) {
        if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
            give_up({"standard output: cannot write", 4});
        return;
    }
    if (const auto error = toolkit::write_file_atomic(path, text))
        give_up({path + ": cannot write: " + error.message(), 4});
}

std::function<void(size_t, size_t)> progress_of(const toolkit::invocation& i,
                                                const std::string& what) {
    if (i.verbosity() < 0 || ::isatty(STDERR_FILENO) == 0)
        return {};
    using clock = std::chrono::steady_clock;
    struct state {
        clock::time_point next = clock::now() + std::chrono::seconds(2);
        bool shown = false;
    };
    auto shared = std::make_shared<state>();
    return [shared, what](size_t done, size_t total) {
        const auto now = clock::now();
        if (now >= shared->next) {
            std::fprintf(stderr, "\r%s: %zu of %zu", what.c_str(), done, total);
            shared->next = now + std::chrono::milliseconds(200);
            shared->shown = true;
        }
        if (done == total && shared->shown)
            std::fputs("\r\x1b[K", stderr);
    };
}

} // namespace paravane::port
