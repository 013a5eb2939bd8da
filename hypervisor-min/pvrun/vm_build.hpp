// SPDX-License-Identifier: BSD-2-Clause
// Makes a guest of a vm_spec: reads its files, lays out its RAM and generates its
// device tree or ATAGs. image.cpp packs the result.
#pragma once

#include "pvrun/kernel_image.hpp"
#include "pvrun/system_spec.hpp"

namespace paravane::pvrun {

struct built_load {
    std::string name; ///< Of the payload in the image: "vm1-kernel-0".
    std::string type; ///< FIT's: kernel, ramdisk, flat_dt, firmware.
    uint32_t target;
    bytes content;
};

struct built_vm {
    vm_spec spec;
    note_spec note;
    bytes escapes; ///< As kernel_image.
    uint32_t entry;
    uint32_t boot_parameters;
    uint32_t ramdisk;
    uint32_t ramdisk_size;
    std::vector<built_load> loads;
    std::vector<bytes> disks; ///< One a device; empty for devices without content.
};

/// `seed` is empty for random bytes; `cpu` is the guest's compatible of its CPU.
built_vm build_vm(const vm_spec& spec, const std::string& cpu, const std::string& seed);

} // namespace paravane::pvrun
