// SPDX-License-Identifier: BSD-2-Clause
// What a guest reads at its start: a device tree, or ATAGs for kernels before that.
#pragma once

#include "pvrun/system_spec.hpp"

namespace paravane::pvrun {

struct boot_facts {
    uint32_t ramdisk; ///< Guest-physical; size 0 when there is none.
    uint32_t ramdisk_size;
    uint32_t vcpu_page;
    std::string cpu;
    bytes entropy; ///< For /chosen rng-seed.
};

bytes guest_tree(const vm_spec& vm, const boot_facts& facts);
bytes guest_atags(const vm_spec& vm, const boot_facts& facts);

} // namespace paravane::pvrun
