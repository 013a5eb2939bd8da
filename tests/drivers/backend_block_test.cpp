// SPDX-License-Identifier: BSD-2-Clause
// The block device over each of its storages, driven by the block front end through
// both transports: payload, payload copied on write, a part of a physical disk.
#include "backend/disk.hpp"
#include "backend/payload.hpp"

#include "backend_vm.hpp"
#include "fake_device.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <optional>
#include <random>

namespace paravane::test {
namespace {

/// A disk's front end and helpers to run one request through it.
struct block_front {
    pvn_block front{};
    pvn_block_request request{};
    std::vector<pvn_segment> parts;
    int status = 1;

    /// The status, or 1 while the request is still on its way.
    int run(uint32_t operation, uint64_t sector, std::vector<pvn_segment> segments) {
        parts = std::move(segments);
        request = {
            operation,
            sector,
            parts.data(),
            unsigned(parts.size()),
            [](pvn_block_request* r, int result) { *static_cast<int*>(r->context) = result; },
            &status};
        status = 1;
        if (const int refused = pvn_block_submit(&front, &request)) {
            return refused;
        }
        pvn_block_kick(&front);
        pvn_block_poll(&front);
        return status;
    }
};

std::vector<uint8_t> noise(size_t bytes) {
    std::mt19937 random{3};
    std::vector<uint8_t> all(bytes);
    for (auto& b : all) {
        b = static_cast<uint8_t>(random());
    }
    return all;
}

struct payload_disk : both, block_front {
    static constexpr uint32_t BYTES = 100 * 512 + 17;
    std::vector<uint8_t> bytes = noise(BYTES);
    backend::payload_storage storage{bytes.data(), BYTES};
    backend::block device{vm.memory, vm.lines, storage};
    std::unique_ptr<plug> slot = make_plug(GetParam(), vm, device);
};
INSTANTIATE_TEST_SUITE_P(transports, payload_disk, testing::Bool(), transport_name);

TEST_P(payload_disk, reads_but_does_not_write) {
    ASSERT_EQ(pvn_block_start(&front, slot->probe(), this), PVN_OK);
    EXPECT_EQ(front.sectors, 100u);
    EXPECT_TRUE(front.read_only);
    auto* memory = static_cast<uint8_t*>(vm.os.memory(4096));
    ASSERT_EQ(run(PVN_BLOCK_READ, 92, {{memory, 512}, {memory + 512, 3584}}), PVN_OK);
    EXPECT_EQ(std::memcmp(memory, &bytes[92 * 512], 4096), 0);
    ASSERT_EQ(run(PVN_BLOCK_IDENTITY, 0, {{memory, 20}}), PVN_OK);
    EXPECT_STREQ(reinterpret_cast<char*>(memory), "paravane");
    ASSERT_EQ(run(PVN_BLOCK_FLUSH, 0, {}), PVN_OK);
    front.read_only = 0; // a driver that does not care
    EXPECT_EQ(run(PVN_BLOCK_WRITE, 0, {{memory, 512}}), PVN_FAILED);
    front.sectors = 1000;
    EXPECT_EQ(run(PVN_BLOCK_READ, 100, {{memory, 512}}), PVN_FAILED);
    EXPECT_EQ(run(PVN_BLOCK_READ, 99, {{memory, 1024}}), PVN_FAILED);
    EXPECT_EQ(bytes, noise(BYTES));
    EXPECT_TRUE(vm.log.empty());
}

TEST_P(payload_disk, lets_others_run_between_batches) {
    ASSERT_EQ(pvn_block_start(&front, slot->probe(), this), PVN_OK);
    auto* memory = static_cast<uint8_t*>(vm.os.memory(48 * 1024));
    for (uint32_t i = 0; i < 6; ++i) {
        parts.push_back({memory + 8192 * i, 8192});
    }
    int answers[5];
    pvn_block_request requests[5];
    for (int i = 0; i < 5; ++i) {
        answers[i] = 1;
        requests[i] = {
            PVN_BLOCK_READ,
            0,
            parts.data(),
            6,
            [](pvn_block_request* r, int result) { *static_cast<int*>(r->context) = result; },
            &answers[i]};
        ASSERT_EQ(pvn_block_submit(&front, &requests[i]), PVN_OK);
    }
    pvn_block_kick(&front);
    EXPECT_TRUE(slot->busy) << "240 KiB are more than a call may take";
    pvn_block_poll(&front);
    EXPECT_THAT(answers, testing::Each(PVN_OK)) << "the plug has done the rest";
}

struct overlay_disk : both, block_front {
    static constexpr uint32_t BYTES = 20 * 4096 + 512;
    std::vector<uint8_t> bytes = noise(BYTES);
    std::vector<uint16_t> table =
        std::vector<uint16_t>(backend::overlay_storage::table_entries(BYTES));
    std::vector<uint8_t> pool = std::vector<uint8_t>(16 * 4096);
    backend::overlay_storage storage{bytes.data(), BYTES, table.data(), pool.data(),
                                     uint32_t(pool.size())};
    backend::block device{vm.memory, vm.lines, storage};
    std::unique_ptr<plug> slot = make_plug(GetParam(), vm, device);
};
INSTANTIATE_TEST_SUITE_P(transports, overlay_disk, testing::Bool(), transport_name);

TEST_P(overlay_disk, behaves_as_a_disk_until_its_pool_is_used_up) {
    ASSERT_EQ(pvn_block_start(&front, slot->probe(), this), PVN_OK);
    std::vector<uint8_t> model = bytes;
    auto* memory = static_cast<uint8_t*>(vm.os.memory(8192));
    std::mt19937 random{5};
    int failures = 0;
    for (int i = 0; i < 400; i++) {
        const uint32_t sectors = 1 + random() % 16;
        const uint64_t sector = random() % (BYTES / 512 - sectors + 1);
        if (random() % 2 != 0) {
            for (uint32_t j = 0; j < sectors * 512; j++) {
                memory[j] = static_cast<uint8_t>(random());
            }
            const int result = run(PVN_BLOCK_WRITE, sector, {{memory, sectors * 512}});
            if (result == PVN_FAILED) {
                failures++;
                ASSERT_EQ(run(PVN_BLOCK_READ, sector, {{memory, sectors * 512}}), PVN_OK);
            } else {
                ASSERT_EQ(result, PVN_OK);
            }
            std::memcpy(&model[sector * 512], memory, sectors * 512);
        } else {
            ASSERT_EQ(run(PVN_BLOCK_READ, sector, {{memory, sectors * 512}}), PVN_OK);
            ASSERT_EQ(std::memcmp(memory, &model[sector * 512], sectors * 512), 0);
        }
    }
    EXPECT_GT(failures, 0) << "16 pages cannot hold 21";
    EXPECT_EQ(bytes, noise(BYTES)) << "the payload was written to";
    storage.forget();
    ASSERT_EQ(run(PVN_BLOCK_READ, 0, {{memory, 8192}}), PVN_OK);
    EXPECT_EQ(std::memcmp(memory, bytes.data(), 8192), 0);
}

/// A guest's disk on a part of a physical one, which is a fake device that answers
/// when it is told to.
struct physical_disk : both, block_front {
    physical_disk() {
        const uint32_t sectors = 1000;
        std::memcpy(machine.config.data(), &sectors, 4);
        EXPECT_EQ(pvn_mmio_probe(&registers, fake_device::bus(), &machine, vm.os.table()), PVN_OK);
        EXPECT_EQ(pvn_block_start(&driver, &registers.device, nullptr), PVN_OK);
        storage.emplace(driver, 100, 200, false);
        device.emplace(vm.memory, vm.lines, *storage);
        storage->attach(*device);
        slot = make_plug(GetParam(), vm, *device);
        EXPECT_EQ(pvn_block_start(&front, slot->probe(), this), PVN_OK);
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
        pvn_block_poll(&driver);
        storage->poll();
        return true;
    }

    fake_device machine{vm.os, PVN_KIND_BLOCK, 1, PVN_FEATURE(PVN_F_EVENT_INDEX)};
    std::vector<uint8_t> content = noise(1000 * 512);
    pvn_mmio registers{};
    pvn_block driver{};
    std::optional<backend::disk> storage;
    std::optional<backend::block> device;
    std::unique_ptr<plug> slot;
    uint8_t* memory = static_cast<uint8_t*>(vm.os.memory(512 * 64));
};
INSTANTIATE_TEST_SUITE_P(transports, physical_disk, testing::Bool(), transport_name);

struct waiting {
    pvn_segment segment;
    pvn_block_request request;
    int status = 1;
};

TEST_P(physical_disk, gives_a_vm_its_part_and_nothing_else) {
    EXPECT_EQ(front.sectors, 200u);
    std::vector<waiting> all(40);
    for (size_t i = 0; i < all.size(); i++) {
        waiting& w = all[i];
        w.segment = {memory + 512 * i, 512};
        w.request = {PVN_BLOCK_READ,
                     i * 5,
                     &w.segment,
                     1,
                     [](pvn_block_request* r, int result) {
                         static_cast<waiting*>(r->context)->status = result;
                     },
                     &w};
        ASSERT_EQ(pvn_block_submit(&front, &w.request), PVN_OK);
    }
    pvn_block_kick(&front);
    EXPECT_FALSE(device->quiet());
    while (work()) {
        pvn_block_poll(&front);
    }
    for (size_t i = 0; i < all.size(); i++) {
        ASSERT_EQ(all[i].status, PVN_OK) << i;
        ASSERT_EQ(std::memcmp(memory + 512 * i, &content[(100 + i * 5) * 512], 512), 0);
    }
    EXPECT_TRUE(device->quiet());
    front.sectors = 10000;
    EXPECT_EQ(run(PVN_BLOCK_READ, 200, {{memory, 512}}), PVN_FAILED);
    EXPECT_FALSE(work()) << "the physical disk never saw it";
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
    std::vector<waiting> old(backend::block::MAX_PENDING);
    const auto submit = [&](waiting& w, uint64_t sector) {
        w.segment = {memory + 512 * sector, 512};
        w.request = {PVN_BLOCK_READ,
                     sector,
                     &w.segment,
                     1,
                     [](pvn_block_request* r, int result) {
                         static_cast<waiting*>(r->context)->status = result;
                     },
                     &w};
        ASSERT_EQ(pvn_block_submit(&front, &w.request), PVN_OK);
    };
    for (size_t i = 0; i < old.size(); i++) {
        submit(old[i], i);
    }
    pvn_block_kick(&front);
    ASSERT_EQ(pvn_block_stop(&front), PVN_OK);
    ASSERT_EQ(pvn_block_start(&front, slot->probe(), this), PVN_OK);
    waiting next;
    submit(next, 20);
    pvn_block_kick(&front);
    while (work()) {
    }
    pvn_block_poll(&front);
    EXPECT_EQ(next.status, PVN_OK) << "no place was free when it came";
}

TEST_P(physical_disk, that_goes_over_its_rate_when_a_request_is_over_asks_for_time) {
    constexpr uint32_t BURST = backend::block::MAX_PENDING * (16 + 512 + 1);
    device->limit = {1, BURST, BURST, 0};
    std::vector<waiting> all(backend::block::MAX_PENDING + 2);
    for (size_t i = 0; i < all.size(); i++) {
        waiting& w = all[i];
        w.segment = {memory + 512 * i, 512};
        w.request = {PVN_BLOCK_READ,
                     i,
                     &w.segment,
                     1,
                     [](pvn_block_request* r, int result) {
                         static_cast<waiting*>(r->context)->status = result;
                     },
                     &w};
        ASSERT_EQ(pvn_block_submit(&front, &w.request), PVN_OK);
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

} // namespace
} // namespace paravane::test
