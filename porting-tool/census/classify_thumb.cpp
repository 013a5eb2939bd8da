// SPDX-License-Identifier: BSD-2-Clause
// Classifies Thumb and Thumb-2 instructions (ARM DDI 0406C, A6). Thumb has no
// user-bank LDM or STM and one exception return, SUBS PC, LR. Neighbours:
// classify_arm.cpp, coprocessor.cpp.
#include "classify.hpp"
#include "coprocessor.hpp"

namespace paravane::port {
namespace {

using enum sensitivity;

constexpr bool matches(uint32_t word, uint32_t mask, uint32_t value) {
    return (word & mask) == value;
}

classification classify_hint(uint32_t number) {
    switch (number) {
    case 1:
        return {kind::hint, harmless, "YIELD"};
    case 2:
        return {kind::hint, silent, "WFE waits without giving the core to other VMs"};
    case 3:
        return {kind::hint, silent, "WFI halts the core for every VM"};
    case 4:
        return {kind::hint, harmless, "SEV"};
    default:
        return {};
    }
}

classification classify_move_from(uint32_t word) {
    if ((word & 0x20) != 0)
        return {kind::banked_register, unpredictable, "banked register access in User mode"};
    if ((word >> 20 & 1) != 0)
        return {kind::mrs_spsr, unpredictable, "SPSR access in User mode"};
    return {kind::mrs_cpsr, silent, "reads User mode and clear masks"};
}

classification classify_move_to(uint32_t word) {
    if ((word & 0x20) != 0)
        return {kind::banked_register, unpredictable, "banked register access in User mode"};
    if ((word >> 20 & 1) != 0)
        return {kind::msr_spsr, unpredictable, "SPSR access in User mode"};
    if ((word & 0x0300) == 0)
        return {kind::msr_cpsr, harmless, "writes flags only (APSR)"};
    return {kind::msr_cpsr, silent, "User mode ignores writes to the mode and mask bits"};
}

/// Branches and miscellaneous control with op1 = 0x0 (A6.3.4).
classification classify_control(uint32_t word) {
    switch (word >> 20 & 0x7f) {
    case 0x38:
    case 0x39:
        return classify_move_to(word);
    case 0x3a:
        if ((word & 0x0700) == 0)
            return classify_hint(word & 0xff);
        return {kind::cps, silent, "CPS is ignored in User mode"};
    case 0x3d:
        if ((word & 0xff) == 0)
            return {kind::eret, unpredictable, "ERET in User mode"};
        return {kind::data_pc, unpredictable, "copies SPSR, which User mode has not"};
    case 0x3e:
    case 0x3f:
        return classify_move_from(word);
    case 0x7e:
        if ((word & 0x2000) != 0)
            return {};
        return {kind::hvc, trapping, "HVC is undefined in User mode"};
    case 0x7f:
        if ((word & 0x2000) != 0)
            return {};
        return {kind::smc, trapping, "SMC is undefined in User mode"};
    default:
        return {};
    }
}

classification classify_multiple(uint32_t word) {
    const uint32_t mode = word >> 23 & 3;
    if (mode != 0 && mode != 3)
        return {};
    if ((word >> 20 & 1) != 0)
        return {kind::rfe, unpredictable, "RFE in User mode"};
    return {kind::srs, unpredictable, "SRS in User mode"};
}

bool is_unprivileged(uint32_t word) {
    if ((word & 0x0f00) != 0x0e00 || (word >> 16 & 15) == 15)
        return false;
    const uint32_t operation = word >> 20;
    switch (operation) {
    case 0xf80:
    case 0xf81:
    case 0xf82:
    case 0xf83:
    case 0xf84:
    case 0xf85:
    case 0xf91:
    case 0xf93:
        return true;
    default:
        return false;
    }
}

} // namespace

classification classify_thumb16(uint16_t half) {
    if (matches(half, 0xffe0, 0xb660))
        return {kind::cps, silent, "CPS is ignored in User mode"};
    if (matches(half, 0xffe0, 0xb640))
        return {kind::setend, harmless, "SETEND works in User mode and CPSR.E is saved"};
    if (matches(half, 0xff0f, 0xbf00))
        return classify_hint(half >> 4 & 15);
    return {};
}

classification classify_thumb32(uint32_t word, cpu_arch arch) {
    if (matches(word, 0xf800d000, 0xf0008000))
        return classify_control(word);
    if (matches(word, 0xfe400000, 0xe8000000))
        return classify_multiple(word);
    if (matches(word, 0xfe000000, 0xf8000000)) {
        if (is_unprivileged(word))
            return {kind::ldrt_strt, silent,
                    "an ordinary access in User mode: the kernel's pages are not refused"};
        return {};
    }
    if (matches(word, 0xec000000, 0xec000000)) {
        const bool alternate = (word >> 28 & 1) != 0;
        if (!alternate || (word >> 8 & 15) >= 14)
            return classify_coprocessor(word, arch);
    }
    return {};
}

} // namespace paravane::port
