// SPDX-License-Identifier: BSD-2-Clause
// libFuzzer: the input is a description, put into a sound image under a right
// digest, so that the deep checks are reached; then the whole input as an image and
// as a board's tree. What is accepted must also be planned without harm.
#include "sample_system.hpp"

#include <memory>

using namespace paravane;

namespace {

const pvrun::bytes& sound_image() {
    static const pvrun::bytes image =
        pack_image(pvrun::test::parts_of({pvrun::test::sample_vm(1), pvrun::test::rich_vm(2)}));
    return image;
}

boot::board_config board() {
    boot::board_config out{};
    out.bank_count = 1;
    out.banks[0] = {pa{0x40000000}, 64u << 20};
    return out;
}

void read_and_plan(const pvrun::bytes& image) {
    static const auto system = std::make_unique<boot::system_config>();
    const boot::byte_span span{image.data(), static_cast<uint32_t>(image.size())};
    if (!boot::read_system(span, *system)) {
        return;
    }
    if (system->vm_count == 0 || system->vm_count > boot::MAX_VMS) {
        __builtin_trap();
    }
    const auto planned = boot::plan_memory(board(), {pa{0x40000000}, 1u << 20}, *system);
    (void)planned;
    for (uint32_t i = 0; i < system->vm_count; ++i) {
        const boot::vm_config& vm = system->vms[i];
        for (uint32_t l = 0; l < vm.load_count; ++l) {
            const boot::payload& source = vm.loads[l].source;
            if (source.offset > image.size() || source.size > image.size() - source.offset) {
                __builtin_trap();
            }
        }
    }
}

} // namespace

/// Starts from the description of a sound image, so that mutations stay near it.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int) {
    const auto where = pvrun::test::description_of(sound_image());
    if (size < 64 && max_size >= where.size) {
        std::memcpy(data, sound_image().data() + where.offset, where.size);
        size = where.size;
    }
    return LLVMFuzzerMutate(data, size, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    pvrun::bytes image = sound_image();
    const auto where = pvrun::test::description_of(image);
    std::copy_n(data, std::min<size_t>(size, where.size), image.begin() + where.offset);
    pvrun::test::reseal(image);
    read_and_plan(image);
    // libfdt asks for 8-byte alignment, which a vector's memory has.
    const pvrun::bytes whole(data, data + size);
    read_and_plan(whole);
    boot::board_config tree{};
    const auto read = boot::read_board(whole.data(), static_cast<uint32_t>(size), tree);
    if (read && (tree.bank_count > boot::MAX_BANKS || tree.reserved_count > boot::MAX_RESERVED)) {
        __builtin_trap();
    }
    return 0;
}
