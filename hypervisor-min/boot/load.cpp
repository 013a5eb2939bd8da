// SPDX-License-Identifier: BSD-2-Clause
// Fills a VM's RAM at each of its starts. The configuration was checked by
// boot/system.cpp; this part and boot/digest.cpp stay resident for restarts.
#include "boot/digest.hpp"

#include <string.h>

namespace paravane::boot {
namespace {

/// Where a load goes; read_system() made sure that a region holds it.
const memory_region* region_of(const vm_config& vm, const load& piece) {
    for (uint32_t i = 0; i < vm.region_count; ++i) {
        const memory_region& region = vm.regions[i];
        if (piece.target >= region.base && piece.target - region.base < region.size) {
            return &region;
        }
    }
    return nullptr;
}

} // namespace

Result<void, refusal> load_vm(byte_span image, const vm_config& vm, uint8_t* (*at)(pa)) {
    for (uint32_t i = 0; i < vm.region_count; ++i) {
        memset(at(vm.regions[i].backing), 0, vm.regions[i].size);
    }
    for (uint32_t i = 0; i < vm.load_count; ++i) {
        const load& piece = vm.loads[i];
        const memory_region* region = region_of(vm, piece);
        if (region == nullptr) {
            return unexpected{refusal{"lies outside its memory", "load", vm.id}};
        }
        uint8_t* target = at(region->backing + (piece.target - region->base));
        memcpy(target, image.data + piece.source.offset, piece.source.size);
        if (!digest_matches({target, piece.source.size}, piece.source.sha256)) {
            return unexpected{refusal{"SHA-256 differs", "load", vm.id}};
        }
    }
    return {};
}

} // namespace paravane::boot
