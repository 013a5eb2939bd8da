// SPDX-License-Identifier: BSD-2-Clause
// Encoding and decoding by one table of forms, each a match and the fields that
// move. First match encodes. Codes that no form reaches are reserved.
#include "plane.hpp"

#include <array>
#include <span>

namespace paravane::port {
namespace {

struct moved_field {
    uint8_t from, width, to;
};

struct form {
    uint32_t base;
    uint8_t bits;
    uint32_t mask, value;
    uint32_t reject_mask, reject_value;
    std::array<moved_field, 6> fields;
};

constexpr std::array<moved_field, 6> REGISTER_FIELDS = {
    {{20, 1, 18}, {21, 3, 15}, {16, 4, 11}, {0, 4, 7}, {5, 3, 4}, {12, 4, 0}}};
constexpr std::array<moved_field, 6> HALF_FIELDS = {
    {{23, 1, 13}, {16, 4, 9}, {12, 4, 5}, {8, 1, 4}, {0, 4, 0}}};

constexpr form ARM_FORMS[] = {
    {0x000000, 19, 0x0f000f10, 0x0e000f10, 0, 1, REGISTER_FIELDS},
    {0x080000, 19, 0x0f000f10, 0x0e000e10, 0, 1, REGISTER_FIELDS},
    {0x100000,
     18,
     0x0e5f8000,
     0x085d8000,
     0,
     1,
     {{{24, 1, 17}, {23, 1, 16}, {21, 1, 15}, {0, 15, 0}}}},
    {0x140000, 18, 0x0e7f0000, 0x084d0000, 0, 1, {{{24, 1, 17}, {23, 1, 16}, {0, 16, 0}}}},
    {0x180000, 17, 0x0e7f8000, 0x085d0000, 0, 1, {{{24, 1, 16}, {23, 1, 15}, {0, 15, 0}}}},
    {0x216000, 8, 0x0fffff00, 0x0320f000, 0, 1, {{{0, 8, 0}}}},
    {0x1a0000, 17, 0x0fb0f000, 0x0320f000, 0, 1, {{{22, 1, 16}, {16, 4, 12}, {0, 12, 0}}}},
    {0x1c0000,
     17,
     0x0fe00f00,
     0x0c400f00,
     0,
     1,
     {{{20, 1, 16}, {4, 4, 12}, {0, 4, 8}, {16, 4, 4}, {12, 4, 0}}}},
    {0x1e0000,
     16,
     0x0e10ff00,
     0x0210f000,
     0x01800000,
     0x01000000,
     {{{21, 4, 12}, {16, 4, 8}, {0, 8, 0}}}},
    {0x1f0000,
     16,
     0x0f200fe0,
     0x04200000,
     0,
     1,
     {{{20, 1, 15}, {22, 1, 14}, {23, 1, 13}, {16, 4, 9}, {12, 4, 5}, {0, 5, 0}}}},
    {0x200000, 14, 0x0f700ef0, 0x006000b0, 0, 1, HALF_FIELDS},
    {0x204000, 14, 0x0f700ef0, 0x007000b0, 0, 1, HALF_FIELDS},
    {0x208000, 14, 0x0f700ef0, 0x007000d0, 0, 1, HALF_FIELDS},
    {0x20c000, 14, 0x0f700ef0, 0x007000f0, 0, 1, HALF_FIELDS},
    {0x210000, 5, 0x0fbf0fff, 0x010f0000, 0, 1, {{{22, 1, 4}, {12, 4, 0}}}},
    {0x211000, 9, 0x0fb0fff0, 0x0120f000, 0, 1, {{{22, 1, 8}, {16, 4, 4}, {0, 4, 0}}}},
    {0x212000, 11, 0xfff1fe20, 0xf1000000, 0, 1, {{{18, 2, 9}, {17, 1, 8}, {6, 3, 5}, {0, 5, 0}}}},
    {0x213000, 8, 0xfe5fffe0, 0xf84d0500, 0, 1, {{{24, 1, 7}, {23, 1, 6}, {21, 1, 5}, {0, 5, 0}}}},
    {0x214000, 7, 0xfe50ffff, 0xf8100a00, 0, 1, {{{24, 1, 6}, {23, 1, 5}, {21, 1, 4}, {16, 4, 0}}}},
    {0x215000, 9, 0x0fe00fff, 0x0ee00a10, 0, 1, {{{20, 1, 8}, {16, 4, 4}, {12, 4, 0}}}},
    {0x217000, 4, 0x0ffffff0, 0x01600070, 0, 1, {{{0, 4, 0}}}},
    {0x218000,
     12,
     0x0e10fff0,
     0x0010f000,
     0x01800000,
     0x01000000,
     {{{21, 4, 8}, {16, 4, 4}, {0, 4, 0}}}},
    {0x219000, 1, 0xfffffdff, 0xf1010000, 0, 1, {{{9, 1, 0}}}},
    {0x230000, 16, 0x0ff000f0, 0x01400070, 0, 1, {{{8, 12, 4}, {0, 4, 0}}}},
};

constexpr form THUMB16_FORMS[] = {
    {0xde40, 4, 0xffe8, 0xb660, 0, 1, {{{4, 1, 3}, {0, 3, 0}}}},
    {0xde50, 4, 0xff0f, 0xbf00, 0, 1, {{{4, 4, 0}}}},
    {0xde60, 1, 0xfff7, 0xb650, 0, 1, {{{3, 1, 0}}}},
};

constexpr uint32_t ARM_ESCAPE_NEXT = 0x21a000;
constexpr uint32_t ARM_ESCAPE = 0x220000;
constexpr uint32_t THUMB_ESCAPE_NEXT = 0x1000;
constexpr uint32_t THUMB_ESCAPE = 0x4000;

constexpr uint32_t ones(unsigned width) {
    return (1u << width) - 1;
}

constexpr std::optional<uint32_t> encode(const form& f, uint32_t word) {
    if ((word & f.mask) != f.value || (word & f.reject_mask) == f.reject_value)
        return std::nullopt;
    uint32_t code = f.base;
    for (const moved_field& field : f.fields)
        code |= (word >> field.from & ones(field.width)) << field.to;
    return code;
}

constexpr std::optional<uint32_t> decode(const form& f, uint32_t code) {
    if (code < f.base || code - f.base > ones(f.bits))
        return std::nullopt;
    uint32_t word = f.value;
    for (const moved_field& field : f.fields)
        word |= ((code - f.base) >> field.to & ones(field.width)) << field.from;
    if (encode(f, word) != code)
        return std::nullopt;
    return word;
}

/// The first form that matches encodes, so a code that another form shadows is reserved.
constexpr const form* encoder_of(std::span<const form> forms, uint32_t word) {
    for (const form& f : forms)
        if ((f.mask >> 28 == 15) == (word >> 28 == 15) && encode(f, word))
            return &f;
    return nullptr;
}

constexpr std::optional<plane_trap> decode_any(std::span<const form> forms, uint32_t code) {
    for (const form& f : forms)
        if (const auto word = decode(f, code); word && encoder_of(forms, *word) == &f)
            return plane_trap{.how = plane_trap::form::direct, .word = *word};
    return std::nullopt;
}

} // namespace

std::optional<uint32_t> plane_encode_arm(uint32_t word) {
    const form* f = encoder_of(ARM_FORMS, word);
    if (f == nullptr)
        return std::nullopt;
    const uint32_t condition = word >> 28 == 15 ? 0xe0000000 : word & 0xf0000000;
    return condition | 0x0fc00000 | *encode(*f, word);
}

std::optional<uint16_t> plane_encode_thumb16(uint16_t half) {
    const form* f = encoder_of(THUMB16_FORMS, half);
    if (f == nullptr)
        return std::nullopt;
    return static_cast<uint16_t>(*encode(*f, half));
}

uint32_t plane_escape_arm(uint32_t original, uint32_t index) {
    const uint32_t condition = (original >> 28) == 15 ? 0xe0000000 : original & 0xf0000000;
    return condition | 0x0fc00000 | ARM_ESCAPE | index;
}

uint32_t plane_escape_thumb(uint32_t index) {
    const uint32_t code = THUMB_ESCAPE + index;
    return 0xf7f0a000 | (code & 0xf000) << 4 | (code & 0xfff);
}

std::optional<plane_trap> plane_decode_arm(uint32_t word) {
    if (!plane_owns_arm(word))
        return std::nullopt;
    const uint32_t code = word & 0x3fffff;
    if (code == ARM_ESCAPE_NEXT)
        return plane_trap{.how = plane_trap::form::escape_next};
    if (code - ARM_ESCAPE < ARM_ESCAPE_LIMIT)
        return plane_trap{.how = plane_trap::form::escape, .index = code - ARM_ESCAPE};
    auto trap = decode_any(ARM_FORMS, code);
    if (trap && (trap->word >> 28) != 15)
        trap->word |= word & 0xf0000000;
    return trap;
}

std::optional<plane_trap> plane_decode_thumb16(uint16_t half) {
    return decode_any(THUMB16_FORMS, half);
}

std::optional<plane_trap> plane_decode_thumb32(uint32_t word) {
    if ((word & 0xfff0f000) != 0xf7f0a000)
        return std::nullopt;
    const uint32_t code = (word >> 4 & 0xf000) | (word & 0xfff);
    if (code == THUMB_ESCAPE_NEXT)
        return plane_trap{.how = plane_trap::form::escape_next};
    if (code - THUMB_ESCAPE < THUMB_ESCAPE_LIMIT)
        return plane_trap{.how = plane_trap::form::escape, .index = code - THUMB_ESCAPE};
    return std::nullopt;
}

} // namespace paravane::port
