// SPDX-License-Identifier: BSD-2-Clause
// The block device on a physical disk, which is a fake device that answers when it is
// told to, driven by the block front end through both transports.
#include "backend/disk.hpp"

#include "block_front.hpp"
#include "fake_device.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <optional>

namespace paravane::test {
namespace {

/// A request under way, and its end.
struct waiting {
    pvn_segment segment;
    pvn_block_request request;
    int status = 1;
};

/// A guest's disk on a physical one, which is a fake device that answers when it is told
/// to.
struct physical_disk : both, block_front {
    physical_disk() { start(); }

    /// As it stands, a disk of another kind than before.
    void start() {
        device.reset();
        drive = {};
        std::memcpy(machine.config.data(), &SECTORS, 4);
        EXPECT_EQ(pvn_mmio_probe(&drive.registers, fake_device::bus(), &machine, vm.os.table()),
                  PVN_OK);
        EXPECT_TRUE(start_drive(drive));
        device.emplace(vm.memory, vm.lines, drive, false);
        slot = make_plug(GetParam(), vm, *device);
        EXPECT_EQ(pvn_block_start(&front, slot->probe(), this), PVN_OK);
    }

    /// A sector is to be read.
    void post(waiting& w, uint8_t* to, uint64_t sector) {
        w.segment = {to, 512};
        w.request = {PVN_BLOCK_READ,
                     sector,
                     &w.segment,
                     1,
                     [](pvn_block_request* r, int result) {
                         static_cast<waiting*>(r->context)->status = result;
                     },
                     &w};
        ASSERT_EQ(pvn_block_submit(&front, &w.request), PVN_OK);
    }

    /// The physical disk does one request.
    bool work(uint8_t status = PVN_BLOCK_OK) {
        auto chain = machine.pop(0);
        if (!chain) {
            return false;
        }
        pvn_block_header header{};
        auto in = chain->gather();
        std::memcpy(&header, in.data(), sizeof(header));
        std::vector<std::byte> out(chain->writable_bytes() - 1);
        if (header.type == PVN_BLOCK_READ) {
            std::memcpy(out.data(), &content[header.sector * 512], out.size());
        } else if (header.type == PVN_BLOCK_WRITE) {
            std::memcpy(&content[header.sector * 512], &in[sizeof(header)],
                        in.size() - sizeof(header));
        }
        out.push_back(std::byte{status});
        machine.push(0, chain->head, chain->scatter(out));
        drive.poll();
        return true;
    }

    static constexpr uint32_t SECTORS = 1000;
    fake_device machine{vm.os, PVN_KIND_BLOCK, 1, PVN_FEATURE(PVN_F_EVENT_INDEX)};
    std::vector<uint8_t> content = noise(SECTORS * 512);
    backend::drive drive{};
    std::optional<backend::disk> device;
    std::unique_ptr<plug> slot;
    uint8_t* memory = static_cast<uint8_t*>(vm.os.memory(512 * 64));
};
INSTANTIATE_TEST_SUITE_P(transports, physical_disk, testing::Bool(), transport_name);

TEST_P(physical_disk, serves_what_lies_on_it_and_nothing_else) {
    EXPECT_EQ(front.sectors, SECTORS);
    std::vector<waiting> all(40);
    for (size_t i = 0; i < all.size(); i++) {
        post(all[i], memory + 512 * i, i * 5);
    }
    pvn_block_kick(&front);
    EXPECT_FALSE(device->quiet());
    while (work()) {
        pvn_block_poll(&front);
    }
    for (size_t i = 0; i < all.size(); i++) {
        ASSERT_EQ(all[i].status, PVN_OK) << i;
        ASSERT_EQ(std::memcmp(memory + 512 * i, &content[i * 5 * 512], 512), 0);
    }
    EXPECT_TRUE(device->quiet());
    front.sectors = ~0ull;
    for (const uint64_t sector : {uint64_t{SECTORS}, uint64_t{SECTORS + 1}, ~uint64_t{8}}) {
        EXPECT_EQ(run(PVN_BLOCK_READ, sector, {{memory, 512}}), PVN_FAILED) << sector;
    }
    EXPECT_EQ(run(PVN_BLOCK_READ, SECTORS - 1, {{memory, 1024}}), PVN_FAILED);
    EXPECT_FALSE(work()) << "the physical disk never saw it";
}

TEST_P(physical_disk, tells_of_an_answer_while_more_wait_than_it_takes) {
    std::vector<waiting> all(backend::drive::MAX_REQUESTS + 2);
    for (size_t i = 0; i < all.size(); i++) {
        post(all[i], memory + 512 * i, i);
    }
    pvn_block_kick(&front);
    const int before = slot->interrupts;
    ASSERT_TRUE(work());
    EXPECT_EQ(slot->interrupts, before + 1);
    EXPECT_EQ(pvn_block_poll(&front), 1);
    EXPECT_EQ(all[0].status, PVN_OK);
}

TEST_P(physical_disk, passes_its_errors_on) {
    EXPECT_EQ(run(PVN_BLOCK_WRITE, 0, {{memory, 512}}), 1) << "still on its way";
    ASSERT_TRUE(work(PVN_BLOCK_IO_ERROR));
    pvn_block_poll(&front);
    EXPECT_EQ(status, PVN_FAILED);
}

TEST_P(physical_disk, is_not_quiet_before_a_dead_vms_request_is_over) {
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {{memory, 512}}), 1);
    device->reset();
    EXPECT_FALSE(device->quiet()) << "the disk still writes into the VM's memory";
    ASSERT_TRUE(work());
    EXPECT_TRUE(device->quiet());
    EXPECT_EQ(pvn_block_start(&front, slot->probe(), this), PVN_OK);
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {{memory, 512}}), 1);
    ASSERT_TRUE(work());
    pvn_block_poll(&front);
    EXPECT_EQ(status, PVN_OK);
}

TEST_P(physical_disk, serves_a_driver_that_started_again_before_the_old_requests_were_over) {
    std::vector<waiting> old(backend::drive::MAX_REQUESTS);
    for (size_t i = 0; i < old.size(); i++) {
        post(old[i], memory + 512 * i, i);
    }
    pvn_block_kick(&front);
    ASSERT_EQ(pvn_block_stop(&front), PVN_OK);
    ASSERT_EQ(pvn_block_start(&front, slot->probe(), this), PVN_OK);
    waiting next;
    post(next, memory + 512 * 20, 20);
    pvn_block_kick(&front);
    while (work()) {
    }
    pvn_block_poll(&front);
    EXPECT_EQ(next.status, PVN_OK) << "no place was free when it came";
}

TEST_P(physical_disk, is_driven_by_a_header_that_the_guest_cannot_change) {
    waiting one;
    post(one, memory, 7);
    pvn_block_kick(&front);
    for (uint32_t i = 0; i < PVN_BLOCK_REQUESTS; i++) {
        front.frames[i].header = {PVN_BLOCK_WRITE, 0, SECTORS};
    }
    ASSERT_TRUE(work());
    pvn_block_poll(&front);
    EXPECT_EQ(one.status, PVN_OK);
    EXPECT_EQ(std::memcmp(memory, &content[7 * 512], 512), 0);
}

/// The last writable byte is the status, whatever else lies in its segment (5.2.6).
TEST_P(physical_disk, takes_requests_cut_in_any_way) {
    auto* header = static_cast<pvn_block_header*>(vm.os.memory(sizeof(pvn_block_header)));
    *header = {PVN_BLOCK_READ, 0, 3};
    memory[1024] = 0xee;
    const pvn_segment parts[] = {{header, 5},
                                 {reinterpret_cast<uint8_t*>(header) + 5, 11},
                                 {memory, 100},
                                 {memory + 100, 925}};
    int token = 0;
    ASSERT_EQ(pvn_queue_add(&front.queue, parts, 2, 2, &token), PVN_OK);
    pvn_queue_kick(&front.queue);
    ASSERT_TRUE(work());
    void* taken = nullptr;
    pvn_u32 written = 0;
    ASSERT_EQ(pvn_queue_take(&front.queue, &taken, &written), 1);
    EXPECT_EQ(written, 1025u);
    EXPECT_EQ(std::memcmp(memory, &content[3 * 512], 1024), 0);
    EXPECT_EQ(memory[1024], PVN_BLOCK_OK);
}

TEST_P(physical_disk, refuses_what_the_drive_would_not_take) {
    front.segment_count = PVN_BLOCK_SEGMENTS;
    front.segment_bytes = ~0u;
    ASSERT_EQ(drive.segments, 6u) << "an eighth of a ring of 64, without header and status";
    std::vector<pvn_segment> many(7, {memory, 512});
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, many), PVN_FAILED);
    EXPECT_FALSE(work()) << "the physical disk never saw it";
    const uint32_t most = 1024;
    std::memcpy(&machine.config[PVN_BLOCK_CONFIG_SEGMENT_BYTES], &most, 4);
    machine.offered |= PVN_FEATURE(PVN_BLOCK_F_SEGMENT_BYTES);
    front = {};
    start();
    EXPECT_EQ(front.segment_bytes, most) << "its guest is told";
    front.segment_bytes = ~0u;
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {{memory, 1536}}), PVN_FAILED);
    EXPECT_FALSE(work());
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {{memory, 1024}}), 1);
    EXPECT_TRUE(work());
}

TEST_P(physical_disk, flushes_where_there_is_a_cache) {
    EXPECT_EQ(run(PVN_BLOCK_FLUSH, 0, {}), PVN_OK) << "nothing to do";
    EXPECT_FALSE(work());
    machine.offered |= PVN_FEATURE(PVN_BLOCK_F_FLUSH);
    front = {};
    start();
    EXPECT_EQ(run(PVN_BLOCK_FLUSH, 0, {}), 1);
    ASSERT_TRUE(work());
    pvn_block_poll(&front);
    EXPECT_EQ(status, PVN_OK);
}

TEST_P(physical_disk, may_be_an_old_one_with_a_small_ring) {
    for (const uint32_t limit : {4u, 8u, 32u}) {
        machine.version = 1;
        machine.offered = 0;
        machine.queues[0].limit = limit;
        front = {};
        start();
        EXPECT_EQ(drive.requests, std::max(1u, limit / 4));
        std::vector<waiting> all(10);
        for (size_t i = 0; i < all.size(); i++) {
            post(all[i], memory + 512 * i, i);
        }
        pvn_block_kick(&front);
        while (work()) {
            pvn_block_poll(&front);
        }
        for (size_t i = 0; i < all.size(); i++) {
            ASSERT_EQ(all[i].status, PVN_OK) << i;
            ASSERT_EQ(std::memcmp(memory + 512 * i, &content[i * 512], 512), 0);
        }
    }
    machine.queues[0].limit = 2;
    drive = {};
    ASSERT_EQ(pvn_mmio_probe(&drive.registers, fake_device::bus(), &machine, vm.os.table()),
              PVN_OK);
    EXPECT_FALSE(start_drive(drive)) << "not one request has room";
}

TEST_P(physical_disk, that_goes_over_its_rate_when_a_request_is_over_asks_for_time) {
    constexpr uint32_t BURST = backend::drive::MAX_REQUESTS * (16 + 512 + 1);
    device->limit = {1, BURST, BURST, 0};
    std::vector<waiting> all(backend::drive::MAX_REQUESTS + 2);
    for (size_t i = 0; i < all.size(); i++) {
        post(all[i], memory + 512 * i, i);
    }
    pvn_block_kick(&front);
    EXPECT_FALSE(slot->waiting) << "a place is what it waits for";
    ASSERT_TRUE(work());
    EXPECT_TRUE(slot->waiting);
    device->tick(5000);
    EXPECT_TRUE(slot->busy);
    finish_work(*device);
    while (work()) {
        pvn_block_poll(&front);
    }
    EXPECT_EQ(all.back().status, PVN_OK);
}

/// How a disk breaks the standard while it has requests 0 and 1, of eight descriptors each.
struct breach {
    const char* name;
    void (*commit)(fake_device& machine);
};

constexpr breach BREACHES[] = {
    {"an index that runs ahead", [](fake_device& m) { *m.used_index(0) += 3; }},
    {"the middle of a chain", [](fake_device& m) { m.put_used(0, 1, 1); }},
    {"a request that it does not have", [](fake_device& m) { m.put_used(0, 24, 1); }},
    {"no descriptor", [](fake_device& m) { m.put_used(0, 64, 1); }},
    {"an answer twice",
     [](fake_device& m) {
         m.put_used(0, 0, 1);
         m.put_used(0, 0, 1);
     }},
};

TEST_P(physical_disk, that_breaks_the_standard_fails_what_it_has_and_all_later) {
    for (const breach& one : BREACHES) {
        front = {};
        start();
        waiting both[2];
        post(both[0], memory, 0);
        post(both[1], memory + 512, 1);
        pvn_block_kick(&front);
        front.frames[0].status = front.frames[1].status = PVN_BLOCK_OK;
        one.commit(machine);
        drive.poll();
        EXPECT_TRUE(device->quiet()) << one.name;
        pvn_block_poll(&front);
        EXPECT_EQ(both[1].status, PVN_FAILED) << one.name;
        EXPECT_NE(both[0].status, 1) << one.name;
        EXPECT_EQ(run(PVN_BLOCK_READ, 0, {{memory, 512}}), PVN_FAILED) << one.name;
        EXPECT_EQ(run(PVN_BLOCK_FLUSH, 0, {}), PVN_OK) << one.name;
    }
}

TEST_P(physical_disk, that_does_not_confirm_its_reset_may_still_write) {
    waiting one;
    post(one, memory, 0);
    pvn_block_kick(&front);
    machine.never_resets = true;
    *machine.used_index(0) += 3;
    drive.poll();
    EXPECT_FALSE(device->quiet());
    machine.never_resets = false;
    drive.poll();
    EXPECT_TRUE(device->quiet());
    pvn_block_poll(&front);
    EXPECT_EQ(one.status, PVN_FAILED);
}

TEST_P(physical_disk, that_breaks_leaves_the_memory_of_a_dead_vm_alone) {
    waiting one;
    post(one, memory, 0);
    pvn_block_kick(&front);
    pvn_block_frame* const frame =
        front.slots[0].request != nullptr ? front.slots[0].frame : &front.frames[0];
    device->reset();
    frame->status = 0x5a;
    *machine.used_index(0) += 3;
    drive.poll();
    EXPECT_TRUE(device->quiet());
    EXPECT_EQ(frame->status, 0x5a);
}

} // namespace
} // namespace paravane::test
