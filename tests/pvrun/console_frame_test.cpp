// SPDX-License-Identifier: BSD-2-Clause
// The framing of the UART, both ends: what encode() sends is what frame_decoder
// tells apart, whatever the bytes are.
#include "lib/console_frame.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace paravane::console {
namespace {

using meaning = frame_decoder::meaning;

std::string frame(uint8_t stream, const std::string& text) {
    std::string wire;
    encode(stream, reinterpret_cast<const uint8_t*>(text.data()),
           static_cast<uint32_t>(text.size()),
           [&](uint8_t byte) { wire.push_back(static_cast<char>(byte)); });
    return wire;
}

struct received {
    std::map<int, std::string> streams;
    std::string outside;
};

received decode(const std::string& wire) {
    received got;
    frame_decoder decoder;
    for (const char c : wire) {
        switch (decoder.feed(static_cast<uint8_t>(c))) {
        case meaning::outside:
            got.outside.push_back(c);
            break;
        case meaning::payload:
        case meaning::payload_last:
            got.streams[decoder.stream()].push_back(c);
            break;
        case meaning::header:
            break;
        }
    }
    return got;
}

TEST(console_frame, has_the_documented_bytes) {
    EXPECT_EQ(frame(2, "ab"), std::string("\x01\x02\x02"
                                          "ab"));
    EXPECT_EQ(frame(0, ""), "");
}

TEST(console_frame, streams_come_apart) {
    const auto got = decode("boot\n" + frame(1, "one") + frame(2, "two") + frame(1, "!") + "x");
    EXPECT_EQ(got.streams.at(1), "one!");
    EXPECT_EQ(got.streams.at(2), "two");
    EXPECT_EQ(got.outside, "boot\nx");
}

TEST(console_frame, every_byte_value_and_long_text_survive) {
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        text.push_back(static_cast<char>(i));
    }
    const auto wire = frame(0x3f, text);
    EXPECT_EQ(wire.size(), 1000 + 4 * FRAME_HEADER_BYTES);
    const auto got = decode(wire);
    EXPECT_EQ(got.streams.at(0x3f), text);
    EXPECT_EQ(got.outside, "");
}

TEST(console_frame, an_empty_frame_ends_at_its_length) {
    EXPECT_EQ(decode(std::string("\x01\x05\x00z", 4)).outside, "z");
}

TEST(console_frame, the_last_byte_of_a_frame_is_told) {
    frame_decoder decoder;
    decoder.feed(FRAME_START);
    decoder.feed(STREAM_CONTROL);
    decoder.feed(2);
    EXPECT_EQ(decoder.feed('a'), meaning::payload);
    EXPECT_EQ(decoder.feed('b'), meaning::payload_last);
    EXPECT_EQ(decoder.feed('c'), meaning::outside);
}

TEST(console_frame, trace_records_keep_their_fields) {
    uint8_t bytes[TRACE_RECORD_BYTES];
    encode_trace({0x0123456789abcdefu, 3, trace_kind::fill, 0xbeef}, bytes);
    EXPECT_EQ(bytes[0], 0xef);
    const auto record = decode_trace(bytes);
    EXPECT_EQ(record.nanoseconds, 0x0123456789abcdefu);
    EXPECT_EQ(record.vm, 3);
    EXPECT_EQ(record.kind, trace_kind::fill);
    EXPECT_EQ(record.argument, 0xbeef);
}

} // namespace
} // namespace paravane::console
