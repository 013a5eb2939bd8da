// SPDX-License-Identifier: BSD-2-Clause
// The template's test: against a fake device that answers, fails and lies.
#include "pvn_pmem.h"

#include "harness.hpp"

namespace paravane::test {
namespace {

struct pmem : front_end {
    pmem() : front_end{PVN_KIND_PMEM, 1, 0} {}

    int start(uint64_t first, uint64_t bytes) {
        std::memcpy(fake.config.data(), &first, 8);
        std::memcpy(fake.config.data() + 8, &bytes, 8);
        return pvn_pmem_start(&subject, &mmio.device, this);
    }

    void answer(uint32_t result, uint32_t claimed) {
        auto chain = fake.pop(0);
        ASSERT_TRUE(chain);
        EXPECT_EQ(chain->gather().size(), 4u);
        chain->scatter(std::as_bytes(std::span{&result, 1}));
        fake.push(0, chain->head, claimed);
    }

    pvn_pmem subject{};
};
/// Each test runs with and without indirect descriptors and event index, 1.2 and legacy.
INSTANTIATE_TEST_SUITE_P(all, pmem, every_mode(), mode_name);

TEST_P(pmem, knows_where_its_memory_lies) {
    ASSERT_EQ(start(0x100000000, 0x2000), PVN_OK);
    EXPECT_EQ(subject.first, 0x100000000u);
    EXPECT_EQ(subject.bytes, 0x2000u);
}

TEST_P(pmem, refuses_a_range_that_wraps) {
    EXPECT_EQ(start(~uint64_t{0} - 10, 100), PVN_BROKEN);
}

TEST_P(pmem, flushes_one_at_a_time) {
    ASSERT_EQ(start(0, 4096), PVN_OK);
    ASSERT_EQ(pvn_pmem_flush(&subject), PVN_OK);
    EXPECT_EQ(pvn_pmem_flush(&subject), PVN_FULL);
    EXPECT_EQ(pvn_pmem_poll(&subject), 0);
    answer(0, 4);
    EXPECT_EQ(pvn_pmem_interrupt(&subject), 1);
    EXPECT_EQ(os.wakes, 1);
    EXPECT_EQ(pvn_pmem_poll(&subject), 1);
    EXPECT_EQ(subject.result, PVN_OK);
    ASSERT_EQ(pvn_pmem_flush(&subject), PVN_OK);
    answer(1, 4);
    EXPECT_EQ(pvn_pmem_poll(&subject), 1);
    EXPECT_EQ(subject.result, PVN_FAILED);
}

TEST_P(pmem, breaks_at_an_answer_of_a_wrong_length) {
    ASSERT_EQ(start(0, 4096), PVN_OK);
    ASSERT_EQ(pvn_pmem_flush(&subject), PVN_OK);
    answer(0, 2);
    EXPECT_EQ(pvn_pmem_poll(&subject), GetParam().legacy ? 1 : PVN_BROKEN)
        << "lengths of legacy devices mean nothing";
}

} // namespace
} // namespace paravane::test
