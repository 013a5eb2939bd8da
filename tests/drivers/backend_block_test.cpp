// SPDX-License-Identifier: BSD-2-Clause
// The block device over a payload of the system image, read-only or copied on write,
// driven by the block front end through both transports.
#include "backend/payload.hpp"

#include "block_front.hpp"

#include <gmock/gmock.h>

#include <cstring>

namespace paravane::test {
namespace {

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

} // namespace
} // namespace paravane::test
