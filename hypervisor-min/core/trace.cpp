// SPDX-License-Identifier: BSD-2-Clause
// The trace's buffer; see trace.hpp. Records leave through core/console.hpp.
#include "core/trace.hpp"

#include "core/console.hpp"
#include "core/machine.hpp"

namespace paravane {

void trace_buffer::add(uint8_t vm, console::trace_kind kind, uint32_t argument) {
    const console::trace_record record{machine::now(), vm, kind, static_cast<uint16_t>(argument)};
    console::encode_trace(record, bytes_ + used_);
    used_ += console::TRACE_RECORD_BYTES;
    if (used_ == sizeof bytes_) {
        flush();
    }
}

void trace_buffer::flush() {
    console::write(console::STREAM_TRACE, bytes_, used_);
    used_ = 0;
}

} // namespace paravane
