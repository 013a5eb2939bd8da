// SPDX-License-Identifier: BSD-2-Clause
// MRC, MCR, MRRC and MCRR of coprocessor 15 and MRC, MCR of coprocessor 14: who may
// access what. The registers themselves are in cp15_read.cpp and cp15_write.cpp.
#include "arch/arm/plane/cp15.hpp"

namespace paravane::arm::plane {

namespace {

/// What PL0 reaches (ARM ARM B3.17.3); the performance monitors and the counter
/// are closed by PMUSERENR and CNTKCTL.
constexpr bool user_may(uint32_t name, bool load) {
    switch (name) {
    case CP_TPIDRURW:
        return true;
    case CP_TPIDRURO:
    case CP_PMUSERENR:
        return load;
    case CP_ISB:
    case CP_DSB:
    case CP_DMB:
        return !load;
    default:
        return false;
    }
}

} // namespace

outcome cp15_access(environment& env, uint32_t payload) {
    const uint32_t name = field(payload, 4, 14);
    const uint32_t rt = field(payload, 0, 4);
    const bool load = bit(payload, 18);
    if (rt == 15) [[unlikely]] {
        return outcome::undefined;
    }
    if (is_user(env) && !user_may(name, load)) [[unlikely]] {
        return outcome::undefined;
    }
    if (!load) {
        return write_cp15(env, name, reg(env.state, rt));
    }
    uint32_t value = 0;
    if (!read_cp15(env, name, value)) [[unlikely]] {
        return outcome::undefined;
    }
    reg(env.state, rt) = value;
    return outcome::next;
}

outcome cp15(environment& env, uint32_t word) {
    return cp15_access(env, cp15_payload(word));
}

outcome cp15_pair(environment& env, uint32_t word) {
    constexpr uint32_t VIRTUAL_COUNT = 14 | 1u << 4;
    constexpr uint32_t PHYSICAL_COUNT = 14;
    const uint32_t name = word & 0xff;
    const uint32_t rt = field(word, 12, 4);
    const uint32_t rt2 = field(word, 16, 4);
    const bool counter = name == VIRTUAL_COUNT || name == PHYSICAL_COUNT;
    if (!counter || !bit(word, 20) || rt == 15 || rt2 == 15 || rt == rt2 || is_user(env) ||
        env.page.counter_hz == 0) {
        return outcome::undefined;
    }
    const uint64_t now = env.counter();
    reg(env.state, rt) = static_cast<uint32_t>(now);
    reg(env.state, rt2) = static_cast<uint32_t>(now >> 32);
    return outcome::next;
}

/// Debug (opc1 0), ThumbEE (6) and Jazelle (7) registers read as zero and ignore
/// writes: no debug architecture, no ThumbEE, trivial Jazelle.
outcome cp14(environment& env, uint32_t word) {
    const uint32_t opc1 = field(word, 21, 3);
    const uint32_t rt = field(word, 12, 4);
    if (is_user(env) || (opc1 != 0 && opc1 != 6 && opc1 != 7)) {
        return outcome::undefined;
    }
    if (!bit(word, 20)) {
        return outcome::next;
    }
    if (rt == 15) {
        env.state.frame.cpsr &= 0x0fffffff;
    } else {
        reg(env.state, rt) = 0;
    }
    return outcome::next;
}

} // namespace paravane::arm::plane
