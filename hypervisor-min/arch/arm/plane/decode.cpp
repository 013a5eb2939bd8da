// SPDX-License-Identifier: BSD-2-Clause
// Recognizes sensitive instructions by encoding (ARM ARM A5, A6, B9.3); Thumb ones
// are turned into their ARM equivalents. See form.hpp.
#include "arch/arm/plane/form.hpp"

namespace paravane::arm::plane {

namespace {

constexpr uint32_t AL = 0xe0000000;

constexpr bool matches(uint32_t word, uint32_t mask, uint32_t value) {
    return (word & mask) == value;
}

struct pattern {
    uint32_t mask;
    uint32_t value;
    form kind;
};

/// The first that matches names the form.
constexpr pattern CONDITIONAL[] = {
    {0x0f000f10, 0x0e000f10, form::cp15},
    {0x0fbf0fff, 0x010f0000, form::mrs},
    {0x0fb0fff0, 0x0120f000, form::msr_register},
    {0x0fffff00, 0x0320f000, form::hint},
    {0x0fb0f000, 0x0320f000, form::msr_immediate},
    {0x0ffffff0, 0x01600070, form::smc},
    {0x0ff000f0, 0x01400070, form::hvc},
    {0x0e10f010, 0x0010f000, form::return_register},
    {0x0e10f000, 0x0210f000, form::return_immediate},
    {0x0e500000, 0x08500000, form::block},
    {0x0e700000, 0x08400000, form::block},
    {0x0f200000, 0x04200000, form::unprivileged},
    {0x0f200010, 0x06200000, form::unprivileged},
    {0x0f2000f0, 0x002000b0, form::unprivileged},
    {0x0f3000d0, 0x003000d0, form::unprivileged},
    {0x0fe00fff, 0x0ee00a10, form::fp_status},
    {0x0fe00f00, 0x0c400f00, form::cp15_pair},
    {0x0f000f10, 0x0e000e10, form::cp14},
};

constexpr pattern UNCONDITIONAL[] = {
    {0xfff1fe20, 0xf1000000, form::cps},
    {0xfffffdff, 0xf1010000, form::setend},
    {0xfe5fffe0, 0xf84d0500, form::srs},
    {0xfe50ffff, 0xf8100a00, form::rfe},
};

template <uint32_t Count>
form look_up(const pattern (&patterns)[Count], uint32_t word) {
    for (const pattern& one : patterns) {
        if (matches(word, one.mask, one.value)) {
            return one.kind;
        }
    }
    return form::none;
}

form thumb_branches(uint32_t& word) {
    const uint32_t half = word;
    const uint32_t rn = half >> 16 & 0xf;
    const uint32_t rd = (half << 4) & 0x0000f000;
    const uint32_t spsr = (half << 2) & 0x00400000;
    if (matches(half, 0xffeff0ff, 0xf3ef8000)) {
        word = AL | 0x010f0000 | spsr | rd;
        return form::mrs;
    }
    if (matches(half, 0xffe0f0ff, 0xf3808000)) {
        word = AL | 0x0120f000 | spsr | ((half << 8) & 0x000f0000) | rn;
        return form::msr_register;
    }
    if (matches(half, 0xffffff00, 0xf3af8000)) {
        word = AL | 0x0320f000 | (half & 0xff);
        return form::hint;
    }
    if (matches(half, 0xfffff800, 0xf3af8000)) {
        word = 0xf1000000 | ((half << 9) & 0x000e0000) | ((half << 1) & 0x1c0) | (half & 0x1f);
        return form::cps;
    }
    if (matches(half, 0xffffff00, 0xf3de8f00)) {
        word = AL | 0x025ef000 | (half & 0xff);
        return form::return_immediate;
    }
    if (matches(half, 0xfff0ffff, 0xf7f08000)) {
        return form::smc;
    }
    return matches(half, 0xfff0f000, 0xf7e08000) ? form::hvc : form::none;
}

/// P, U of the two addressing modes that Thumb has: decrement before, increment after.
constexpr uint32_t thumb_increment(uint32_t word) {
    return (word & 0x01000000) != 0 ? 0x00800000 : 0x01000000;
}

form thumb_blocks(uint32_t& word) {
    const bool has_mode = (word & 0x01000000) == ((word << 1) & 0x01000000);
    const uint32_t mode = thumb_increment(word) | (word & 0x00200000);
    if (has_mode && matches(word, 0xfe5fffe0, 0xe80dc000)) {
        word = 0xf84d0500 | mode | (word & 0x1f);
        return form::srs;
    }
    if (has_mode && matches(word, 0xfe50ffff, 0xe810c000)) {
        word = 0xf8100a00 | mode | (word & 0x000f0000);
        return form::rfe;
    }
    return form::none;
}

} // namespace

form decode_arm(uint32_t word) {
    return word >> 28 == 0xf ? look_up(UNCONDITIONAL, word) : look_up(CONDITIONAL, word);
}

form decode_thumb16(uint32_t& halfword) {
    const uint32_t half = halfword;
    if (matches(half, 0xffe8, 0xb660)) {
        const uint32_t imod = (half & 0x10) != 0 ? 3 : 2;
        halfword = 0xf1000000 | imod << 18 | (half & 7) << 6;
        return form::cps;
    }
    if (matches(half, 0xfff7, 0xb650)) {
        halfword = 0xf1010000 | (half & 8) << 6;
        return form::setend;
    }
    if (matches(half, 0xff0f, 0xbf00)) {
        halfword = AL | 0x0320f000 | (half >> 4 & 0xf);
        return form::hint;
    }
    return form::none;
}

form decode_thumb32(uint32_t& word) {
    switch (word >> 25) {
    case 0x74: // load and store multiple, SRS, RFE
        return thumb_blocks(word);
    case 0x76: // 0xec…
    case 0x77: // 0xee…
        return decode_arm(word);
    case 0x79: // branches and miscellaneous control, 0xf3…
    case 0x7b: // 0xf7…
        return thumb_branches(word);
    case 0x7c: // load and store single
        return matches(word, 0x00800f00, 0x00000e00) && (word & 0x00600000) != 0x00600000
                   ? form::unprivileged_thumb
                   : form::none;
    default:
        return form::none;
    }
}

} // namespace paravane::arm::plane
