// SPDX-License-Identifier: BSD-2-Clause
// Puts the generated encoder and decoder behind the words of the census. A code
// that the encoder would not choose counts as reserved.
#include "plane.hpp"

#include <paravane/plane.hpp>

namespace paravane::port {

namespace plane = abi::plane;

static_assert(ARM_ESCAPE_LIMIT == 1u << plane::escape_code::BITS);
static_assert(THUMB_ESCAPE_LIMIT == 1u << plane::thumb_escape_code::BITS);

namespace {

constexpr uint32_t SVC = 0x0f000000;
constexpr uint32_t ALWAYS = 0xe0000000;

constexpr bool is_unconditional(uint32_t word) {
    return word >> 28 == 15;
}

constexpr uint32_t condition_of(uint32_t word) {
    return is_unconditional(word) ? ALWAYS : word & 0xf0000000;
}

} // namespace

std::optional<uint32_t> plane_encode_arm(uint32_t word) {
    const auto code = plane::encode_arm(word);
    if (!code)
        return std::nullopt;
    return condition_of(word) | SVC | code.value;
}

std::optional<uint16_t> plane_encode_thumb16(uint16_t half) {
    const auto code = plane::encode_thumb16(half);
    if (!code)
        return std::nullopt;
    return static_cast<uint16_t>(code.value);
}

uint32_t plane_escape_arm(uint32_t original, uint32_t index) {
    return condition_of(original) | SVC | plane::ARM_BASE | plane::escape_code::BASE | index;
}

uint32_t plane_escape_thumb(uint32_t index) {
    return plane::udf_w(plane::thumb_escape_code::BASE | index);
}

std::optional<plane_trap> plane_decode_arm(uint32_t word) {
    if (!plane_owns_arm(word))
        return std::nullopt;
    const auto code = plane::decode_arm(word & 0xffffff);
    if (code.what == plane::form::escape_next)
        return plane_trap{.how = plane_trap::form::escape_next};
    if (code.what == plane::form::escape)
        return plane_trap{.how = plane_trap::form::escape, .index = code.payload};
    const auto original = plane::instruction(code);
    if (!original || plane::encode_arm(original.value).value != (word & 0xffffff))
        return std::nullopt;
    const uint32_t condition =
        is_unconditional(original.value) ? original.value & 0xf0000000 : word & 0xf0000000;
    return plane_trap{.word = (original.value & 0x0fffffff) | condition};
}

std::optional<plane_trap> plane_decode_thumb16(uint16_t half) {
    const auto original = plane::instruction(plane::decode_thumb16(half));
    if (!original)
        return std::nullopt;
    return plane_trap{.word = original.value};
}

std::optional<plane_trap> plane_decode_thumb32(uint32_t word) {
    const auto immediate = plane::udf_w_immediate(word);
    const auto code = immediate ? plane::decode_thumb32(immediate.value) : plane::decoded{};
    if (code.what == plane::form::thumb_escape_next)
        return plane_trap{.how = plane_trap::form::escape_next};
    if (code.what == plane::form::thumb_escape)
        return plane_trap{.how = plane_trap::form::escape, .index = code.payload};
    return std::nullopt;
}

} // namespace paravane::port
