// SPDX-License-Identifier: BSD-2-Clause
// Random lives of a guest: whatever the TLB or the shadow lets through, the guest's
// tables allow, or allowed since the last flush; every fault is the right one.
#include "script.hpp"

#include <random>

namespace paravane::test {
namespace {

constexpr uint32_t LIVES = 100;

void live(uint32_t seed, uint32_t spaces, uint32_t tables) {
    std::mt19937 random{seed};
    std::vector<uint8_t> bytes(4000);
    for (uint8_t& b : bytes) {
        b = static_cast<uint8_t>(random());
    }
    guest g{spaces, tables};
    script{bytes.data(), bytes.size()}.run(g);
}

TEST(shadow_property, many_lives) {
    for (uint32_t seed = 0; seed < LIVES && !HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        ASSERT_NO_THROW(live(seed, 5, 24));
    }
}

TEST(shadow_property, with_the_least_of_everything) {
    for (uint32_t seed = 1000; seed < 1000 + LIVES && !HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        ASSERT_NO_THROW(live(seed, 3, 10));
    }
}

TEST(shadow_property, with_plenty) {
    for (uint32_t seed = 2000; seed < 2000 + LIVES && !HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        ASSERT_NO_THROW(live(seed, 9, 40));
    }
}

} // namespace
} // namespace paravane::test
