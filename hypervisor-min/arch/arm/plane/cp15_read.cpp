// SPDX-License-Identifier: BSD-2-Clause
// Reads of the virtual CP15; see cp15.hpp.
#include "arch/arm/plane/cp15.hpp"
#include "arch/arm/plane/cp15_stored.hpp"

namespace paravane::arm::plane {

namespace {

/// c0. Unassigned names with opc1 0 are zero, but that those of CRm 0 are MIDR's.
bool read_identity(const environment& env, uint32_t name, uint32_t& value) {
    const cpu_identity& id = env.identity;
    value = 0;
    switch (name) {
    case CP_CCSIDR: {
        const uint32_t selected = env.state.cp15.csselr & 0xf;
        value = selected < CACHE_SELECTIONS ? id.ccsidr[selected] : 0;
        return true;
    }
    case CP_CLIDR:
        value = id.clidr;
        return true;
    case CP_CSSELR:
        value = env.state.cp15.csselr;
        return true;
    case CP_AIDR:
        return true;
    default:
        if (name < sizeof id.words / sizeof id.words[0]) {
            value = id.words[name];
        }
        return cp_opc1(name) == 0;
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
    case CP_ISR:
        value = env.page.irq_pending != 0 ? CPSR_I : 0;
        return true;
    case CP_CNTFRQ:
        value = env.page.counter_hz;
        return value != 0;
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
