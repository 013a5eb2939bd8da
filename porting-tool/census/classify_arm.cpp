// SPDX-License-Identifier: BSD-2-Clause
// Classifies ARM words (ARM DDI 0406C, A5). Bits that should be zero or one are
// not looked at: cores ignore them, so a hidden instruction must not pass.
// Neighbours: classify_thumb.cpp, coprocessor.cpp.
#include "classify.hpp"
#include "coprocessor.hpp"

#include <array>

namespace paravane::port {
namespace {

using enum sensitivity;

constexpr bool matches(uint32_t word, uint32_t mask, uint32_t value) {
    return (word & mask) == value;
}

classification classify_unconditional(uint32_t word, cpu_arch arch) {
    if (matches(word, 0xfff10020, 0xf1000000))
        return {kind::cps, silent, "CPS is ignored in User mode"};
    if (matches(word, 0xfff100f0, 0xf1010000))
        return {kind::setend, harmless, "SETEND works in User mode and CPSR.E is saved"};
    if (matches(word, 0xfe500000, 0xf8400000))
        return {kind::srs, unpredictable, "SRS in User mode"};
    if (matches(word, 0xfe500000, 0xf8100000))
        return {kind::rfe, unpredictable, "RFE in User mode"};
    if (matches(word, 0xfc000000, 0xfc000000)) {
        const uint32_t coprocessor = word >> 8 & 15;
        if (coprocessor >= 14)
            return classify_coprocessor(word, arch);
    }
    return {};
}

classification classify_msr(uint32_t word) {
    const uint32_t mask = word >> 16 & 15;
    if ((word >> 22 & 1) != 0)
        return {kind::msr_spsr, unpredictable, "SPSR access in User mode"};
    if ((mask & 3) == 0)
        return {kind::msr_cpsr, harmless, "writes flags only (APSR)"};
    return {kind::msr_cpsr, silent, "User mode ignores writes to the mode and mask bits"};
}

/// The miscellaneous space: opcodes TST to CMN without S (A5.2.12).
classification classify_miscellaneous(uint32_t word) {
    const uint32_t operation = word >> 4 & 15;
    const uint32_t variant = word >> 21 & 3;
    if (operation == 0) {
        if ((word >> 9 & 1) != 0)
            return {kind::banked_register, unpredictable, "banked register access in User mode"};
        if ((variant & 1) != 0)
            return classify_msr(word);
        if ((word >> 22 & 1) != 0)
            return {kind::mrs_spsr, unpredictable, "SPSR access in User mode"};
        return {kind::mrs_cpsr, silent, "reads User mode and clear masks"};
    }
    if (operation == 6 && variant == 3)
        return {kind::eret, unpredictable, "ERET in User mode"};
    if (operation == 7 && variant == 2)
        return {kind::hvc, trapping, "HVC is undefined in User mode"};
    if (operation == 7 && variant == 3)
        return {kind::smc, trapping, "SMC is undefined in User mode"};
    return {};
}

bool is_exception_return(uint32_t word) {
    const uint32_t opcode = word >> 21 & 15;
    return (word >> 20 & 1) != 0 && (word >> 12 & 15) == 15 && (opcode < 8 || opcode > 11);
}

constexpr classification EXCEPTION_RETURN = {kind::data_pc, unpredictable,
                                             "copies SPSR, which User mode has not"};
constexpr classification UNPRIVILEGED_ACCESS = {
    kind::ldrt_strt, silent, "an ordinary access in User mode: the kernel's pages are not refused"};

classification classify_data_register(uint32_t word) {
    if ((word & 0x90) == 0x90) {
        const uint32_t operation = word >> 5 & 3;
        const bool unprivileged = matches(word, 0x01200000, 0x00200000);
        if (unprivileged && (operation == 1 || (operation > 1 && (word >> 20 & 1) != 0)))
            return UNPRIVILEGED_ACCESS;
        return {};
    }
    if (matches(word, 0x01900000, 0x01000000))
        return classify_miscellaneous(word);
    return is_exception_return(word) ? EXCEPTION_RETURN : classification{};
}

classification classify_hint(uint32_t word) {
    switch (word & 0xff) {
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

classification classify_data_immediate(uint32_t word) {
    if (matches(word, 0x01b00000, 0x01200000)) {
        if ((word & 0x004f0000) == 0)
            return classify_hint(word);
        return classify_msr(word);
    }
    if (matches(word, 0x01900000, 0x01000000))
        return {};
    return is_exception_return(word) ? EXCEPTION_RETURN : classification{};
}

classification classify_block(uint32_t word) {
    if ((word >> 22 & 1) == 0)
        return {};
    if ((word >> 20 & 1) == 0)
        return {kind::stm_user, unpredictable, "user-bank STM in User mode"};
    if ((word >> 15 & 1) != 0)
        return {kind::ldm_exception, unpredictable, "copies SPSR, which User mode has not"};
    return {kind::ldm_user, unpredictable, "user-bank LDM in User mode"};
}

} // namespace

classification classify_arm(uint32_t word, cpu_arch arch) {
    if ((word >> 28) == 15)
        return classify_unconditional(word, arch);
    switch (word >> 25 & 7) {
    case 0:
        return classify_data_register(word);
    case 1:
        return classify_data_immediate(word);
    case 2:
        return matches(word, 0x01200000, 0x00200000) ? UNPRIVILEGED_ACCESS : classification{};
    case 3:
        return matches(word, 0x01200010, 0x00200000) ? UNPRIVILEGED_ACCESS : classification{};
    case 4:
        return classify_block(word);
    case 6:
    case 7:
        return classify_coprocessor(word, arch);
    default:
        return {};
    }
}

} // namespace paravane::port
