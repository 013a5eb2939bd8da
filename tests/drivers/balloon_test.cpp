// SPDX-License-Identifier: BSD-2-Clause
// The balloon front end: no page is in two places, whatever the target does.
#include "pvn_balloon.h"

#include "harness.hpp"

#include <set>

namespace paravane::test {
namespace {

struct balloon : front_end {
    balloon() : front_end{PVN_KIND_BALLOON, 2, PVN_FEATURE(PVN_BALLOON_F_MUST_TELL)} {
        for (uint32_t page = 0; page < 1000; page++) {
            free_pages.insert(0x40000 + page);
        }
        pages = {this,
                 [](void* c, uint32_t* out, unsigned most) {
                     return self(c).move(self(c).free_pages, self(c).given, out, most);
                 },
                 [](void* c, uint32_t* out, unsigned most) {
                     return self(c).move(self(c).given, self(c).chosen, out, most);
                 },
                 [](void* c, const uint32_t* in, unsigned count) {
                     for (unsigned i = 0; i < count; i++) {
                         EXPECT_EQ(self(c).chosen.erase(in[i]), 1u);
                         EXPECT_EQ(self(c).host.count(in[i]), 0u) << "the host still has it";
                         self(c).free_pages.insert(in[i]);
                     }
                 }};
        subject.pages = &pages;
        EXPECT_EQ(pvn_balloon_start(&subject, &mmio.device, this), PVN_OK);
    }

    static balloon& self(void* context) { return *static_cast<balloon*>(context); }

    unsigned move(std::set<uint32_t>& from, std::set<uint32_t>& to, uint32_t* out, unsigned most) {
        unsigned count = 0;
        while (count < most && !from.empty()) {
            out[count++] = *from.begin();
            to.insert(from.extract(from.begin()));
        }
        return count;
    }

    void serve() {
        for (unsigned queue : {PVN_BALLOON_INFLATE, PVN_BALLOON_DEFLATE}) {
            while (auto chain = fake.pop(queue)) {
                const auto in = chain->gather();
                for (size_t i = 0; i < in.size(); i += 4) {
                    uint32_t page = 0;
                    std::memcpy(&page, &in[i], 4);
                    if (queue == PVN_BALLOON_INFLATE) {
                        EXPECT_TRUE(host.insert(page).second) << "given twice";
                    } else {
                        EXPECT_EQ(host.erase(page), 1u);
                    }
                }
                fake.push(queue, chain->head, 0);
            }
        }
    }

    void settle(uint32_t target) {
        fake.change_config(PVN_BALLOON_CONFIG_TARGET, target, 4);
        EXPECT_NE(pvn_balloon_interrupt(&subject), 0);
        for (int i = 0; i < 100; i++) {
            ASSERT_GE(pvn_balloon_poll(&subject), 0);
            serve();
        }
        EXPECT_EQ(host.size() + free_pages.size(), 1000u);
    }

    uint32_t actual() {
        uint32_t value = 0;
        std::memcpy(&value, &fake.config[PVN_BALLOON_CONFIG_ACTUAL], 4);
        return value;
    }

    std::set<uint32_t> free_pages, given, chosen, host;
    pvn_balloon_pages pages{};
    pvn_balloon subject{};
};

INSTANTIATE_TEST_SUITE_P(all, balloon, every_mode(), mode_name);

TEST_P(balloon, follows_the_target_up_and_down) {
    for (const uint32_t target : {10u, 700u, 256u, 0u, 1000u, 3u}) {
        settle(target);
        EXPECT_EQ(host.size(), target);
        EXPECT_EQ(actual(), target);
    }
}

TEST_P(balloon, gives_what_it_has_and_no_more) {
    settle(5000);
    EXPECT_EQ(host.size(), 1000u);
    EXPECT_EQ(actual(), 1000u);
}

TEST_P(balloon, changes_its_mind_only_between_batches) {
    fake.change_config(PVN_BALLOON_CONFIG_TARGET, 100, 4);
    EXPECT_EQ(pvn_balloon_poll(&subject), 1);
    fake.change_config(PVN_BALLOON_CONFIG_TARGET, 0, 4);
    EXPECT_EQ(pvn_balloon_poll(&subject), 0);
    EXPECT_EQ(given.size(), 100u);
    settle(0);
    EXPECT_EQ(free_pages.size(), 1000u);
}

TEST_P(balloon, takes_back_the_pages_it_chose_whatever_the_device_writes) {
    settle(50);
    fake.change_config(PVN_BALLOON_CONFIG_TARGET, 0, 4);
    ASSERT_EQ(pvn_balloon_poll(&subject), 1);
    std::memset(subject.batch, 0xee, 4 * PVN_BALLOON_BATCH);
    host.clear();
    auto chain = fake.pop(PVN_BALLOON_DEFLATE);
    fake.push(PVN_BALLOON_DEFLATE, chain->head, 0);
    EXPECT_EQ(pvn_balloon_poll(&subject), 1);
    EXPECT_EQ(free_pages.size(), 1000u);
}

TEST_P(balloon, breaks_with_its_device) {
    settle(10);
    fake.put_used(PVN_BALLOON_INFLATE, 3, 0);
    fake.change_config(PVN_BALLOON_CONFIG_TARGET, 20, 4);
    EXPECT_EQ(pvn_balloon_poll(&subject), 1);
    EXPECT_EQ(pvn_balloon_poll(&subject), PVN_BROKEN);
    EXPECT_EQ(pvn_balloon_poll(&subject), PVN_BROKEN);
}

} // namespace
} // namespace paravane::test
