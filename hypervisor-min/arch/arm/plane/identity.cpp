// SPDX-License-Identifier: BSD-2-Clause
// Reads the identification registers of the CPU (ARM ARM B3.17). Boot-only code;
// see identity.hpp.
#include "arch/arm/plane/identity.hpp"

namespace paravane::arm::plane {

namespace {

template <uint32_t Opc1, uint32_t Crm, uint32_t Opc2>
uint32_t read_c0() {
    uint32_t value;
    asm volatile("mrc p15, %1, %0, c0, c%c2, %3" : "=r"(value) : "n"(Opc1), "n"(Crm), "n"(Opc2));
    return value;
}

template <uint32_t Crm>
void read_words(uint32_t* into) {
    into[0] = read_c0<0, Crm, 0>();
    into[1] = read_c0<0, Crm, 1>();
    into[2] = read_c0<0, Crm, 2>();
    into[3] = read_c0<0, Crm, 3>();
    into[4] = read_c0<0, Crm, 4>();
    into[5] = read_c0<0, Crm, 5>();
    into[6] = read_c0<0, Crm, 6>();
    into[7] = read_c0<0, Crm, 7>();
}

/// CLIDR's 3-bit fields: 1 instruction, 2 data, 3 both, 4 unified. CSSELR bit 0 is
/// set for instruction caches.
bool cache_exists(uint32_t clidr, uint32_t selection) {
    const uint32_t type = clidr >> (3 * (selection >> 1)) & 7;
    return (selection & 1) != 0 ? type == 1 || type == 3 : type >= 2;
}

uint32_t read_cache_size(uint32_t selection) {
    asm volatile("mcr p15, 2, %0, c0, c0, 0\n\tisb" : : "r"(selection) : "memory");
    return read_c0<1, 0, 0>();
}

} // namespace

cpu_identity read_host_identity() {
    cpu_identity id{};
    read_words<0>(id.words);
    read_words<1>(id.words + 8);
    read_words<2>(id.words + 16);
    id.clidr = read_c0<1, 0, 1>();
    for (uint32_t selection = 0; selection < CACHE_SELECTIONS; ++selection) {
        if (cache_exists(id.clidr, selection)) {
            id.ccsidr[selection] = read_cache_size(selection);
        }
    }
    asm volatile(".fpu vfpv3\n\t"
                 "vmrs %0, fpsid\n\tvmrs %1, mvfr0\n\tvmrs %2, mvfr1"
                 : "=r"(id.fpsid), "=r"(id.mvfr[0]), "=r"(id.mvfr[1]));
    return hide_features(id);
}

} // namespace paravane::arm::plane
