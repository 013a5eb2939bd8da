// SPDX-License-Identifier: BSD-2-Clause
// Description in, text out: one function per generated file. Each lives in
// emit_<file>.cpp; `pvabi gen` writes what generate() returns.
#pragma once

#include "generator/model.hpp"

namespace paravane::abi_model {

struct generated_file {
    std::string name;
    std::string content;
};

std::string emit_c_header(const description& d);
std::string emit_stubs(const description& d);
std::string emit_assembler(const description& d);
std::string emit_cpp_header(const description& d);
std::string emit_dispatch(const description& d);
std::string emit_plane_cpp(const description& d);
std::string emit_plane_c(const description& d);
std::string emit_plane_assembler(const description& d);
std::string emit_markdown(const description& d);
std::string emit_json(const description& d);

/// Every generated file, in the order in which they are written.
std::vector<generated_file> generate(const description& d);

} // namespace paravane::abi_model
