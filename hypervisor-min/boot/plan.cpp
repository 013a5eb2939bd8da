// SPDX-License-Identifier: BSD-2-Clause
// Gives the VMs their physical RAM: first fit, 1 MiB aligned so that sections stay
// sections. pvrun runs the same code to say beforehand what does not fit.
#include "boot/system.hpp"

namespace paravane::boot {
namespace {

constexpr uint64_t align_up(uint64_t value) {
    return (value + SECTION_SIZE - 1) & ~static_cast<uint64_t>(SECTION_SIZE - 1);
}

using outcome = Result<void, refusal>;

class planner {
public:
    planner(const board_config& board, memory_range hypervisor, const system_config& system)
        : board_{board}, hypervisor_{hypervisor}, system_{system} {}

    /// The first free range of `size` bytes; false when there is none.
    bool find(uint32_t size, pa& found) const {
        for (uint32_t i = 0; i < board_.bank_count; ++i) {
            const memory_range& bank = board_.banks[i];
            const uint64_t end = static_cast<uint64_t>(bank.base.value()) + bank.size;
            uint64_t at = align_up(bank.base.value());
            while (at + size <= end) {
                const uint64_t next = past_what_overlaps(at, size);
                if (next == at) {
                    found = pa{static_cast<uint32_t>(at)};
                    return true;
                }
                at = align_up(next);
            }
        }
        return false;
    }

private:
    static void step(uint64_t& at, uint32_t size, memory_range used) {
        const uint64_t base = used.base.value();
        if (used.size != 0 && at < base + used.size && base < at + size) {
            at = base + used.size;
        }
    }

    uint64_t past_what_overlaps(uint64_t at, uint32_t size) const {
        step(at, size, hypervisor_);
        step(at, size, board_.image);
        for (uint32_t i = 0; i < board_.reserved_count; ++i) {
            step(at, size, board_.reserved[i]);
        }
        for (uint32_t v = 0; v < system_.vm_count; ++v) {
            const vm_config& vm = system_.vms[v];
            for (uint32_t r = 0; r < vm.region_count; ++r) {
                if (vm.regions[r].planned) {
                    step(at, size, {vm.regions[r].backing, vm.regions[r].size});
                }
            }
            step(at, size, vm.device_memory);
        }
        return at;
    }

    const board_config& board_;
    const memory_range hypervisor_;
    const system_config& system_;
};

} // namespace

uint64_t device_bytes(const vm_config& vm) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < vm.device_count; ++i) {
        const device_config& device = vm.devices[i];
        const uint64_t pages = device.content.size / PAGE_SIZE + 1;
        bytes += PAGE_SIZE + DEVICE_ROOM + device.blank;
        if (device.content.size != 0 && !device.read_only) {
            bytes += pages * (PAGE_SIZE + sizeof(uint16_t));
        }
        bytes += device.kind == device_kind::balloon ? vm.ram_bytes() / PAGE_SIZE / 8 : 0;
    }
    return bytes;
}

namespace {

outcome plan_devices(const planner& plan, vm_config& vm) {
    const uint64_t wanted = device_bytes(vm);
    if (wanted == 0) {
        return {};
    }
    pa base;
    if (wanted >= UINT32_MAX || !plan.find(static_cast<uint32_t>(wanted), base)) {
        return unexpected{refusal{"do not fit into the board's RAM", "devices", vm.id}};
    }
    vm.device_memory = {base, static_cast<uint32_t>(wanted)};
    return {};
}

} // namespace

Result<void, refusal> plan_memory(const board_config& board, memory_range hypervisor,
                                  system_config& system) {
    const planner plan{board, hypervisor, system};
    for (uint32_t v = 0; v < system.vm_count; ++v) {
        vm_config& vm = system.vms[v];
        for (uint32_t r = 0; r < vm.region_count; ++r) {
            memory_region& region = vm.regions[r];
            if (!plan.find(region.size, region.backing)) {
                return unexpected{refusal{"does not fit into the board's RAM", "memory", vm.id}};
            }
            region.planned = true;
        }
        TRY(plan_devices(plan, vm));
    }
    return {};
}

uint32_t largest_free(const board_config& board, memory_range hypervisor,
                      const system_config& system) {
    const planner plan{board, hypervisor, system};
    uint32_t fits = 0;
    for (uint32_t step = 1u << 31; step >= SECTION_SIZE; step >>= 1) {
        pa unused;
        if (plan.find(fits + step, unused)) {
            fits += step;
        }
    }
    return fits;
}

} // namespace paravane::boot
