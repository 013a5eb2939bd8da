// SPDX-License-Identifier: BSD-2-Clause
// The boot code's work: reading the system image (system.cpp) and the board's device
// tree (board.cpp) into the structs of core/system.hpp, placing and loading VMs.
#pragma once

#include "core/system.hpp"
#include "lib/result.hpp"

namespace paravane::boot {

/// Reads and checks a board's device tree of at most `limit` bytes.
Result<void, refusal> read_board(const void* tree, uint32_t limit, board_config& board);

/// Reads and checks the description in a system image and the digest of every
/// payload. Nothing in `system` is to be used when this refuses.
Result<void, refusal> read_system(byte_span image, system_config& system);

/// Room for one device beside its disk's bytes: its object, rings and requests.
inline constexpr uint32_t DEVICE_ROOM = 16 * 1024;

/// RAM that the hypervisor needs for a VM's devices: their pages, a DEVICE_ROOM each,
/// a bit for each page that a balloon may take, and what their disks keep in RAM.
uint64_t device_bytes(const vm_config& vm);

/// Gives every region of every VM, and its devices, their physical RAM: 1 MiB aligned, disjoint
/// from the hypervisor, the image and what the board reserves.
Result<void, refusal> plan_memory(const board_config& board, memory_range hypervisor,
                                  system_config& system);

/// Whether every device that is passed through stands in the board's tree (which
/// read_board() accepted), has no DMA, and holds none of the `count` addresses of
/// the hypervisor's own devices.
Result<void, refusal> check_passthrough(const void* tree, const pa* ours, uint32_t count,
                                        const system_config& system);

/// What a hypervisor serves, in the terms of note_descriptor.
struct abi_served {
    uint32_t version; ///< major << 24 | minor << 16 | patch
    uint32_t features[2];
};

/// Whether this hypervisor serves a guest: the same major version, no newer minor
/// (before 1.0: the same minor), no feature that is missing here.
Result<void, refusal> check_needs(const vm_config& vm, const abi_served& served);

/// The largest region that would still fit once `system` has been planned.
uint32_t largest_free(const board_config& board, memory_range hypervisor,
                      const system_config& system);

} // namespace paravane::boot
