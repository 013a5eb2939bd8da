// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as a guest's ELF file: a note or a reason, never both or neither.
#include "note/this_abi.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace paravane::note;
    const std::string_view image(reinterpret_cast<const char*>(data), size);
    const note_reading r = read_guest_note(image, THIS_LAYOUT);
    if (r.note.has_value() != r.problem.empty()) {
        std::abort();
    }
    return 0;
}
