// SPDX-License-Identifier: BSD-2-Clause
// Gives hardware domains to pairs (guest domain, who may enter) and works out the
// two values of the hardware's DACR. Used by shadow_fill.hpp and shadow_space.hpp.
#pragma once

#include <stdint.h>

namespace paravane::arm::mmu {

/// Whom a shadow table or section admits: virtual user, or virtual kernel alone.
enum class audience : uint8_t { user, kernel };

/// DACR for virtual kernel and for virtual user; neither ever holds `manager`.
struct dacr_pair {
    uint32_t kernel;
    uint32_t user;
};

class domain_map {
public:
    /// Domain 0 is the megabyte that holds the hypervisor's window: always client,
    /// or the exception vectors would be out of reach.
    static constexpr uint8_t WINDOW = 0;
    static constexpr uint8_t NONE = 0;
    /// Stands for a guest domain that is always client: the vCPU page's, where the
    /// guest maps nothing in that megabyte.
    static constexpr uint8_t ALWAYS = 16;

    /// The hardware domain of a pair, or NONE when it has none yet.
    uint8_t find(uint8_t guest_domain, audience who) const {
        return pairs_[guest_domain][static_cast<uint8_t>(who)];
    }

    /// Gives the pair a domain; NONE when all 15 are taken (then clear() and drop
    /// every shadow).
    uint8_t allocate(uint8_t guest_domain, audience who) {
        if (used_ == 15) {
            return NONE;
        }
        pairs_[guest_domain][static_cast<uint8_t>(who)] = ++used_;
        return used_;
    }

    void clear() { *this = domain_map{}; }

    /// A pair is client when the guest's domain is not "no access"; kernel-only
    /// pairs are closed in the user's value.
    dacr_pair registers(uint32_t guest_dacr) const {
        dacr_pair result{1u, 1u};
        for (uint32_t domain = 0; domain <= ALWAYS; ++domain) {
            if (domain != ALWAYS && ((guest_dacr >> (2 * domain)) & 1) == 0) {
                continue;
            }
            const uint32_t user = pairs_[domain][static_cast<uint8_t>(audience::user)];
            const uint32_t kernel = pairs_[domain][static_cast<uint8_t>(audience::kernel)];
            const uint32_t open = user != NONE ? 1u << (2 * user) : 0;
            result.user |= open;
            result.kernel |= open | (kernel != NONE ? 1u << (2 * kernel) : 0);
        }
        return result;
    }

private:
    uint8_t pairs_[ALWAYS + 1][2]{};
    uint8_t used_{0};
};

} // namespace paravane::arm::mmu
