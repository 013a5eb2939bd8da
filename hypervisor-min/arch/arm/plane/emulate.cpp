// SPDX-License-Identifier: BSD-2-Clause
// Dispatch: from a code of the plane, or from an instruction that trapped as
// undefined, to its handler. The hottest path of level 0 is entry.S, emulate_code,
// one handler.
#include "arch/arm/plane/handlers.hpp"

namespace paravane::arm::plane {

namespace {

outcome hint(uint32_t word) {
    switch (word & 0xff) {
    case 1: // YIELD
    case 2: // WFE
        return outcome::yield;
    case 3: // WFI
        return outcome::wait;
    default:
        return outcome::next;
    }
}

outcome call_firmware(const environment& env) {
    return is_user(env) ? outcome::undefined : outcome::service;
}

} // namespace

outcome emulate(environment& env, form kind, uint32_t word) {
    switch (kind) {
    case form::cps:
        return cps(env, word);
    case form::mrs:
        return mrs(env, word);
    case form::msr_register:
        return msr_register(env, word);
    case form::msr_immediate:
        return msr_immediate(env, word);
    case form::cp15:
        return cp15(env, word);
    case form::hint:
        return hint(word);
    case form::return_register:
        return return_register(env, word);
    case form::return_immediate:
        return return_immediate(env, word);
    case form::block:
        return block_transfer(env, word);
    case form::rfe:
        return return_from_exception(env, word);
    case form::srs:
        return store_return_state(env, word);
    case form::unprivileged:
        return unprivileged(env, word);
    case form::unprivileged_thumb:
        return unprivileged_thumb(env, word);
    case form::cp15_pair:
        return cp15_pair(env, word);
    case form::cp14:
        return cp14(env, word);
    case form::fp_status:
        return fp_status(env, word);
    case form::smc:
    case form::hvc:
        return call_firmware(env);
    case form::setend:
        return setend(env, word);
    case form::none:
        break;
    }
    return outcome::undefined;
}

} // namespace paravane::arm::plane
