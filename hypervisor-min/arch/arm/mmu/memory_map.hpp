// SPDX-License-Identifier: BSD-2-Clause
// Where a VM's guest-physical memory lies: a short list of regions. Read by every
// walk and fill; filled once at the VM's start by the VM builder.
#pragma once

#include "lib/address.hpp"
#include "lib/result.hpp"

#include <stdint.h>

namespace paravane::arm::mmu {

enum class region_kind : uint8_t { ram, device };

struct memory_region {
    gpa base{};
    uint32_t size{};
    pa backing{};
    region_kind kind{region_kind::ram};
};

enum class memory_error : uint8_t { not_ram };
enum class map_error : uint8_t { full, unaligned, empty, wraps, overlaps };

class memory_map {
public:
    /// RAM, passed-through devices, and runs of device pages between other devices.
    static constexpr uint32_t MAX_REGIONS = 12;

    /// Adds a region. RAM should be 1 MB-aligned in both spaces, so that guest
    /// sections stay sections; 4 KB is required. Refuses what overlaps or wraps.
    Result<void, map_error> add(const memory_region& region) {
        if (count_ == MAX_REGIONS) {
            return unexpected{map_error::full};
        }
        if (region.size == 0) {
            return unexpected{map_error::empty};
        }
        if (((region.base.value() | region.backing.value() | region.size) & (PAGE_SIZE - 1)) != 0) {
            return unexpected{map_error::unaligned};
        }
        if (region.base.value() + (region.size - 1) < region.base.value() ||
            region.backing.value() + (region.size - 1) < region.backing.value()) {
            return unexpected{map_error::wraps};
        }
        for (uint32_t i = 0; i < count_; ++i) {
            const memory_region& other = regions_[i];
            if (region.base - other.base < other.size || other.base - region.base < region.size) {
                return unexpected{map_error::overlaps};
            }
        }
        regions_[count_++] = region;
        return {};
    }

    /// The region that holds `address`, or null.
    const memory_region* find(gpa address) const {
        if (address - regions_[0].base < regions_[0].size) [[likely]] {
            return &regions_[0];
        }
        return find_other(address);
    }

    /// Where a byte of RAM lies on the bus.
    Result<pa, memory_error> ram(gpa address) const {
        const memory_region* region = find(address);
        if (region == nullptr || region->kind != region_kind::ram) {
            return unexpected{memory_error::not_ram};
        }
        return region->backing + (address - region->base);
    }

    /// True when [base, base + size) lies in one region whose backing has the
    /// alignment that a section needs.
    bool holds_section(gpa address) const {
        const memory_region* region = find(address);
        if (region == nullptr) {
            return false;
        }
        const uint32_t offset = address.section() - region->base;
        return offset < region->size && region->size - offset >= SECTION_SIZE &&
               (region->backing + offset).aligned(SECTION_SIZE);
    }

    uint32_t count() const { return count_; }
    const memory_region& operator[](uint32_t index) const { return regions_[index]; }

private:
    [[gnu::noinline]] const memory_region* find_other(gpa address) const {
        for (uint32_t i = 1; i < count_; ++i) {
            if (address - regions_[i].base < regions_[i].size) {
                return &regions_[i];
            }
        }
        return nullptr;
    }

    memory_region regions_[MAX_REGIONS]{};
    uint32_t count_{0};
};

} // namespace paravane::arm::mmu
