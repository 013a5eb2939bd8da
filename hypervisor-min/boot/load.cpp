// SPDX-License-Identifier: BSD-2-Clause
// Fills a VM's RAM at each of its starts, in batches that leave the others their turn.
// The configuration was checked by boot/system.cpp; this part stays resident for restarts.
#include "core/system.hpp"

#include <string.h>

namespace paravane::boot {
namespace {

/// Bytes of a batch.
constexpr uint32_t CLEARED = 128 * 1024;
constexpr uint32_t COPIED = 4096;

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

void loading::clear(const memory_region& region, uint8_t* (*at)(pa)) {
    const uint32_t left = region.size - done_;
    const uint32_t part = left < CLEARED ? left : CLEARED;
    memset(at(region.backing + done_), 0, part);
    done_ += part;
    if (done_ == region.size) {
        ++regions_;
        done_ = 0;
    }
}

/// Whether what was copied has its digest.
bool loading::finish_piece(const payload& source) {
    uint8_t actual[DIGEST_BYTES];
    sum_.finish(actual);
    sum_ = digest{};
    ++pieces_;
    done_ = 0;
    return memcmp(actual, source.sha256, DIGEST_BYTES) == 0;
}

Result<bool, refusal> loading::step(byte_span image, const vm_config& vm, uint8_t* (*at)(pa)) {
    if (regions_ != vm.region_count) {
        clear(vm.regions[regions_], at);
        return false;
    }
    if (pieces_ == vm.load_count) {
        return true;
    }
    const load& piece = vm.loads[pieces_];
    const memory_region* region = region_of(vm, piece);
    if (region == nullptr) {
        return unexpected{refusal{"lies outside its memory", "load", vm.id}};
    }
    const uint32_t left = piece.source.size - done_;
    const uint32_t part = left < COPIED ? left : COPIED;
    uint8_t* target = at(region->backing + (piece.target - region->base)) + done_;
    memcpy(target, image.data + piece.source.offset + done_, part);
    sum_.add(target, part);
    done_ += part;
    if (part == left && !finish_piece(piece.source)) {
        return unexpected{refusal{"SHA-256 differs", "load", vm.id}};
    }
    return false;
}

} // namespace paravane::boot
