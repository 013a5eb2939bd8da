// SPDX-License-Identifier: BSD-2-Clause
// What an access was, what became of it, and the fault status that the guest
// must see (ARM ARM B3.13.3). Made by guest_walk.hpp and shadow_fill.hpp, acted
// upon by the trap code.
#pragma once

#include "lib/address.hpp"

#include <stdint.h>

namespace paravane::arm::mmu {

enum class access : uint8_t { read, write, execute };
enum class privilege : uint8_t { user, kernel };

/// FS[4:0] of the short-descriptor DFSR and IFSR.
enum class fault_status : uint8_t {
    none = 0,
    access_flag_section = 0b00011,
    translation_section = 0b00101,
    access_flag_page = 0b00110,
    translation_page = 0b00111,
    external_abort = 0b01000,
    domain_section = 0b01001,
    domain_page = 0b01011,
    walk_abort_l1 = 0b01100,
    permission_section = 0b01101,
    walk_abort_l2 = 0b01110,
    permission_page = 0b01111,
};

/// A fault that belongs to the guest.
struct guest_fault {
    fault_status status;
    uint8_t domain;

    /// DFSR for a data access (with domain and WnR), IFSR for a fetch.
    constexpr uint32_t fsr(access kind) const {
        const uint32_t fs = static_cast<uint32_t>(status);
        const uint32_t split = (fs & 0xf) | ((fs & 0x10) << 6);
        if (kind == access::execute) {
            return split;
        }
        return split | (static_cast<uint32_t>(domain) << 4) |
               (kind == access::write ? 1u << 11 : 0);
    }
};

/// What handle_fault did or asks for.
enum class fault_kind : uint8_t {
    filled,        ///< the shadow entry is right now: return and let it retry
    guest,         ///< deliver: the fsr is in the detail
    emulate_store, ///< virtual kernel writes a page that users may only read: do the store at gpa
    mmio,          ///< no RAM there: a device's register at gpa
    kill,          ///< the guest maps or reaches for the hypervisor's window
};

/// Set by handle_fault where the result asks for it.
struct fault_detail {
    gpa address{};
    uint32_t fsr{};
};

} // namespace paravane::arm::mmu
