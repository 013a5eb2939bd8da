// SPDX-License-Identifier: BSD-2-Clause
// The block front end against a disk in memory that can fail, lie and stop.
#include "pvn_block.h"

#include "harness.hpp"

#include <gmock/gmock.h>

#include <random>

namespace paravane::test {
namespace {

struct call {
    pvn_block_request request{};
    std::vector<pvn_segment> segments;
    int status = 1;
};

struct block : front_end {
    block() : front_end{PVN_KIND_BLOCK, 1, PVN_FEATURE(PVN_BLOCK_F_FLUSH)}, disk(SECTORS * 512) {
        fake.config[0] = SECTORS;
        fake.on_kick = [this](unsigned) { serve(); };
        std::mt19937 random{1};
        for (auto& b : disk) {
            b = static_cast<std::byte>(random());
        }
        EXPECT_EQ(pvn_block_start(&subject, &mmio.device, this), PVN_OK);
    }

    void serve() {
        while (auto chain = fake.pop(0)) {
            pvn_block_header header{};
            auto in = chain->gather();
            ASSERT_GE(in.size(), sizeof(header));
            std::memcpy(&header, in.data(), sizeof(header));
            in.erase(in.begin(), in.begin() + sizeof(header));
            std::vector<std::byte> out(chain->writable_bytes() - 1);
            if (header.type == PVN_BLOCK_READ) {
                std::copy_n(disk.begin() + header.sector * 512, out.size(), out.begin());
            } else if (header.type == PVN_BLOCK_WRITE) {
                std::copy(in.begin(), in.end(), disk.begin() + header.sector * 512);
            } else if (header.type == PVN_BLOCK_FLUSH) {
                flushes++;
            }
            out.push_back(std::byte{next_status});
            const uint32_t written = chain->scatter(out);
            fake.push(0, chain->head, written - shortfall);
        }
        fake.listen(0);
    }

    int submit(call& c, uint32_t operation, uint64_t sector, std::vector<pvn_segment> segments) {
        c.segments = std::move(segments);
        c.status = 1;
        c.request.operation = operation;
        c.request.sector = sector;
        c.request.segments = c.segments.data();
        c.request.segment_count = c.segments.size();
        c.request.done = [](pvn_block_request* request, int status) {
            static_cast<call*>(request->context)->status = status;
        };
        c.request.context = &c;
        return pvn_block_submit(&subject, &c.request);
    }

    int run(uint32_t operation, uint64_t sector, std::vector<pvn_segment> segments) {
        call c;
        if (const int status = submit(c, operation, sector, std::move(segments))) {
            return status;
        }
        pvn_block_kick(&subject);
        EXPECT_EQ(pvn_block_poll(&subject), 1);
        return c.status;
    }

    pvn_segment buffer(uint32_t bytes) { return {os.memory(bytes), bytes}; }

    static constexpr unsigned SECTORS = 200;
    pvn_block subject{};
    std::vector<std::byte> disk;
    uint8_t next_status = PVN_BLOCK_OK;
    uint32_t shortfall = 0;
    int flushes = 0;
};

INSTANTIATE_TEST_SUITE_P(all, block, every_mode(), mode_name);

TEST_P(block, knows_the_capacity) {
    EXPECT_EQ(subject.sectors, SECTORS);
    EXPECT_FALSE(subject.read_only);
}

TEST_P(block, reads_and_writes_scattered_memory) {
    const pvn_segment a = buffer(512);
    const pvn_segment b = buffer(2048);
    ASSERT_EQ(run(PVN_BLOCK_READ, 3, {a, b}), PVN_OK);
    EXPECT_EQ(std::memcmp(a.memory, &disk[3 * 512], 512), 0);
    EXPECT_EQ(std::memcmp(b.memory, &disk[4 * 512], 2048), 0);
    ASSERT_EQ(run(PVN_BLOCK_WRITE, 195, {b, a}), PVN_OK);
    EXPECT_EQ(std::memcmp(b.memory, &disk[195 * 512], 2048), 0);
    EXPECT_EQ(std::memcmp(a.memory, &disk[199 * 512], 512), 0);
    ASSERT_EQ(run(PVN_BLOCK_FLUSH, 0, {}), PVN_OK);
    EXPECT_EQ(flushes, 1);
}

TEST_P(block, refuses_what_breaks_the_contract) {
    const pvn_segment sector = buffer(512);
    EXPECT_EQ(run(PVN_BLOCK_READ, SECTORS, {sector}), PVN_INVALID);
    EXPECT_EQ(run(PVN_BLOCK_READ, SECTORS - 1, {sector, sector}), PVN_INVALID);
    EXPECT_EQ(run(PVN_BLOCK_READ, ~uint64_t{0}, {sector}), PVN_INVALID);
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {}), PVN_INVALID);
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {{sector.memory, 100}}), PVN_INVALID);
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, std::vector(PVN_BLOCK_SEGMENTS + 1, sector)), PVN_INVALID);
    EXPECT_EQ(run(PVN_BLOCK_IDENTITY, 0, {sector}), PVN_INVALID);
    EXPECT_EQ(run(99, 0, {sector}), PVN_INVALID);
    EXPECT_EQ(run(PVN_BLOCK_FLUSH, 0, {sector}), PVN_INVALID);
    EXPECT_EQ(subject.queue.in_flight, 0);
}

TEST_P(block, passes_disk_errors_on) {
    const pvn_segment sector = buffer(512);
    next_status = PVN_BLOCK_IO_ERROR;
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {sector}), PVN_FAILED);
    next_status = PVN_BLOCK_UNSUPPORTED;
    EXPECT_EQ(run(PVN_BLOCK_WRITE, 0, {sector}), PVN_REFUSED);
    next_status = PVN_BLOCK_OK;
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {sector}), PVN_OK);
}

TEST_P(block, breaks_at_a_status_that_was_never_written) {
    next_status = 0xff;
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {buffer(512)}), PVN_BROKEN);
    call c;
    EXPECT_EQ(submit(c, PVN_BLOCK_READ, 0, {buffer(512)}), PVN_BROKEN);
}

TEST_P(block, fails_a_read_that_delivered_less_than_it_says) {
    shortfall = 512;
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {buffer(1024)}), GetParam().legacy ? PVN_OK : PVN_FAILED)
        << "legacy lengths mean nothing";
}

TEST_P(block, serves_more_requests_than_fit_at_once) {
    std::vector<call> calls(200);
    unsigned next = 0;
    unsigned done = 0;
    while (done < calls.size()) {
        while (next < calls.size()) {
            const int status = submit(calls[next], PVN_BLOCK_READ, next, {buffer(512)});
            if (status == PVN_FULL) {
                break;
            }
            ASSERT_EQ(status, PVN_OK);
            next++;
        }
        pvn_block_kick(&subject);
        const int finished = pvn_block_poll(&subject);
        ASSERT_GT(finished, 0);
        done += finished;
    }
    for (unsigned i = 0; i < calls.size(); i++) {
        ASSERT_EQ(calls[i].status, PVN_OK);
        ASSERT_EQ(std::memcmp(calls[i].segments[0].memory, &disk[i * 512], 512), 0) << i;
    }
}

TEST_P(block, gives_every_request_back_when_stopped) {
    fake.on_kick = nullptr;
    std::vector<call> calls(5);
    for (auto& c : calls) {
        ASSERT_EQ(submit(c, PVN_BLOCK_READ, 0, {buffer(512)}), PVN_OK);
    }
    pvn_block_kick(&subject);
    ASSERT_EQ(pvn_block_stop(&subject), PVN_OK);
    for (auto& c : calls) {
        EXPECT_EQ(c.status, PVN_BROKEN);
    }
    fake.on_kick = [this](unsigned) { serve(); };
    ASSERT_EQ(pvn_block_start(&subject, &mmio.device, this), PVN_OK);
    EXPECT_EQ(run(PVN_BLOCK_READ, 0, {buffer(512)}), PVN_OK);
}

TEST_P(block, wakes_the_waiter_after_a_poll_that_gave_nothing) {
    call c;
    fake.on_kick = nullptr;
    EXPECT_EQ(pvn_block_poll(&subject), 0);
    ASSERT_EQ(submit(c, PVN_BLOCK_READ, 0, {buffer(512)}), PVN_OK);
    pvn_block_kick(&subject);
    EXPECT_EQ(pvn_block_interrupt(&subject), 0);
    serve();
    EXPECT_NE(pvn_block_interrupt(&subject), 0);
    EXPECT_EQ(os.wakes, 1);
    EXPECT_EQ(pvn_block_poll(&subject), 1);
    EXPECT_EQ(c.status, PVN_OK);
}

struct small_disk : front_end {
    small_disk()
        : front_end{PVN_KIND_BLOCK, 1,
                    PVN_FEATURE(PVN_BLOCK_F_READ_ONLY) | PVN_FEATURE(PVN_BLOCK_F_SEGMENT_BYTES) |
                        PVN_FEATURE(PVN_BLOCK_F_SEGMENT_COUNT)} {
        fake.config[0] = 100;
        fake.config[PVN_BLOCK_CONFIG_SEGMENT_BYTES + 1] = 2; // 512
        fake.config[PVN_BLOCK_CONFIG_SEGMENT_COUNT] = 2;
        EXPECT_EQ(pvn_block_start(&subject, &mmio.device, this), PVN_OK);
    }
    pvn_block subject{};
};

INSTANTIATE_TEST_SUITE_P(all, small_disk, every_mode(), mode_name);

TEST_P(small_disk, limits_are_kept) {
    char* memory = static_cast<char*>(os.memory(4096));
    pvn_segment segments[3] = {{memory, 512}, {memory, 512}, {memory, 512}};
    pvn_block_request request{PVN_BLOCK_READ, 0, segments, 3, nullptr, nullptr};
    EXPECT_EQ(pvn_block_submit(&subject, &request), PVN_INVALID);
    request.segment_count = 1;
    segments[0].bytes = 1024;
    EXPECT_EQ(pvn_block_submit(&subject, &request), PVN_INVALID);
    segments[0].bytes = 512;
    request.operation = PVN_BLOCK_WRITE;
    EXPECT_EQ(pvn_block_submit(&subject, &request), PVN_REFUSED);
    request.operation = PVN_BLOCK_FLUSH;
    EXPECT_EQ(pvn_block_submit(&subject, &request), PVN_REFUSED);
    request.operation = PVN_BLOCK_READ;
    EXPECT_EQ(pvn_block_submit(&subject, &request), PVN_OK);
}

} // namespace
} // namespace paravane::test
