// SPDX-License-Identifier: BSD-2-Clause
// pvabi: reads the description and makes files from it.
#include "generator/emit.hpp"
#include "generator/read.hpp"
#include "toolkit/file.hpp"

#include <cstdio>

using namespace paravane;

int main(int argc, char** argv) {
    if (argc != 4 || std::string_view(argv[1]) != "gen") {
        std::fputs("usage: pvabi gen FILE DIR\n", stderr);
        return 2;
    }
    std::error_code error;
    const std::string text = toolkit::read_file(argv[2], error);
    if (error) {
        std::fprintf(stderr, "%s: error: %s\n", argv[2], error.message().c_str());
        return 4;
    }
    toolkit::diagnostics messages;
    const auto description = abi_model::read_any(text, argv[2], messages);
    for (const auto& m : messages) {
        std::fprintf(stderr, "%s\n", toolkit::to_line(m).c_str());
    }
    if (!description) {
        return 3;
    }
    for (const auto& file : abi_model::generate(*description)) {
        const std::string path = std::string(argv[3]) + '/' + file.name;
        if (const auto failed = toolkit::write_file_if_changed(path, file.content)) {
            std::fprintf(stderr, "%s: error: %s\n", path.c_str(), failed.message().c_str());
            return 4;
        }
    }
    return 0;
}
