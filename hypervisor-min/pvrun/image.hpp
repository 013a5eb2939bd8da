// SPDX-License-Identifier: BSD-2-Clause
// Packs built VMs into the system image, a FIT, and checks the result with the
// hypervisor's own reader.
#pragma once

#include "pvrun/boards.hpp"
#include "pvrun/vm_build.hpp"

namespace paravane::pvrun {

/// `hypervisor` is its raw image, empty to leave it out; with it U-Boot boots the
/// whole by bootm.
struct image_parts {
    std::string name;
    std::vector<built_vm> vms;
    std::optional<uplink_spec> uplink;
    bytes hypervisor;
    const board* target;
    bytes seed;              ///< Of the hypervisor's random numbers; empty: none.
    std::string signing_key; ///< PEM of an Ed25519 private key; empty: not signed.
};

bytes pack_image(const image_parts& parts);

/// Reads the image as the hypervisor would and plans the board's RAM; throws what
/// it would refuse. `ram_bytes` is the size of the board's RAM.
void check_image(const bytes& image, const image_parts& parts, uint64_t ram_bytes);

} // namespace paravane::pvrun
