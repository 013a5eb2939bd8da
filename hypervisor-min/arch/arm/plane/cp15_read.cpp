// SPDX-License-Identifier: BSD-2-Clause
// Reads of the virtual CP15; see cp15.hpp.
#include "arch/arm/plane/cp15.hpp"
#include "arch/arm/plane/cp15_stored.hpp"

namespace paravane::arm::plane {

namespace {

constexpr uint32_t MPIDR_UNIPROCESSOR = 0xc0000000;

uint32_t identification(const environment& env, uint32_t name) {
    const cpu_identity& id = env.identity;
    const uint32_t crm = cp_crm(name);
    const uint32_t opc2 = cp_opc2(name);
    if (crm == 1 || crm == 2) {
        return id.features[(crm - 1) * 8 + opc2];
    }
    if (crm != 0) {
        return 0;
    }
    switch (opc2) {
    case 1:
        return id.ctr;
    case 2: // TCMTR: no tightly coupled memory
        return 0;
    case 3:
        return id.tlbtr;
    case 5:
        return MPIDR_UNIPROCESSOR | env.page.vcpu_id;
    case 6:
        return id.revidr;
    default:
        return id.midr;
    }
}

bool read_identity(const environment& env, uint32_t name, uint32_t& value) {
    if (cp_opc1(name) == 0) {
        value = identification(env, name);
        return true;
    }
    switch (name) {
    case CP_CCSIDR: {
        const uint32_t selected = env.state.cp15.csselr & 0xf;
        value = selected < CACHE_SELECTIONS ? env.identity.ccsidr[selected] : 0;
        return true;
    }
    case CP_CLIDR:
        value = env.identity.clidr;
        return true;
    case CP_AIDR:
        value = 0;
        return true;
    case CP_CSSELR:
        value = env.state.cp15.csselr;
        return true;
    default:
        return false;
    }
}

bool read_special(environment& env, uint32_t name, uint32_t& value) {
    switch (name) {
    case CP_TPIDRURO:
        value = read_once(is_user(env) ? env.page.thread_user : env.page.thread_kernel);
        return true;
    case CP_TPIDRURW:
        value = env.thread_read_write();
        return true;
    case CP_DACR:
        value = read_once(env.page.domain);
        return true;
    case CP_SCTLR:
        value = env.state.cp15.sctlr;
        return true;
    case CP_CPACR:
        value = env.state.cp15.cpacr;
        return true;
    case CP_VBAR:
        value = env.state.cp15.vbar;
        return true;
    case CP_ISR:
        value = env.page.irq_pending != 0 ? CPSR_I : 0;
        return true;
    case CP_CNTFRQ:
        value = env.page.counter_hz;
        return value != 0;
    case CP_FCSEIDR: // no FCSE: RAZ/WI
        value = 0;
        return true;
    default:
        value = 0;
        return reads_as_zero(name);
    }
}

} // namespace

bool read_cp15(environment& env, uint32_t name, uint32_t& value) {
    if (cp_crn(name) == 0) {
        return read_identity(env, name, value);
    }
    const stored_register* const one = find_stored(name);
    if (one == nullptr) {
        return read_special(env, name, value);
    }
    value = one->where == stored_in::mmu
                ? env.translation(static_cast<translation_register>(one->index))
                : read_once(stored_word(env, *one));
    return true;
}

} // namespace paravane::arm::plane
