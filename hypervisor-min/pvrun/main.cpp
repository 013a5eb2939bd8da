// SPDX-License-Identifier: BSD-2-Clause
// pvrun's command line.
#include "pvrun/boards.hpp"
#include "pvrun/failure.hpp"
#include "pvrun/options.hpp"

#include <boost/program_options.hpp>

#include <iostream>

namespace {

namespace po = boost::program_options;
using paravane::pvrun::exit_status;
using paravane::pvrun::failure;
using paravane::pvrun::options;

po::options_description visible(options& given) {
    po::options_description out{"pvrun [options] SYSTEM.dts"};
    out.add_options()("help,h", "print this")(
        "board", po::value(&given.board)->default_value(given.board),
        "virt-a15 or vexpress-a9")("ram", po::value(&given.ram_mib), "MiB of RAM of the board")(
        "build-only", po::bool_switch(&given.build_only), "write the image and stop (needs -o)")(
        "output,o", po::value(&given.output), "where the system image goes")(
        "hypervisor", po::value(&given.hypervisor), "its raw image; default: beside pvrun")(
        "search", po::value(&given.search), "look for kernels and disks here too, repeatable")(
        "seed", po::value(&given.seed), "make the guests' entropy repeatable")(
        "console", po::value(&given.console), "connect the terminal to this VM (Ctrl-A x leaves)")(
        "log-dir", po::value(&given.log_dir), "copy each console into a file here")(
        "timeout", po::value(&given.timeout_seconds), "seconds until exit status 11")(
        "gdb", po::bool_switch(&given.gdb), "wait for a debugger at :1234")(
        "icount", po::bool_switch(&given.icount), "count instructions; runs repeat exactly")(
        "trace", po::value(&given.trace), "write a trace that Perfetto opens")(
        "qemu", po::value(&given.qemu), "the emulator's program")(
        "qemu-arg", po::value(&given.qemu_arguments), "one more argument for QEMU, repeatable")(
        "verbose,v", po::bool_switch(&given.verbose),
        "log more")("quiet,q", po::bool_switch(&given.quiet), "only the guests' consoles");
    return out;
}

int run(int argc, char** argv) {
    options given;
    const po::options_description shown = visible(given);
    po::options_description all;
    all.add(shown).add_options()("source", po::value(&given.source));
    po::positional_options_description places;
    places.add("source", 1);
    po::variables_map values;
    po::store(po::command_line_parser(argc, argv).options(all).positional(places).run(), values);
    po::notify(values);
    if (values.count("help") != 0) {
        std::cout << shown;
        return 0;
    }
    if (given.source.empty()) {
        throw failure{exit_status::usage, "no system given: pvrun SYSTEM.dts (see --help)"};
    }
    if (given.build_only && given.output.empty()) {
        throw failure{exit_status::usage, "--build-only needs -o FILE"};
    }
    return paravane::pvrun::run_command(given);
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const failure& error) {
        std::cerr << "pvrun: " << error.what() << "\n";
        return static_cast<int>(error.status());
    } catch (const po::error& error) {
        std::cerr << "pvrun: " << error.what() << " (see --help)\n";
        return static_cast<int>(exit_status::usage);
    } catch (const std::exception& error) {
        std::cerr << "pvrun: " << error.what() << "\n";
        return static_cast<int>(exit_status::io);
    }
}
