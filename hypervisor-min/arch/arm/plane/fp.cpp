// SPDX-License-Identifier: BSD-2-Clause
// VMRS and VMSR (ARM ARM B9.3.21, B9.3.22): FPEXC is virtual, FPSCR is the FP
// owner's, the rest is identification. Dispatched by emulate.cpp.
#include "arch/arm/plane/handlers.hpp"
#include "lib/parts.hpp"

namespace paravane::arm::plane {

namespace {

constexpr uint32_t FPEXC_EN = 1u << 30;

enum fp_register : uint32_t { FPSID = 0, FPSCR = 1, MVFR1 = 6, MVFR0 = 7, FPEXC = 8 };

/// CPACR.cp10: 1 admits PL1, 3 admits PL0 as well.
bool coprocessor_enabled(const environment& env) {
    const uint32_t rights = field(env.state.cp15.cpacr, 20, 2);
    return rights == 3 || (rights == 1 && !is_user(env));
}

/// User mode sees FPSCR alone; it and VMSR to it need FPEXC.EN.
bool accessible(const environment& env, uint32_t which) {
    if (!coprocessor_enabled(env)) {
        return false;
    }
    return which == FPSCR ? (env.state.fpexc & FPEXC_EN) != 0 : !is_user(env);
}

outcome read(environment& env, uint32_t which, uint32_t rt) {
    uint32_t value = 0;
    switch (which) {
    case FPSID:
        value = env.identity.fpsid;
        break;
    case FPSCR:
        value = env.fpscr();
        break;
    case MVFR0:
    case MVFR1:
        value = env.identity.mvfr[which == MVFR1 ? 1 : 0];
        break;
    case FPEXC:
        value = env.state.fpexc;
        break;
    default:
        return outcome::undefined;
    }
    if (rt != 15) {
        reg(env.state, rt) = value;
        return outcome::next;
    }
    if (which != FPSCR) {
        return outcome::undefined;
    }
    env.state.frame.cpsr = (env.state.frame.cpsr & 0x0fffffff) | (value & 0xf0000000);
    return outcome::next;
}

outcome write(environment& env, uint32_t which, uint32_t rt) {
    if (rt == 15) {
        return outcome::undefined;
    }
    const uint32_t value = reg(env.state, rt);
    switch (which) {
    case FPSID: // read-only, a write is ignored
        return outcome::next;
    case FPSCR:
        env.set_fpscr(value);
        return outcome::next;
    case FPEXC:
        env.state.fpexc = value & FPEXC_EN;
        env.page.fpexc = env.state.fpexc;
        env.fp_access_changed();
        return outcome::next;
    default:
        return outcome::undefined;
    }
}

} // namespace

outcome fp_status(environment& env, uint32_t word) {
    const uint32_t which = field(word, 16, 4);
    const uint32_t rt = field(word, 12, 4);
    if (!parts::FLOATING_POINT || !accessible(env, which)) {
        return outcome::undefined;
    }
    return bit(word, 20) ? read(env, which, rt) : write(env, which, rt);
}

} // namespace paravane::arm::plane
