// SPDX-License-Identifier: BSD-2-Clause
// Writes to the virtual CP15 and its operations on caches, TLB and address
// translation; see cp15.hpp.
#include "arch/arm/plane/cp15.hpp"
#include "arch/arm/plane/cp15_stored.hpp"
#include "arch/arm/plane/sctlr.hpp"
#include "lib/parts.hpp"

namespace paravane::arm::plane {

namespace {

/// ASEDIS, D32DIS, CP11, CP10.
constexpr uint32_t CPACR_WRITABLE = parts::FLOATING_POINT ? 0xc0f00000 : 0;
constexpr uint32_t CSSELR_WRITABLE = 0xf;

outcome set(environment& env, translation_register which, uint32_t value) {
    if (env.set_translation(which, value)) [[likely]] {
        return outcome::next;
    }
    env.reason = kill_reason::long_descriptors;
    return outcome::kill;
}

outcome write_special(environment& env, uint32_t name, uint32_t value) {
    cp15_registers& registers = env.state.cp15;
    switch (name) {
    case CP_DACR:
        env.page.domain = value;
        env.set_dacr(value);
        return outcome::next;
    case CP_TPIDRURO: // one register serves both, but in a kernel that takes upcalls
        env.page.thread_kernel = value;
        if (!env.state.takes_upcalls()) {
            env.page.thread_user = value;
        }
        env.set_thread_read_only(value);
        return outcome::next;
    case CP_TPIDRURW:
        env.set_thread_read_write(value);
        return outcome::next;
    case CP_SCTLR:
        registers.sctlr = (value & SCTLR_WRITABLE) | SCTLR_ONES;
        env.set_sctlr(registers.sctlr);
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
    default:
        return reads_as_zero(name) ? outcome::next : outcome::undefined;
    }
}

outcome order(environment& env, barrier_kind kind) {
    env.barrier(kind);
    return outcome::next;
}

outcome look_up(environment& env, uint32_t name, uint32_t value) {
    const uint32_t opc2 = cp_opc2(name);
    env.state.cp15.par =
        env.translate(gva{value}, (opc2 & 1) != 0 ? mmu::access::write : mmu::access::read,
                      (opc2 & 2) != 0 ? mmu::privilege::user : mmu::privilege::kernel);
    return outcome::next;
}

struct cache_rule {
    uint16_t name;
    cache_operation operation;
    cache_target target;
};

constexpr cache_rule CACHE_RULES[] = {
    {CP_DCCMVAC, cache_operation::clean, cache_target::address},
    {CP_DCCMVAU, cache_operation::clean, cache_target::address},
    {CP_ICIMVAU, cache_operation::instruction, cache_target::address},
    {CP_BPIALL, cache_operation::branch, cache_target::all},
    {CP_BPIALLIS, cache_operation::branch, cache_target::all},
    {CP_BPIMVA, cache_operation::branch, cache_target::address},
    {CP_ICIALLU, cache_operation::instruction, cache_target::all},
    {CP_ICIALLUIS, cache_operation::instruction, cache_target::all},
    {CP_DCIMVAC, cache_operation::invalidate, cache_target::address},
    {CP_DCCIMVAC, cache_operation::clean_invalidate, cache_target::address},
    {CP_DCCSW, cache_operation::clean, cache_target::set_way},
    {CP_DCISW, cache_operation::invalidate, cache_target::set_way},
    {CP_DCCISW, cache_operation::clean_invalidate, cache_target::set_way},
};

/// c7.
outcome operate(environment& env, uint32_t name, uint32_t value) {
    for (const cache_rule& rule : CACHE_RULES) {
        if (rule.name == name) {
            env.cache(rule.operation, rule.target, value);
            return outcome::next;
        }
    }
    switch (name) {
    case CP_ISB:
        return order(env, barrier_kind::instruction);
    case CP_DSB:
        return order(env, barrier_kind::synchronization);
    case CP_DMB:
        return order(env, barrier_kind::memory);
    case CP_NOP_WFI:
    case CP_NOP_PREFETCH:
        return outcome::next;
    default:
        return (name & ~cp_name(0, 0, 0, 3)) == CP_ATS1CPR ? look_up(env, name, value)
                                                           : outcome::undefined;
    }
}

/// c8: CRm 3 broadcasts, 5 to 7 are instruction, data and unified TLB; one shadow
/// serves all.
outcome flush(environment& env, uint32_t name, uint32_t value) {
    const uint32_t crm = cp_crm(name);
    const uint32_t opc2 = cp_opc2(name);
    if (cp_opc1(name) != 0 || opc2 > 3 || (crm != 3 && (crm < 5 || crm > 7)) ||
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
    switch (cp_crn(name)) {
    case 3:
    case 13:
        if (name != CP_CONTEXTIDR && name != CP_TPIDRPRW) {
            return write_special(env, name, value);
        }
        break;
    case 7:
        if (name != CP_PAR) {
            return operate(env, name, value);
        }
        break;
    case 8:
        return flush(env, name, value);
    default:
        break;
    }
    const stored_register* const one = find_stored(name);
    if (one == nullptr || one >= STORED + PLAIN) {
        return write_special(env, name, value);
    }
    if (one->where == stored_in::mmu) {
        return set(env, static_cast<translation_register>(one->index), value);
    }
    stored_word(env, *one) = value;
    return outcome::next;
}

} // namespace paravane::arm::plane
