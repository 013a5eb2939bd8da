// SPDX-License-Identifier: BSD-2-Clause
// The entropy front end against a source that is generous, mean or empty.
#include "pvn_entropy.h"

#include "harness.hpp"

namespace paravane::test {
namespace {

struct entropy : front_end {
    entropy() : front_end{PVN_KIND_ENTROPY, 1, 0} {
        EXPECT_EQ(pvn_entropy_start(&subject, &mmio.device, this), PVN_OK);
        request = {os.memory(64), 64,
                   [](pvn_entropy_request* r, uint32_t filled) {
                       static_cast<entropy*>(r->context)->filled = filled;
                   },
                   this};
    }

    void give(const std::string& bytes) {
        auto chain = fake.pop(0);
        ASSERT_TRUE(chain);
        fake.push(0, chain->head, chain->scatter(bytes_of(bytes)));
    }

    pvn_entropy subject{};
    pvn_entropy_request request{};
    uint32_t filled = 0;
};

INSTANTIATE_TEST_SUITE_P(all, entropy, every_mode(), mode_name);

TEST_P(entropy, hands_over_what_was_given) {
    ASSERT_EQ(pvn_entropy_ask(&subject, &request), PVN_OK);
    EXPECT_EQ(pvn_entropy_poll(&subject), 0);
    give("random");
    EXPECT_NE(pvn_entropy_interrupt(&subject), 0);
    EXPECT_EQ(os.wakes, 1);
    EXPECT_EQ(pvn_entropy_poll(&subject), 1);
    EXPECT_EQ(filled, 6u);
    EXPECT_EQ(std::memcmp(request.memory, "random", 6), 0);
}

TEST_P(entropy, breaks_at_an_empty_answer) {
    ASSERT_EQ(pvn_entropy_ask(&subject, &request), PVN_OK);
    give("");
    EXPECT_EQ(pvn_entropy_poll(&subject), PVN_BROKEN);
    EXPECT_EQ(filled, 0u);
}

TEST_P(entropy, is_full_after_as_many_requests_as_it_promises) {
    std::vector<pvn_entropy_request> requests(PVN_ENTROPY_REQUESTS, request);
    for (auto& r : requests) {
        ASSERT_EQ(pvn_entropy_ask(&subject, &r), PVN_OK);
    }
    EXPECT_EQ(pvn_entropy_ask(&subject, &request), PVN_FULL);
    give("x");
    EXPECT_EQ(pvn_entropy_poll(&subject), 1);
    EXPECT_EQ(pvn_entropy_ask(&subject, &request), PVN_OK);
}

} // namespace
} // namespace paravane::test
