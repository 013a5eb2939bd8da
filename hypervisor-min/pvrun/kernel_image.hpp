// SPDX-License-Identifier: BSD-2-Clause
// A kernel file as what the hypervisor can place: pieces for guest RAM, the entry
// and the note. ELF in elf_kernel.cpp, everything else in kernel_image.cpp.
#pragma once

#include "pvrun/system_spec.hpp"

namespace paravane::pvrun {

struct kernel_piece {
    uint32_t address; ///< Guest-physical.
    uint64_t memory;  ///< Bytes of RAM it takes, zeroes behind `content` included.
    bytes content;
};

struct kernel_image {
    std::vector<kernel_piece> pieces; ///< Sorted by address, disjoint.
    uint32_t entry;
    std::optional<note_spec> note;
    bytes escapes; ///< .paravane.insns, empty when the kernel has none.
};

/// Reads vm.kernel; refuses (exit 12) what cannot run, with the cure.
kernel_image read_kernel_image(const vm_spec& vm);

bool is_elf(const bytes& file);
/// `context` leads messages: "vm@1: kernel hello.elf".
kernel_image read_elf_kernel(const vm_spec& vm, const bytes& file, const std::string& context);

/// Joins neighbours until at most `limit` pieces are left; gaps become zeroes.
void join_pieces(std::vector<kernel_piece>& pieces, size_t limit);

} // namespace paravane::pvrun
