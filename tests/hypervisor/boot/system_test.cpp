// SPDX-License-Identifier: BSD-2-Clause
// The reader of system images: what a good one yields, and that every way to make
// one wrong is refused with the place that is wrong.
#include "boot/system.hpp"

#include "sample_system.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <random>

namespace paravane::boot {
namespace {

using pvrun::built_vm;
using pvrun::bytes;
using pvrun::test::parts_of;
using pvrun::test::rich_vm;
using pvrun::test::sample_vm;

struct reading {
    std::unique_ptr<system_config> system = std::make_unique<system_config>();
    std::string refused; ///< "vm where what", empty when it was taken.
};

reading read(const bytes& image) {
    reading out;
    const auto result =
        read_system({image.data(), static_cast<uint32_t>(image.size())}, *out.system);
    if (!result) {
        out.refused = std::to_string(result.error().vm) + " " + result.error().where + " " +
                      result.error().what;
    }
    return out;
}

reading read(std::vector<built_vm> vms) {
    return read(pack_image(parts_of(std::move(vms))));
}

template <class Change>
std::string refusal_of(Change&& change) {
    built_vm vm = rich_vm(2);
    change(vm);
    return read(std::vector<built_vm>{vm}).refused;
}

TEST(system_image, a_good_one_keeps_every_value) {
    const reading got = read({sample_vm(1), rich_vm(2)});
    ASSERT_EQ(got.refused, "");
    ASSERT_EQ(got.system->vm_count, 2u);
    const vm_config& vm = got.system->vms[1];
    EXPECT_EQ(vm.id, 2);
    EXPECT_STREQ(vm.name, "vm2");
    EXPECT_STREQ(vm.arguments, "quiet");
    EXPECT_EQ(vm.regions[0].base.value(), 0x40000000u);
    EXPECT_EQ(vm.regions[0].size, 2u << 20);
    EXPECT_EQ(vm.entry.value(), 0x40008000u);
    EXPECT_EQ(vm.machine, NO_MACHINE);
    EXPECT_EQ(vm.boot_parameters.value(), 0x401ff000u);
    EXPECT_EQ(vm.abi_version, 0x00010000u);
    EXPECT_EQ(vm.vcpu_page.value(), abi::VCPU_PAGE_DEFAULT);
    EXPECT_EQ(vm.priority, 8);
    EXPECT_EQ(vm.budget_us, 100u);
    EXPECT_EQ(vm.period_us, 1000u);
    EXPECT_EQ(vm.restart, restart_policy::on_failure);
    EXPECT_EQ(vm.restart_max, 2);
    EXPECT_TRUE(vm.service);
    EXPECT_FALSE(got.system->vms[0].service);
    EXPECT_EQ(vm.peers, 2u);
    ASSERT_EQ(vm.load_count, 2u);
    EXPECT_EQ(vm.loads[0].target.value(), 0x40008000u);
    EXPECT_EQ(vm.loads[0].source.size, 5000u);
    EXPECT_EQ(vm.loads[0].source.offset % 4096, 0u);
    ASSERT_EQ(vm.device_count, 2u);
    EXPECT_EQ(vm.devices[0].kind, device_kind::block);
    EXPECT_EQ(vm.devices[0].transport, device_transport::shared_page);
    EXPECT_TRUE(vm.devices[0].read_only);
    EXPECT_EQ(vm.devices[0].content.size, 1024u);
    ASSERT_EQ(vm.passthrough_count, 1u);
    EXPECT_EQ(vm.passthrough[0].registers.value(), 0x09010000u);
    EXPECT_EQ(vm.passthrough[0].interrupt, 34);
}

TEST(system_image, the_uplink_is_a_segments) {
    auto parts = parts_of({sample_vm(1)});
    EXPECT_EQ(read(pack_image(parts)).system->uplink, 0u);
    parts.uplink = pvrun::uplink_spec{MAX_SEGMENTS - 1, "user"};
    EXPECT_EQ(read(pack_image(parts)).system->uplink, MAX_SEGMENTS - 1);
    parts.uplink->segment = MAX_SEGMENTS;
    EXPECT_EQ(read(pack_image(parts)).refused, "0 uplink is not the number of a segment");
}

TEST(system_image, values_of_an_earlier_reading_do_not_stay) {
    const bytes rich = pack_image(parts_of({rich_vm(1)}));
    const bytes plain = pack_image(parts_of({sample_vm(1)}));
    const auto system = std::make_unique<system_config>();
    ASSERT_TRUE(read_system({rich.data(), static_cast<uint32_t>(rich.size())}, *system));
    ASSERT_TRUE(read_system({plain.data(), static_cast<uint32_t>(plain.size())}, *system));
    EXPECT_EQ(system->vms[0].device_count, 0u);
    EXPECT_EQ(system->vms[0].passthrough_count, 0u);
    EXPECT_EQ(system->vms[0].budget_us, 0u);
}

TEST(system_image, one_changed_payload_byte_is_refused) {
    const bytes good = pack_image(parts_of({sample_vm(1)}));
    const auto system = std::make_unique<system_config>();
    ASSERT_TRUE(read_system({good.data(), static_cast<uint32_t>(good.size())}, *system));
    for (const load& piece : {system->vms[0].loads[0], system->vms[0].loads[1]}) {
        for (const uint32_t at : {0u, piece.source.size / 2, piece.source.size - 1}) {
            bytes image = good;
            image[piece.source.offset + at] ^= 0x10;
            EXPECT_EQ(read(image).refused, "1 load SHA-256 differs");
        }
    }
}

TEST(system_image, one_changed_description_byte_is_refused) {
    const bytes good = pack_image(parts_of({sample_vm(1)}));
    const auto where = pvrun::test::description_of(good);
    for (uint32_t at = 0; at < where.size; at += 7) {
        bytes image = good;
        image[where.offset + at] ^= 1;
        EXPECT_EQ(read(image).refused, "0 /images/system SHA-256 differs");
    }
}

TEST(system_image, every_shorter_image_is_refused) {
    const bytes good = pack_image(parts_of({sample_vm(1)}));
    const auto system = std::make_unique<system_config>();
    ASSERT_TRUE(read_system({good.data(), static_cast<uint32_t>(good.size())}, *system));
    const payload& last = system->vms[0].loads[1].source;
    for (uint32_t size = 0; size < last.offset + last.size; size += 61) {
        EXPECT_NE(read(bytes(good.begin(), good.begin() + size)).refused, "") << size;
    }
}

TEST(system_image, other_files_are_refused) {
    EXPECT_THAT(read(bytes(4096, 0)).refused, testing::HasSubstr("is not a flattened image"));
    EXPECT_THAT(read(bytes(64, 0xff)).refused, testing::HasSubstr("is not a flattened image"));
    pvrun::tree_writer empty;
    EXPECT_THAT(read(empty.finish()).refused, testing::HasSubstr("not a Paravane system"));
}

TEST(system_image, a_description_outside_the_image_is_refused) {
    for (const uint32_t position : {0u, 8u, 0x1004u, 0x7ffff000u, 0xfffff000u}) {
        bytes image = pack_image(parts_of({sample_vm(1)}));
        const auto node = find_node(image.data(), DESCRIPTION_PATH);
        const auto value = node.property(key::DATA_POSITION);
        auto* cell = image.data() + (value.data - image.data());
        for (int i = 0; i < 4; ++i) {
            cell[i] = static_cast<uint8_t>(position >> (24 - 8 * i));
        }
        EXPECT_THAT(read(image).refused, testing::HasSubstr("lies outside the image"));
    }
}

TEST(system_image, memory_must_be_whole_disjoint_megabytes) {
    const auto with = [](std::vector<pvrun::region_spec> regions) {
        return refusal_of([&](built_vm& vm) { vm.spec.regions = regions; });
    };
    EXPECT_THAT(with({{0x40000000, 0}}), testing::StartsWith("2 memory"));
    EXPECT_THAT(with({{0x40080000, 2u << 20}}), testing::StartsWith("2 memory"));
    EXPECT_THAT(with({{0x40000000, 0x180000}}), testing::StartsWith("2 memory"));
    EXPECT_THAT(with({{0xfff00000, 2u << 20}}), testing::StartsWith("2 memory"));
    EXPECT_THAT(with({{0x40000000, 2u << 20}, {0x40100000, 1u << 20}}),
                testing::HasSubstr("overlaps itself"));
    EXPECT_THAT(with({{0x0b000000, 2u << 20}}), testing::HasSubstr("device pages"));
    EXPECT_EQ(with({{0x40000000, 2u << 20}, {0x50000000, 1u << 20}}), "");
}

TEST(system_image, loads_must_lie_in_memory_and_apart) {
    const auto at = [](uint32_t target) {
        return refusal_of([&](built_vm& vm) { vm.loads[0].target = target; });
    };
    EXPECT_EQ(at(0x3ffff000), "2 load lies outside its memory");
    EXPECT_EQ(at(0x40200000), "2 load lies outside its memory");
    EXPECT_EQ(at(0x401fe000), "2 load overlaps another load");
    EXPECT_EQ(at(0xfffff000), "2 load lies outside its memory");
    EXPECT_EQ(at(0x401fe000 - 4096), "");
}

TEST(system_image, the_start_must_lie_in_memory) {
    const auto entry = [](uint32_t value) {
        return refusal_of([&](built_vm& vm) { vm.entry = value; });
    };
    EXPECT_THAT(entry(0x3ffffffc), testing::StartsWith("2 entry"));
    EXPECT_THAT(entry(0x40200000), testing::StartsWith("2 entry"));
    EXPECT_THAT(entry(0x40008002), testing::StartsWith("2 entry"));
    EXPECT_EQ(entry(0x40008001), "");
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.boot_parameters = 0x10; }),
                testing::StartsWith("2 boot-params"));
    EXPECT_EQ(refusal_of([](built_vm& vm) { vm.boot_parameters = 0; }), "");
    EXPECT_THAT(refusal_of([](built_vm& vm) {
                    vm.ramdisk = 0x401ff000;
                    vm.ramdisk_size = 0x1001;
                }),
                testing::StartsWith("2 ramdisk"));
}

TEST(system_image, the_vcpu_page_must_be_a_page_below_the_window) {
    const auto page = [](uint32_t value) {
        return refusal_of([&](built_vm& vm) { vm.note.page = value; });
    };
    EXPECT_THAT(page(0xff000004), testing::StartsWith("2 note"));
    EXPECT_THAT(page(0xfffe0000), testing::StartsWith("2 note"));
    EXPECT_THAT(page(0xffff0000), testing::StartsWith("2 note"));
    EXPECT_EQ(page(0xffc00000), "");
}

TEST(system_image, escapes_must_fit_the_note) {
    const auto with = [](uint32_t flags, size_t size) {
        built_vm vm = sample_vm(2);
        vm.note.flags = flags;
        vm.escapes = bytes(size, 0x12);
        return read(std::vector<built_vm>{vm});
    };
    constexpr auto PROMISED = static_cast<uint32_t>(abi::note_flags::escape_table);
    const reading good = with(PROMISED, 8);
    EXPECT_EQ(good.refused, "");
    EXPECT_EQ(good.system->vms[0].escapes.size, 8u);
    EXPECT_EQ(good.system->vms[0].escapes.offset % 4096, 0u);
    EXPECT_EQ(with(PROMISED, 0).refused, "2 escapes do not fit the note");
    EXPECT_EQ(with(0, 8).refused, "2 escapes do not fit the note");
    EXPECT_EQ(with(PROMISED, 7).refused, "2 escapes do not fit the note");
}

TEST(system_image, changed_escapes_are_refused) {
    built_vm vm = sample_vm(1);
    vm.note.flags = static_cast<uint32_t>(abi::note_flags::escape_table);
    vm.escapes = bytes(8, 0x12);
    bytes image = pack_image(parts_of({vm}));
    image[read(image).system->vms[0].escapes.offset] ^= 1;
    EXPECT_EQ(read(image).refused, "1 escapes SHA-256 differs");
}

TEST(system_image, schedules_must_make_sense) {
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.spec.priority = 32; }),
                testing::StartsWith("2 schedule"));
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.spec.budget_us = 1001; }),
                testing::StartsWith("2 budget"));
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.spec.period_us = 0; }),
                testing::StartsWith("2 budget"));
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.spec.period_us = 10'000'001; }),
                testing::StartsWith("2 budget"));
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.spec.restart_max = 256; }),
                testing::StartsWith("2 schedule"));
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.spec.restart = static_cast<restart_policy>(2); }),
                testing::StartsWith("2 schedule"));
}

TEST(system_image, devices_must_be_known_and_complete) {
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.spec.devices[1].kind = device_kind{7}; }),
                testing::HasSubstr("unknown kind"));
    EXPECT_THAT(
        refusal_of([](built_vm& vm) { vm.spec.devices[1].transport = device_transport{0}; }),
        testing::HasSubstr("unknown kind or transport"));
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.spec.devices[1].blank_bytes = 512; }),
                testing::HasSubstr("bytes without a disk"));
    EXPECT_THAT(refusal_of([](built_vm& vm) { vm.spec.devices[0].blank_bytes = 512; }),
                testing::HasSubstr("content and is blank"));
    EXPECT_THAT(refusal_of([](built_vm& vm) {
                    vm.spec.devices[1].kind = device_kind::net;
                    vm.spec.devices[1].link = MAX_SEGMENTS;
                }),
                testing::HasSubstr("segment that does not exist"));
    EXPECT_THAT(refusal_of([](built_vm& vm) {
                    pvrun::device_spec socket{};
                    socket.kind = device_kind::vsock;
                    socket.transport = device_transport::mmio;
                    socket.link = 3;
                    vm.spec.devices.insert(vm.spec.devices.end(), 2, socket);
                    vm.disks.resize(vm.spec.devices.size());
                }),
                testing::HasSubstr("number that is taken"));
    EXPECT_THAT(refusal_of([](built_vm& vm) {
                    vm.spec.devices.resize(MAX_DEVICES + 1, vm.spec.devices[1]);
                    vm.disks.resize(MAX_DEVICES + 1);
                }),
                testing::HasSubstr("one too many"));
}

TEST(system_image, passed_through_registers_must_be_apart_from_everything) {
    const auto with = [](uint32_t window, uint32_t size) {
        return refusal_of([&](built_vm& vm) {
            vm.spec.passthrough[0].window = window;
            vm.spec.passthrough[0].size = size;
        });
    };
    EXPECT_THAT(with(0x40000000, 0x1000), testing::HasSubstr("overlaps memory"));
    EXPECT_THAT(with(0x0b00f000, 0x1000), testing::HasSubstr("device pages"));
    EXPECT_THAT(with(0x09010010, 0x1000), testing::HasSubstr("whole pages"));
    EXPECT_THAT(with(0x09010000, 0x800), testing::HasSubstr("whole pages"));
    EXPECT_THAT(with(0xfffff000, 0x2000), testing::HasSubstr("whole pages"));
    EXPECT_THAT(read({rich_vm(1), rich_vm(2)}).refused, testing::HasSubstr("another VM's"));
}

TEST(system_image, vm_numbers_must_be_known_and_unique) {
    EXPECT_EQ(read({sample_vm(3), sample_vm(3)}).refused, "3 reg is there twice");
    EXPECT_THAT(read({sample_vm(0)}).refused, testing::HasSubstr("is not a VM number"));
    EXPECT_THAT(read({sample_vm(MAX_VMS + 1)}).refused, testing::HasSubstr("not a VM number"));
    EXPECT_EQ(read(std::vector<built_vm>{}).refused, "0 system has no VM");
}

TEST(system_image, needs_are_held_against_what_is_served) {
    vm_config vm{};
    vm.abi_version = 0x00010000;
    EXPECT_TRUE(check_needs(vm, {0x00010005, {0, 0}}));
    EXPECT_FALSE(check_needs(vm, {0x00020000, {0, 0}})); // before 1.0 each minor breaks
    vm.abi_version = 0x00010006;
    EXPECT_FALSE(check_needs(vm, {0x00010005, {0, 0}}));
    vm.abi_version = 0x01020000;
    EXPECT_TRUE(check_needs(vm, {0x01030000, {0, 0}}));
    EXPECT_FALSE(check_needs(vm, {0x01010000, {0, 0}}));
    EXPECT_FALSE(check_needs(vm, {0x02020000, {0, 0}}));
    vm.features[1] = 4;
    EXPECT_FALSE(check_needs(vm, {0x01020000, {~0u, 3}}));
    EXPECT_TRUE(check_needs(vm, {0x01020000, {0, 4}}));
}

// Bytes changed at random, with and without the digest made right again: nothing
// but a refusal or a system within its limits may come of it.
TEST(system_image, damaged_images_never_do_harm) {
    const bytes good = pack_image(parts_of({sample_vm(1), rich_vm(2)}));
    const auto where = pvrun::test::description_of(good);
    std::mt19937 random{1};
    uint32_t taken = 0;
    for (int round = 0; round < 4000; ++round) {
        bytes image = good;
        const bool sealed = round % 4 != 0;
        const uint32_t first = sealed ? where.offset : 0;
        const uint32_t size = sealed ? where.size : where.offset;
        for (uint32_t i = 0; i <= random() % 4; ++i) {
            image[first + random() % size] = static_cast<uint8_t>(random());
        }
        if (sealed) {
            pvrun::test::reseal(image);
        }
        const reading got = read(image);
        if (got.refused.empty()) {
            ++taken;
            ASSERT_LE(got.system->vm_count, MAX_VMS);
            for (uint32_t i = 0; i < got.system->vm_count; ++i) {
                ASSERT_LE(got.system->vms[i].device_count, MAX_DEVICES);
                ASSERT_LT(strnlen(got.system->vms[i].arguments, ARGUMENT_BYTES), ARGUMENT_BYTES);
            }
        }
    }
    EXPECT_GT(taken, 0u); // Names and arguments may change.
}

} // namespace
} // namespace paravane::boot
