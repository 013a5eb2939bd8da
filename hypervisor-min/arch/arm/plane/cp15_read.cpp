// SPDX-License-Identifier: BSD-2-Clause
// Reads of the virtual CP15; see cp15.hpp.
#include "arch/arm/plane/cp15.hpp"

namespace paravane::arm::plane {

namespace {

constexpr uint32_t MPIDR_UNIPROCESSOR = 0xc0000000;

uint32_t identification(const environment& env, uint32_t name) {
    const cpu_identity& id = env.identity;
    const uint32_t crm = field(name, 0, 4);
    const uint32_t opc2 = field(name, 5, 3);
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
    if (field(name, 21, 3) == 0) {
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

bool read_thread(environment& env, uint32_t name, uint32_t& value) {
    switch (name) {
    case CP_TPIDRPRW:
        value = read_once(env.page.thread_private);
        return true;
    case CP_TPIDRURO:
        value = read_once(is_user(env) ? env.page.thread_user : env.page.thread_kernel);
        return true;
    case CP_CONTEXTIDR:
        value = env.translation(translation_register::contextidr);
        return true;
    case CP_TPIDRURW:
        value = env.thread_read_write();
        return true;
    case CP_FCSEIDR:
        value = 0;
        return true;
    default:
        return false;
    }
}

bool read_control(environment& env, uint32_t name, uint32_t& value) {
    switch (name) {
    case CP_SCTLR:
        value = env.state.cp15.sctlr;
        return true;
    case CP_ACTLR:
        value = env.state.cp15.actlr;
        return true;
    case CP_CPACR:
        value = env.state.cp15.cpacr;
        return true;
    case CP_TTBR0:
        value = env.translation(translation_register::ttbr0);
        return true;
    case CP_TTBR1:
        value = env.translation(translation_register::ttbr1);
        return true;
    case CP_TTBCR:
        value = env.translation(translation_register::ttbcr);
        return true;
    case CP_PRRR:
        value = env.translation(translation_register::prrr);
        return true;
    case CP_NMRR:
        value = env.translation(translation_register::nmrr);
        return true;
    case CP_PAR:
        value = env.state.cp15.par;
        return true;
    default:
        return false;
    }
}

bool read_fault(const environment& env, uint32_t name, uint32_t& value) {
    switch (name) {
    case CP_DFSR:
        value = read_once(env.page.data_fault_status);
        return true;
    case CP_IFSR:
        value = read_once(env.page.fetch_fault_status);
        return true;
    case CP_DFAR:
        value = read_once(env.page.data_fault_address);
        return true;
    case CP_IFAR:
        value = read_once(env.page.fetch_fault_address);
        return true;
    case CP_ADFSR:
        value = env.state.cp15.adfsr;
        return true;
    case CP_AIFSR:
        value = env.state.cp15.aifsr;
        return true;
    default:
        return false;
    }
}

bool read_vectors(const environment& env, uint32_t name, uint32_t& value) {
    switch (name) {
    case CP_VBAR:
        value = env.state.cp15.vbar;
        return true;
    case CP_ISR:
        value = env.page.irq_pending != 0 ? CPSR_I : 0;
        return true;
    default:
        return false;
    }
}

} // namespace

bool read_cp15(environment& env, uint32_t name, uint32_t& value) {
    switch (field(name, 16, 4)) {
    case 0:
        return read_identity(env, name, value);
    case 3:
        value = read_once(env.page.domain);
        return name == CP_DACR;
    case 5:
    case 6:
        return read_fault(env, name, value);
    case 12:
        return read_vectors(env, name, value);
    case 13:
        return read_thread(env, name, value);
    case 14:
        value = env.page.counter_hz;
        return name == CP_CNTFRQ && value != 0;
    default:
        if (read_control(env, name, value)) {
            return true;
        }
        value = 0;
        return reads_as_zero(name);
    }
}

} // namespace paravane::arm::plane
