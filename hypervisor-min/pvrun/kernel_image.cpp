// SPDX-License-Identifier: BSD-2-Clause
// Kernel files: which kind, which are refused, and the raw kind.
#include "pvrun/kernel_image.hpp"

#include "pvrun/failure.hpp"
#include "pvrun/note.hpp"

#include <algorithm>
#include <cstring>

namespace paravane::pvrun {
namespace {

[[noreturn]] void refuse(const std::string& line) {
    throw failure{exit_status::refused, line};
}

uint32_t word(const bytes& file, size_t at) {
    uint32_t value = 0;
    if (at + sizeof(value) <= file.size()) {
        std::memcpy(&value, file.data() + at, sizeof(value));
    }
    return value;
}

bool begins(const bytes& file, std::initializer_list<uint8_t> magic) {
    return file.size() >= magic.size() && std::equal(magic.begin(), magic.end(), file.begin());
}

/// Linux's Documentation/arm/booting and U-Boot's image headers name these.
void refuse_wrapped(const bytes& file, const std::string& context) {
    if (word(file, 0x24) == 0x016f2818) {
        refuse(context + ": is a zImage, whose decompressor cannot be ported: use vmlinux or "
                         "arch/arm/boot/Image");
    }
    if (word(file, 0x24) == 0x18286f01) {
        refuse(context + ": is a big-endian zImage: build a little-endian kernel and use vmlinux");
    }
    if (begins(file, {0x27, 0x05, 0x19, 0x56})) {
        refuse(context + ": is a uImage: use the Image it was made of");
    }
    if (begins(file, {0x1f, 0x8b}) || begins(file, {0xfd, '7', 'z', 'X', 'Z'})) {
        refuse(context + ": is compressed: unpack it first");
    }
}

kernel_image read_raw(const vm_spec& vm, bytes file, const std::string& context) {
    refuse_wrapped(file, context);
    if (file.empty()) {
        throw failure{exit_status::bad_input, context + ": is empty"};
    }
    if (vm.link_base) {
        throw failure{exit_status::bad_input,
                      vm.path + ": link-base is for ELF kernels: give load-address"};
    }
    if (!vm.load_address) {
        throw failure{exit_status::bad_input,
                      context + ": is a raw image: give load-address, its first byte in guest RAM"};
    }
    if (!vm.note) {
        refuse(context + ": has no ELF note: state its needs in note { abi-version = \"...\"; }");
    }
    kernel_image out;
    out.entry = vm.entry_address.value_or(*vm.load_address);
    out.note = vm.note;
    const uint64_t size = file.size();
    out.pieces.push_back({*vm.load_address, size, std::move(file)});
    return out;
}

void check_inside(const vm_spec& vm, const kernel_image& image, const std::string& context) {
    for (const kernel_piece& piece : image.pieces) {
        const uint64_t end = piece.address + piece.memory;
        const bool inside =
            std::any_of(vm.regions.begin(), vm.regions.end(), [&](const region_spec& region) {
                return piece.address >= region.base &&
                       end <= static_cast<uint64_t>(region.base) + region.size;
            });
        if (!inside) {
            throw failure{exit_status::bad_input,
                          context + ": takes " + hex(piece.address) + "-" + hex(end) +
                              ", outside its memory from " + hex(vm.regions[0].base) + " of " +
                              amount(vm.memory_bytes()) +
                              ": set regions, load-address or link-base, or give more memory"};
        }
    }
}

} // namespace

bool is_elf(const bytes& file) {
    return begins(file, {0x7f, 'E', 'L', 'F'});
}

void join_pieces(std::vector<kernel_piece>& pieces, size_t limit) {
    while (pieces.size() > limit) {
        size_t best = 1;
        for (size_t i = 1; i < pieces.size(); ++i) {
            const auto gap = [&](size_t n) { return pieces[n].address - pieces[n - 1].address; };
            best = gap(i) < gap(best) ? i : best;
        }
        kernel_piece& low = pieces[best - 1];
        const kernel_piece& high = pieces[best];
        low.content.resize(high.address - low.address, 0);
        low.content.insert(low.content.end(), high.content.begin(), high.content.end());
        low.memory = high.address - low.address + high.memory;
        pieces.erase(pieces.begin() + static_cast<ptrdiff_t>(best));
    }
}

kernel_image read_kernel_image(const vm_spec& vm) {
    const std::string context = vm.path + ": kernel " + vm.kernel.filename().string();
    bytes file = read_file(vm.kernel, vm.path + ": kernel");
    kernel_image image =
        is_elf(file) ? read_elf_kernel(vm, file, context) : read_raw(vm, std::move(file), context);
    check_version(*image.note, context);
    check_inside(vm, image, context);
    return image;
}

} // namespace paravane::pvrun
