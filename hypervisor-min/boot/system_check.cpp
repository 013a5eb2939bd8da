// SPDX-License-Identifier: BSD-2-Clause
// The checks that boot/system_check.hpp declares. Sums are 64 bits wide so that
// nothing wraps.
#include "boot/system_check.hpp"

#include "boot/guest_map.hpp"

namespace paravane::boot {
namespace {

using outcome = Result<void, refusal>;

constexpr uint32_t PERIOD_MAX_US = 10'000'000;

struct range {
    uint64_t first;
    uint64_t end;
};

constexpr range span_of(uint32_t base, uint32_t size) {
    return {base, static_cast<uint64_t>(base) + size};
}
constexpr range span_of(const memory_region& region) {
    return span_of(region.base.value(), region.size);
}
constexpr range span_of(const load& piece) {
    return span_of(piece.target.value(), piece.source.size);
}
constexpr range window_of(const passthrough_config& device) {
    return span_of(device.window.value(), device.size);
}
constexpr bool overlap(range a, range b) {
    return a.first < b.end && b.first < a.end;
}
constexpr bool holds(range outer, range inner) {
    return outer.first <= inner.first && inner.end <= outer.end;
}
constexpr bool fits_32_bits(range r) {
    return r.end <= (1ull << 32);
}

constexpr range DEVICES = span_of(abi::DEVICE_PAGES, DEVICE_PAGES_BYTES);

class vm_check {
public:
    explicit vm_check(const vm_config& vm) : vm_{vm} {}

    outcome memory() const {
        for (uint32_t i = 0; i < vm_.region_count; ++i) {
            const range region = span_of(vm_.regions[i]);
            if (vm_.regions[i].size == 0 || !fits_32_bits(region) ||
                region.first % SECTION_SIZE != 0 || region.end % SECTION_SIZE != 0) {
                return no("memory", "is empty, too large or not aligned to 1 MiB");
            }
            if (overlap(region, DEVICES)) {
                return no("memory", "overlaps the device pages");
            }
            for (uint32_t j = 0; j < i; ++j) {
                if (overlap(region, span_of(vm_.regions[j]))) {
                    return no("memory", "overlaps itself");
                }
            }
        }
        return {};
    }

    outcome loads() const {
        for (uint32_t i = 0; i < vm_.load_count; ++i) {
            if (!in_memory(span_of(vm_.loads[i]))) {
                return no("load", "lies outside its memory");
            }
            for (uint32_t j = 0; j < i; ++j) {
                if (overlap(span_of(vm_.loads[i]), span_of(vm_.loads[j]))) {
                    return no("load", "overlaps another load");
                }
            }
        }
        return {};
    }

    outcome start() const {
        const uint32_t entry = vm_.entry.value();
        if (!in_memory(span_of(entry & ~1u, 4)) || (entry & 3) == 2) {
            return no("entry", "is not an instruction in its memory");
        }
        if (vm_.boot_parameters.value() != 0 &&
            !in_memory(span_of(vm_.boot_parameters.value(), 8))) {
            return no("boot-params", "lie outside its memory");
        }
        if (vm_.ramdisk_size != 0 && !in_memory(span_of(vm_.ramdisk.value(), vm_.ramdisk_size))) {
            return no("ramdisk", "lies outside its memory");
        }
        return {};
    }

    outcome needs() const {
        const uint32_t page = vm_.vcpu_page.value();
        if (page % PAGE_SIZE != 0 || page >= abi::HYPERVISOR_WINDOW) {
            return no("note", "puts the vCPU page where it cannot be");
        }
        constexpr uint32_t ESCAPE_TABLE = static_cast<uint32_t>(abi::note_flags::escape_table);
        const bool promised = (vm_.note_flags & ESCAPE_TABLE) != 0;
        if (promised != (vm_.escapes.size != 0) || vm_.escapes.size % sizeof(uint32_t) != 0) {
            return no("escapes", "do not fit the note");
        }
        return {};
    }

    outcome schedule() const {
        const bool limited = vm_.budget_us != 0;
        if (limited != (vm_.period_us != 0) || vm_.budget_us > vm_.period_us ||
            vm_.period_us > PERIOD_MAX_US) {
            return no("budget", "does not fit its period");
        }
        return {};
    }

    outcome devices() const {
        for (uint32_t i = 0; i < vm_.device_count; ++i) {
            const device_config& device = vm_.devices[i];
            const bool has_bytes =
                device.content.size != 0 || device.blank != 0 || device.disk != 0;
            if (has_bytes != (device.kind == device_kind::block)) {
                return no("device", "is a disk without bytes, or bytes without a disk");
            }
            if ((device.content.size != 0 && device.blank != 0) ||
                (device.disk != 0 && (device.content.size != 0 || device.blank != 0))) {
                return no("device", "has content and is blank, or is the board's");
            }
            if (device.kind == device_kind::net && device.link >= MAX_SEGMENTS) {
                return no("device", "is on a network segment that does not exist");
            }
        }
        return {};
    }

    outcome passthrough() const {
        for (uint32_t i = 0; i < vm_.passthrough_count; ++i) {
            const passthrough_config& device = vm_.passthrough[i];
            const range window = window_of(device);
            if (device.size == 0 || device.size % PAGE_SIZE != 0 ||
                !device.window.aligned(PAGE_SIZE) || !device.registers.aligned(PAGE_SIZE) ||
                !fits_32_bits(window) ||
                !fits_32_bits(span_of(device.registers.value(), device.size))) {
                return no("passthrough", "is not whole pages");
            }
            if (touches_memory(window) || overlap(window, DEVICES)) {
                return no("passthrough", "overlaps memory or the device pages");
            }
            for (uint32_t j = 0; j < i; ++j) {
                if (overlap(window, window_of(vm_.passthrough[j]))) {
                    return no("passthrough", "overlaps another window");
                }
            }
        }
        return {};
    }

private:
    unexpected<refusal> no(const char* where, const char* what) const {
        return unexpected{refusal{what, where, vm_.id}};
    }

    bool in_memory(range inner) const {
        for (uint32_t i = 0; i < vm_.region_count; ++i) {
            if (holds(span_of(vm_.regions[i]), inner)) {
                return true;
            }
        }
        return false;
    }

    bool touches_memory(range r) const {
        for (uint32_t i = 0; i < vm_.region_count; ++i) {
            if (overlap(span_of(vm_.regions[i]), r)) {
                return true;
            }
        }
        return false;
    }

    const vm_config& vm_;
};

/// Whether two VMs were given the same registers or the same interrupt.
bool collide(const vm_config& a, const vm_config& b) {
    for (uint32_t i = 0; i < a.passthrough_count; ++i) {
        for (uint32_t j = 0; j < b.passthrough_count; ++j) {
            const passthrough_config& x = a.passthrough[i];
            const passthrough_config& y = b.passthrough[j];
            if (overlap(span_of(x.registers.value(), x.size),
                        span_of(y.registers.value(), y.size)) ||
                (x.interrupt != 0 && x.interrupt == y.interrupt)) {
                return true;
            }
        }
    }
    return false;
}

/// Whether two socket devices have the same number.
bool same_socket(const vm_config& a, const vm_config& b) {
    for (uint32_t i = 0; i < a.device_count; ++i) {
        for (uint32_t j = 0; j < b.device_count; ++j) {
            const device_config& x = a.devices[i];
            const device_config& y = b.devices[j];
            if (&x != &y && x.kind == device_kind::vsock && y.kind == x.kind && x.link == y.link) {
                return true;
            }
        }
    }
    return false;
}

constexpr uint32_t major_of(uint32_t version) {
    return version >> 24;
}
constexpr uint32_t minor_of(uint32_t version) {
    return (version >> 16) & 0xff;
}

} // namespace

outcome check_vm(const vm_config& vm) {
    const vm_check check{vm};
    TRY(check.memory());
    TRY(check.loads());
    TRY(check.start());
    TRY(check.needs());
    TRY(check.schedule());
    TRY(check.devices());
    return check.passthrough();
}

outcome check_together(const system_config& system) {
    if (system.vm_count == 0) {
        return unexpected{refusal{"has no VM", "system", 0}};
    }
    for (uint32_t i = 0; i < system.vm_count; ++i) {
        for (uint32_t j = 0; j <= i; ++j) {
            if (same_socket(system.vms[i], system.vms[j])) {
                return unexpected{refusal{"has a number that is taken", "vsock", system.vms[i].id}};
            }
        }
        for (uint32_t j = 0; j < i; ++j) {
            const vm_config& a = system.vms[i];
            const vm_config& b = system.vms[j];
            if (a.id == b.id) {
                return unexpected{refusal{"is there twice", "reg", a.id}};
            }
            if (collide(a, b)) {
                return unexpected{refusal{"is another VM's as well", "passthrough", a.id}};
            }
        }
    }
    return {};
}

outcome check_needs(const vm_config& vm, const abi_served& served) {
    const bool before_1 = major_of(served.version) == 0;
    if (major_of(vm.abi_version) != major_of(served.version) || vm.abi_version > served.version ||
        (before_1 && minor_of(vm.abi_version) != minor_of(served.version))) {
        return unexpected{refusal{"needs an ABI version that is not served", "note", vm.id}};
    }
    for (uint32_t i = 0; i < 2; ++i) {
        if ((vm.features[i] & ~served.features[i]) != 0) {
            return unexpected{refusal{"needs a feature that is not served", "note", vm.id}};
        }
    }
    return {};
}

} // namespace paravane::boot
