// SPDX-License-Identifier: BSD-2-Clause
// pvrun's table of options; command.cpp does the work.
#include "pvrun/boards.hpp"
#include "pvrun/failure.hpp"
#include "pvrun/messages.hpp"
#include "pvrun/options.hpp"
#include "toolkit/common_messages.hpp"

using namespace paravane;
using toolkit::completes;
using toolkit::exit_status;

namespace paravane::pvrun {

toolkit::message_table messages() {
    static constexpr toolkit::message_row ROWS[] = {
        {"SYSTEM", "The system's source, or a file that it names, is wrong.",
         "The line names the node and the property and says what would be right."},
        {"REFUSED", "A kernel cannot be served by this release.",
         "Port the kernel, or build it as the line says."},
    };
    return {"pvrun", ROWS};
}

namespace {

std::vector<toolkit::option> image_options() {
    return {
        {.name = "board",
         .letter = 'b',
         .argument = "NAME",
         .doc = "Board to build for and to start.",
         .fallback = "virt-a15",
         .value = completes::choice,
         .choices = {"virt-a15", "vexpress-a9"}},
        {.name = "ram", .argument = "MIB", .doc = "RAM of the board; the default is 256."},
        {.name = "build-only", .doc = "Write the system image and stop; needs --output."},
        {.name = "output",
         .letter = 'o',
         .argument = "FILE",
         .doc = "Where the system image goes.",
         .value = completes::file},
        {.name = "hypervisor",
         .argument = "FILE",
         .doc = "The hypervisor's raw image; looked for beside pvrun otherwise.",
         .value = completes::file},
        {.name = "search",
         .argument = "DIR",
         .doc = "Look here for the files that a system names, after its own folder.",
         .value = completes::directory,
         .many = true},
        {.name = "seed",
         .argument = "TEXT",
         .doc = "Make the guests' entropy from this text: images repeat exactly."},
        {.name = "sign",
         .argument = "KEY",
         .doc = "Sign the system with this Ed25519 private key (PEM).",
         .value = completes::file},
    };
}

std::vector<toolkit::option> session_options() {
    return {
        {.name = "console",
         .letter = 'c',
         .argument = "LABEL",
         .doc = "Connect the terminal to this VM; Ctrl-A x leaves."},
        {.name = "log-dir",
         .argument = "DIR",
         .doc = "Copy each console to a file of its own in here.",
         .value = completes::directory},
        {.name = "timeout", .argument = "SECONDS", .doc = "End with status 11 after this time."},
        {.name = "gdb", .doc = "Wait for a debugger at port 1234."},
        {.name = "icount", .doc = "One instruction takes 1 ns of guest time; runs repeat exactly."},
        {.name = "trace",
         .argument = "FILE",
         .doc = "Write exits and switches as a trace that Perfetto opens.",
         .value = completes::file},
        {.name = "qemu",
         .argument = "PROGRAM",
         .doc = "The emulator.",
         .fallback = "qemu-system-arm",
         .value = completes::file},
        {.name = "qemu-arg",
         .argument = "WORD",
         .doc = "One more argument for QEMU.",
         .many = true},
    };
}

/// A number that the option must be; 0 when it is not given.
double number(const toolkit::invocation& i, const std::string& option) {
    const std::string text = i.text(option);
    if (text.empty()) {
        return 0;
    }
    size_t used = 0;
    double value = -1;
    try {
        value = std::stod(text, &used);
    } catch (const std::exception&) {
        used = 0;
    }
    if (used != text.size() || !(value > 0 && value < 1e6)) {
        throw failure{exit_status::usage, "--" + option + " " + text + " is no positive number"};
    }
    return value;
}

options read_options(const toolkit::invocation& i) {
    options out;
    out.source = i.operands().at(0);
    out.board = i.text("board");
    out.ram_mib = static_cast<uint32_t>(number(i, "ram"));
    out.build_only = i.has("build-only");
    out.output = i.text("output");
    out.hypervisor = i.text("hypervisor");
    for (const std::string& folder : i.texts("search")) {
        out.search.emplace_back(folder);
    }
    out.seed = i.text("seed");
    out.sign = i.text("sign");
    out.console = i.text("console");
    out.log_dir = i.text("log-dir");
    out.timeout_seconds = number(i, "timeout");
    out.gdb = i.has("gdb");
    out.icount = i.has("icount");
    out.trace = i.text("trace");
    out.qemu = i.text("qemu");
    out.qemu_arguments = i.texts("qemu-arg");
    out.verbose = i.verbosity() > 0;
    out.quiet = i.verbosity() < 0;
    if (out.build_only && out.output.empty()) {
        throw failure{exit_status::usage, "--build-only needs --output FILE"};
    }
    return out;
}

exit_status run(const toolkit::invocation& i) {
    return static_cast<exit_status>(run_command(read_options(i)));
}

toolkit::verb only_verb() {
    std::vector<toolkit::option> all = image_options();
    for (toolkit::option& option : session_options()) {
        all.push_back(std::move(option));
    }
    return {.name = "",
            .summary = "Build a system of virtual machines and start it.",
            .description =
                "Compiles a system's device-tree source, checks every property, reads the "
                "kernels' notes, builds the system image and starts it in QEMU. Each VM's "
                "console is printed line by line with the VM's label in front. The status is "
                "the guests': 0 when all ended well, 1 when one ended with a code of its own.",
            .operands = {"SYSTEM", "The system's device-tree source (.dts or .dtb).", 1, 1,
                         completes::file},
            .options = std::move(all),
            .examples = {{"pvrun samples/systems/hello.dts", "Start a system on virt-a15."},
                         {"pvrun --board vexpress-a9 --timeout 30 two.dts",
                          "Start it on a Cortex-A9, for at most 30 seconds."},
                         {"pvrun --console linux two.dts", "Type into the VM labelled linux."},
                         {"pvrun --build-only -o system.itb two.dts", "Only make the image."}},
            .run = run};
}

} // namespace
} // namespace paravane::pvrun

int main(int argc, char** argv) {
    const toolkit::tool pvrun = {
        .name = "pvrun",
        .summary = "build a Paravane system and run it",
        .description = "Turns a description of virtual machines into one checked image, and runs "
                       "it on an emulated board.",
        .verbs = {paravane::pvrun::only_verb()},
        .statuses = {exit_status::ok, exit_status::not_clean, exit_status::usage,
                     exit_status::bad_input, exit_status::io_failure, exit_status::vm_killed,
                     exit_status::timed_out, exit_status::refused},
        .messages = {toolkit::common_messages(), paravane::pvrun::messages()},
        .see_also = {"pvabi", "pvport"},
    };
    return toolkit::run_tool(pvrun, argc, argv);
}
