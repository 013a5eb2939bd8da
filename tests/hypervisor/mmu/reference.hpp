// SPDX-License-Identifier: BSD-2-Clause
// A second reading of the ARM ARM, made to disagree with the walker when one of
// them is wrong: plain, slow, sharing no code with hypervisor-min.
#pragma once

#include "machine.hpp"

#include <cstdint>

namespace paravane::test {

struct ref_registers {
    uint32_t ttbr0, ttbr1, ttbcr, sctlr;
    uint32_t page_format{0}; ///< as the service call page_format has it
};

/// What the tables say of a page, before DACR.
struct ref_translation {
    uint32_t fs{0}; ///< fault status, 0 when translated
    uint32_t domain{0};
    uint32_t page{0};
    uint32_t ap{0};
    bool xn{false};
    bool global{false};
    bool section{false};
    bool always{false}; ///< MMU off: DACR does not apply

    bool operator==(const ref_translation&) const = default;
};

inline bool ref_in_ram(uint32_t g) {
    return g < RAM_BYTES || g - SECOND_RAM < SECOND_RAM_BYTES;
}

inline ref_translation ref_translate(machine& m, const ref_registers& r, uint32_t va) {
    ref_translation t;
    if ((r.sctlr & 1) == 0) {
        t.page = va & ~0xfffu;
        t.ap = 3;
        t.global = t.section = t.always = true;
        return t;
    }
    const uint32_t n = r.ttbcr & 7;
    const bool upper = n != 0 && (va >> (32 - n)) != 0;
    const uint32_t size = upper || n == 0 ? 0x4000 : 0x4000 >> n;
    const uint32_t base = (upper ? r.ttbr1 : r.ttbr0) / size * size;
    if ((r.ttbcr & (upper ? 0x20 : 0x10)) != 0) {
        t.fs = 0x5;
        return t;
    }
    const uint32_t a1 = base + (va >> 20) * 4;
    if (!ref_in_ram(a1)) {
        t.fs = 0xc;
        return t;
    }
    const uint32_t d1 = m.word(a1);
    uint32_t flag_fault = 0x3;
    if (d1 % 4 == 2) {
        t.section = true;
        t.domain = (d1 / 32) % 16;
        t.page = (d1 & 0xfff00000) + (va & 0xff000);
        if ((d1 / 0x40000) % 2 == 1) {
            if ((d1 & 0xf00000) != 0 || t.domain != 0) {
                t.fs = 0x8;
                t.domain = 0;
                return t;
            }
            t.page = (d1 & 0xff000000) + (va & 0xfff000);
        }
        t.ap = (d1 / 0x400) % 4 + 4 * ((d1 / 0x8000) % 2);
        t.xn = (d1 / 16) % 2 == 1;
        t.global = (d1 / 0x20000) % 2 == 0;
    } else if (d1 % 4 == 1) {
        t.domain = (d1 / 32) % 16;
        const uint32_t a2 = (d1 & 0xfffffc00) + ((va >> 12) & 0xff) * 4;
        if (!ref_in_ram(a2)) {
            t.fs = 0xe;
            return t;
        }
        uint32_t d2 = m.word(a2);
        if (r.page_format != 0 && d2 % 4 != 0) {
            const uint32_t meant = m.word(r.page_format + d2 % 0x1000 * 4) % 0x1000;
            d2 = meant / 2 % 2 == 0 ? 0 : d2 / 0x1000 * 0x1000 + meant;
        }
        flag_fault = 0x6;
        if (d2 % 4 == 0) {
            t.fs = 0x7;
            return t;
        }
        if (d2 % 4 == 1) {
            t.page = (d2 & 0xffff0000) + (va & 0xf000);
            t.xn = (d2 / 0x8000) % 2 == 1;
        } else {
            t.page = d2 & 0xfffff000;
            t.xn = d2 % 2 == 1;
        }
        t.ap = (d2 / 16) % 4 + 4 * ((d2 / 0x200) % 2);
        t.global = (d2 / 0x800) % 2 == 0;
    } else {
        t.fs = 0x5;
        return t;
    }
    if ((r.sctlr & (1u << 29)) != 0 && t.ap % 2 == 0) {
        t.fs = flag_fault;
    }
    return t;
}

/// The fault status of an access under `dacr`, or 0 when it is permitted.
inline uint32_t ref_fault(const ref_translation& t, uint32_t dacr, access kind, privilege level) {
    if (t.fs != 0) {
        return t.fs;
    }
    const uint32_t rights = t.always ? 1 : (dacr >> (2 * t.domain)) & 3;
    if (rights == 0 || rights == 2) {
        return t.section ? 0x9 : 0xb;
    }
    if (rights == 3) {
        return 0;
    }
    const bool user = level == privilege::user;
    bool read = false;
    bool write = false;
    switch (t.ap) {
    case 1:
        read = write = !user;
        break;
    case 2:
        read = true;
        write = !user;
        break;
    case 3:
        read = write = true;
        break;
    case 5:
        read = !user;
        break;
    case 6:
    case 7:
        read = true;
        break;
    default:
        break;
    }
    const bool fine = kind == access::write ? write : read && !(kind == access::execute && t.xn);
    return fine ? 0 : t.section ? 0xd : 0xf;
}

} // namespace paravane::test
