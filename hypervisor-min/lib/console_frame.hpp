// SPDX-License-Identifier: BSD-2-Clause
// The framing of the one UART: who speaks and what, for both directions. The
// hypervisor's console and pvrun's demultiplexer share this file.
//
//   0x01  stream  length  payload[length]        length 1…255
//
// Bytes outside a frame are the board's own (a boot loader, a panic before the
// console is up). Stream 0 is the hypervisor's log, 1…MAX_VM_STREAM are the VMs'
// consoles (towards the hypervisor: their input), the rest stands below. Integers
// are little-endian. New control events may be added; readers skip unknown ones.
#pragma once

#include <stdint.h>

namespace paravane::console {

inline constexpr uint8_t FRAME_START = 0x01;
inline constexpr uint32_t FRAME_HEADER_BYTES = 3;
inline constexpr uint32_t FRAME_PAYLOAD_MAX = 255;

inline constexpr uint8_t STREAM_LOG = 0;
inline constexpr uint8_t MAX_VM_STREAM = 0x3f;
inline constexpr uint8_t STREAM_TRACE = 0x7d;
inline constexpr uint8_t STREAM_CONTROL = 0x7e;

/// First byte of a control payload, hypervisor to host.
enum class control : uint8_t {
    vm_started = 1,   ///< vm
    vm_ended = 2,     ///< vm, end_kind, code (4 bytes): for good, it will not be restarted
    vm_restarted = 3, ///< vm, how often so far
    refused = 4,      ///< vm or 0, one line of text: the image or the VM was not started
    system_ended = 5, ///< Nothing is left to run; the machine powers off.
    counters = 6,     ///< vm, then one line of JSON, in as many frames as it takes
    ready = 7,        ///< The hypervisor is up and reads input.
};

/// First byte of a control payload, host to hypervisor.
enum class request : uint8_t {
    counters = 1, ///< vm
    stop = 2,     ///< vm: end it as if it had powered off
};

enum class end_kind : uint8_t {
    off = 0,    ///< The guest powered off; code is what it passed, 0 is well.
    killed = 1, ///< The hypervisor ended it; the reason stands in the log.
    stopped = 2 ///< By request.
};

/// A record of the trace stream; a frame holds whole records.
enum class trace_kind : uint8_t {
    enter = 1,       ///< The VM runs from here on; argument: 1 kernel mode, 0 user mode
    exit = 2,        ///< It stopped running; argument: its run state
    inject = 3,      ///< Fault or interrupt delivered; argument: upcall_kind
    fill = 4,        ///< Shadow entry filled; argument: low half of the page number
    service = 5,     ///< Service call; argument: low half of the function number
    idle = 6,        ///< No VM runs.
    interrupt = 7,   ///< A physical interrupt; argument: its number
    instruction = 8, ///< Sensitive instruction; argument: low half of its code
    undefined = 9,   ///< Undefined instruction.
    reflect = 10,    ///< System call delivered.
};

inline constexpr uint32_t TRACE_RECORD_BYTES = 12;

struct trace_record {
    uint64_t nanoseconds;
    uint8_t vm;
    trace_kind kind;
    uint16_t argument;
};

/// Writes `record` to 12 bytes.
constexpr void encode_trace(const trace_record& record, uint8_t* out) {
    for (uint32_t i = 0; i < 8; ++i) {
        out[i] = static_cast<uint8_t>(record.nanoseconds >> (8 * i));
    }
    out[8] = record.vm;
    out[9] = static_cast<uint8_t>(record.kind);
    out[10] = static_cast<uint8_t>(record.argument);
    out[11] = static_cast<uint8_t>(record.argument >> 8);
}

/// Reads the 12 bytes that encode_trace wrote.
constexpr trace_record decode_trace(const uint8_t* in) {
    uint64_t time = 0;
    for (uint32_t i = 0; i < 8; ++i) {
        time |= static_cast<uint64_t>(in[i]) << (8 * i);
    }
    return {time, in[8], static_cast<trace_kind>(in[9]),
            static_cast<uint16_t>(in[10] | (in[11] << 8))};
}

/// Sends `size` bytes on a stream through `put(uint8_t)`, in frames of at most
/// FRAME_PAYLOAD_MAX.
template <class Put>
constexpr void encode(uint8_t stream, const uint8_t* data, uint32_t size, Put&& put) {
    while (size != 0) {
        const uint32_t length = size < FRAME_PAYLOAD_MAX ? size : FRAME_PAYLOAD_MAX;
        put(FRAME_START);
        put(stream);
        put(static_cast<uint8_t>(length));
        for (uint32_t i = 0; i < length; ++i) {
            put(data[i]);
        }
        data += length;
        size -= length;
    }
}

/// Takes the byte stream apart one byte at a time; holds no payload.
class frame_decoder {
public:
    enum class meaning : uint8_t { outside, header, payload, payload_last };

    /// What `byte` is. For payload bytes stream() tells whose.
    constexpr meaning feed(uint8_t byte) {
        switch (state_) {
        case state::outside:
            if (byte != FRAME_START) {
                return meaning::outside;
            }
            state_ = state::stream;
            return meaning::header;
        case state::stream:
            stream_ = byte;
            state_ = state::length;
            return meaning::header;
        case state::length:
            left_ = byte;
            state_ = byte == 0 ? state::outside : state::payload;
            return meaning::header;
        case state::payload:
            break;
        }
        if (--left_ != 0) {
            return meaning::payload;
        }
        state_ = state::outside;
        return meaning::payload_last;
    }

    constexpr uint8_t stream() const { return stream_; }

private:
    enum class state : uint8_t { outside, stream, length, payload };
    state state_{state::outside};
    uint8_t stream_{};
    uint8_t left_{};
};

} // namespace paravane::console
