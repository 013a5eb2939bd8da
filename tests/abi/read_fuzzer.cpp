// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as a description: refused with a message, or sound enough that every
// emitter and the normal form work on it.
#include "generator/emit.hpp"
#include "generator/read.hpp"

#include <cstdlib>

using namespace paravane;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    toolkit::diagnostics messages;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto d = abi_model::read_any(text, "fuzz", messages);
    if (!d) {
        if (messages.empty() || messages.front().at.line == 0) {
            std::abort();
        }
        return 0;
    }
    for (const auto& file : abi_model::generate(*d)) {
        if (file.content.empty()) {
            std::abort();
        }
    }
    const std::string json = abi_model::emit_json(*d);
    const auto again = abi_model::read_json(json, "again", messages);
    if (!again || abi_model::emit_json(*again) != json) {
        std::abort();
    }
    return 0;
}
