// SPDX-License-Identifier: BSD-2-Clause
// What User mode may do with p14, p15 and the VFP's system registers (ARM DDI
// 0406C, B3.17, B4, C6, C11). The hypervisor closes what a control bit can
// close: PMUSERENR, CNTKCTL, DBGDSCR.UDCCdis.
#include "coprocessor.hpp"

namespace paravane::port {
namespace {

using enum sensitivity;

constexpr bool is(register_access a, int opc1, int crn, int crm, int opc2) {
    return a.opc1 == opc1 && a.crn == crn && a.crm == crm && a.opc2 == opc2;
}

constexpr bool is_barrier(register_access a) {
    return !a.read && (is(a, 0, 7, 5, 4) || is(a, 0, 7, 10, 4) || is(a, 0, 7, 10, 5));
}

/// MRRC of CNTVCT (ARM ARM B8.1.3): open where the hypervisor offers counter_direct,
/// and served by the plane where it traps.
constexpr bool reads_virtual_counter(uint32_t word) {
    return (word & 0x001000ff) == 0x0010001e;
}

classification classify_pair(uint32_t word, uint32_t coprocessor) {
    if (coprocessor == 15 && reads_virtual_counter(word))
        return {kind::cp15_pair, harmless, "CNTVCT: open to User mode, or served when it traps"};
    if (coprocessor == 15)
        return {kind::cp15_pair, trapping, "64-bit system register, closed to User mode"};
    return {kind::cp14_pair, silent, "64-bit debug register, readable in User mode"};
}

classification classify_memory(uint32_t coprocessor) {
    if (coprocessor == 15)
        return {kind::cp15_memory, trapping, "CP15 has no LDC or STC: undefined in any mode"};
    return {kind::cp14_memory, silent, "debug data transfer, open to User mode at reset"};
}

} // namespace

classification classify_cp15(register_access a, cpu_arch arch) {
    if (is_barrier(a)) {
        if (arch >= cpu_arch::v6)
            return {kind::cp15, harmless, "CP15 barrier: allowed in User mode and complete there"};
        return {kind::cp15, trapping, "CP15 barrier: undefined in User mode before ARMv6"};
    }
    if (arch >= cpu_arch::v6 && is(a, 0, 13, 0, 2))
        return {kind::cp15, harmless, "TPIDRURW: User mode's own thread register"};
    if (arch >= cpu_arch::v6 && a.read && is(a, 0, 13, 0, 3))
        return {kind::cp15, harmless, "TPIDRURO read: allowed in User mode"};
    if (a.read && is(a, 0, 9, 14, 0))
        return {kind::cp15, silent, "PMUSERENR reads as the hypervisor set it"};
    if (a.crn == 9 && a.crm >= 12)
        return {kind::cp15, trapping, "performance monitor, closed by PMUSERENR"};
    if (a.crn == 14)
        return {kind::cp15, trapping, "generic timer, closed by CNTKCTL"};
    return {kind::cp15, trapping, "system register, undefined in User mode"};
}

classification classify_cp14(register_access a) {
    if (a.opc1 == 6)
        return {kind::cp14, silent, "ThumbEE register, open to User mode at reset"};
    if (a.opc1 == 7)
        return {kind::cp14, silent, "Jazelle register, open to User mode at reset"};
    if (a.opc1 == 0 && a.crn <= 2)
        return {kind::cp14, silent, "debug register, open to User mode at reset"};
    return {kind::cp14, trapping, "debug or trace register, undefined in User mode"};
}

classification classify_vfp_system(uint32_t word) {
    if ((word >> 16 & 15) == 1)
        return {kind::vfp_system, harmless, "FPSCR: User mode's own register"};
    return {kind::vfp_system, trapping, "VFP system register, undefined in User mode"};
}

classification classify_coprocessor(uint32_t word, cpu_arch arch) {
    const uint32_t coprocessor = word >> 8 & 15;
    if ((word & 0x0fe00f10) == 0x0ee00a10)
        return classify_vfp_system(word);
    if (coprocessor < 14)
        return {};
    if ((word & 0x0f000010) == 0x0e000010) {
        const register_access access = register_access_of(word);
        return coprocessor == 15 ? classify_cp15(access, arch) : classify_cp14(access);
    }
    if ((word & 0x0e000000) != 0x0c000000)
        return {};
    const uint32_t operation = word >> 20 & 0x1f;
    if ((operation & 0x1e) == 0x04)
        return classify_pair(word, coprocessor);
    return (operation & 0x1a) == 0 ? classification{} : classify_memory(coprocessor);
}

} // namespace paravane::port
