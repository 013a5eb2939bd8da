// SPDX-License-Identifier: BSD-2-Clause
// Writes to the virtual CP15 and its operations on caches, TLB and address
// translation; see cp15.hpp.
#include "arch/arm/plane/cp15.hpp"
#include "arch/arm/plane/sctlr.hpp"

namespace paravane::arm::plane {

namespace {

constexpr uint32_t CPACR_WRITABLE = 0xc0f00000; ///< ASEDIS, D32DIS, CP11, CP10
constexpr uint32_t CSSELR_WRITABLE = 0xf;

outcome set(environment& env, translation_register which, uint32_t value) {
    const auto done = env.set_translation(which, value);
    if (done) [[likely]] {
        return outcome::next;
    }
    env.reason = done.error();
    return outcome::kill;
}

outcome write_control(environment& env, uint32_t name, uint32_t value) {
    cp15_registers& registers = env.state.cp15;
    switch (name) {
    case CP_SCTLR:
        registers.sctlr = (value & SCTLR_WRITABLE) | SCTLR_ONES;
        env.set_sctlr(registers.sctlr);
        return outcome::next;
    case CP_ACTLR:
        registers.actlr = value;
        return outcome::next;
    case CP_CPACR:
        registers.cpacr = value & CPACR_WRITABLE;
        env.fp_access_changed();
        return outcome::next;
    case CP_CSSELR:
        registers.csselr = value & CSSELR_WRITABLE;
        return outcome::next;
    case CP_VBAR:
        registers.vbar = value & ~0x1fu;
        return outcome::next;
    case CP_TTBR0:
        return set(env, translation_register::ttbr0, value);
    case CP_TTBR1:
        return set(env, translation_register::ttbr1, value);
    case CP_TTBCR:
        return set(env, translation_register::ttbcr, value);
    case CP_PRRR:
        return set(env, translation_register::prrr, value);
    case CP_NMRR:
        return set(env, translation_register::nmrr, value);
    default:
        return reads_as_zero(name) ? outcome::next : outcome::undefined;
    }
}

outcome write_fault(environment& env, uint32_t name, uint32_t value) {
    switch (name) {
    case CP_DFSR:
        env.page.data_fault_status = value;
        return outcome::next;
    case CP_IFSR:
        env.page.fetch_fault_status = value;
        return outcome::next;
    case CP_DFAR:
        env.page.data_fault_address = value;
        return outcome::next;
    case CP_IFAR:
        env.page.fetch_fault_address = value;
        return outcome::next;
    case CP_ADFSR:
        env.state.cp15.adfsr = value;
        return outcome::next;
    case CP_AIFSR:
        env.state.cp15.aifsr = value;
        return outcome::next;
    default:
        return outcome::undefined;
    }
}

outcome write_thread(environment& env, uint32_t name, uint32_t value) {
    switch (name) {
    case CP_TPIDRURO: // without level 1 one register serves kernel and user
        env.page.thread_kernel = value;
        env.page.thread_user = value;
        env.set_thread_read_only(value);
        return outcome::next;
    case CP_CONTEXTIDR:
        return set(env, translation_register::contextidr, value);
    case CP_TPIDRPRW:
        env.page.thread_private = value;
        return outcome::next;
    case CP_TPIDRURW:
        env.set_thread_read_write(value);
        return outcome::next;
    case CP_FCSEIDR: // no FCSE: RAZ/WI
        return outcome::next;
    default:
        return outcome::undefined;
    }
}

outcome clean(environment& env, cache_operation operation, cache_target target, uint32_t value) {
    env.cache(operation, target, value);
    return outcome::next;
}

outcome order(environment& env, barrier_kind kind) {
    env.barrier(kind);
    return outcome::next;
}

outcome look_up(environment& env, uint32_t name, uint32_t value) {
    const uint32_t opc2 = field(name, 5, 3);
    env.state.cp15.par =
        env.translate(gva{value}, (opc2 & 1) != 0 ? mmu::access::write : mmu::access::read,
                      (opc2 & 2) != 0 ? mmu::privilege::user : mmu::privilege::kernel);
    return outcome::next;
}

outcome operate(environment& env, uint32_t name, uint32_t value) {
    switch (name) {
    case CP_DCCMVAC:
    case CP_DCCMVAU:
        return clean(env, cache_operation::clean, cache_target::address, value);
    case CP_DCIMVAC:
        return clean(env, cache_operation::invalidate, cache_target::address, value);
    case CP_DCCIMVAC:
        return clean(env, cache_operation::clean_invalidate, cache_target::address, value);
    case CP_DCCSW:
        return clean(env, cache_operation::clean, cache_target::set_way, value);
    case CP_DCISW:
        return clean(env, cache_operation::invalidate, cache_target::set_way, value);
    case CP_DCCISW:
        return clean(env, cache_operation::clean_invalidate, cache_target::set_way, value);
    case CP_ICIALLU:
    case CP_ICIALLUIS:
        return clean(env, cache_operation::instruction, cache_target::all, 0);
    case CP_ICIMVAU:
        return clean(env, cache_operation::instruction, cache_target::address, value);
    case CP_BPIALL:
    case CP_BPIALLIS:
        return clean(env, cache_operation::branch, cache_target::all, 0);
    case CP_BPIMVA:
        return clean(env, cache_operation::branch, cache_target::address, value);
    case CP_ISB:
        return order(env, barrier_kind::instruction);
    case CP_DSB:
        return order(env, barrier_kind::synchronization);
    case CP_DMB:
        return order(env, barrier_kind::memory);
    case CP_ATS1CPR:
    case CP_ATS1CPW:
    case CP_ATS1CUR:
    case CP_ATS1CUW:
        return look_up(env, name, value);
    case CP_PAR:
        env.state.cp15.par = value;
        return outcome::next;
    case CP_NOP_WFI:
    case CP_NOP_PREFETCH:
        return outcome::next;
    default:
        return outcome::undefined;
    }
}

/// c8: CRm 3 broadcasts, 5 to 7 are instruction, data and unified TLB; one shadow
/// serves all.
outcome flush(environment& env, uint32_t name, uint32_t value) {
    const uint32_t crm = field(name, 0, 4);
    const uint32_t opc2 = field(name, 5, 3);
    if (field(name, 21, 3) != 0 || opc2 > 3 || (crm != 3 && (crm < 5 || crm > 7)) ||
        (opc2 == 3 && crm != 3 && crm != 7)) {
        return outcome::undefined;
    }
    env.flush_tlb(static_cast<tlb_scope>(opc2), value);
    return outcome::next;
}

} // namespace

static_assert(static_cast<uint8_t>(tlb_scope::all) == 0 &&
              static_cast<uint8_t>(tlb_scope::address) == 1 &&
              static_cast<uint8_t>(tlb_scope::asid) == 2 &&
              static_cast<uint8_t>(tlb_scope::address_every_asid) == 3);

outcome write_cp15(environment& env, uint32_t name, uint32_t value) {
    switch (field(name, 16, 4)) {
    case 3:
        if (name != CP_DACR) {
            return outcome::undefined;
        }
        env.page.domain = value;
        env.set_dacr(value);
        return outcome::next;
    case 5:
    case 6:
        return write_fault(env, name, value);
    case 7:
        return operate(env, name, value);
    case 8:
        return flush(env, name, value);
    case 13:
        return write_thread(env, name, value);
    default:
        return write_control(env, name, value);
    }
}

} // namespace paravane::arm::plane
