// SPDX-License-Identifier: BSD-2-Clause
// The list of generated files.
#include "generator/emit.hpp"

namespace paravane::abi_model {

std::vector<generated_file> generate(const description& d) {
    return {
        {"abi.h", emit_c_header(d)},        {"stubs.h", emit_stubs(d)},
        {"abi.inc", emit_assembler(d)},     {"abi.hpp", emit_cpp_header(d)},
        {"dispatch.hpp", emit_dispatch(d)}, {"plane.hpp", emit_plane_cpp(d)},
        {"plane.h", emit_plane_c(d)},       {"plane.inc", emit_plane_assembler(d)},
        {"abi.md", emit_markdown(d)},       {"abi.json", emit_json(d)},
    };
}

} // namespace paravane::abi_model
