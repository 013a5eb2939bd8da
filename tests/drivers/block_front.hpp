// SPDX-License-Identifier: BSD-2-Clause
// One request after the other through a disk's front end, for the tests of its back ends.
#pragma once

#include "backend_vm.hpp"
#include "pvn_block.h"

#include <cstdint>
#include <random>
#include <vector>

namespace paravane::test {

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

inline std::vector<uint8_t> noise(size_t bytes) {
    std::mt19937 random{3};
    std::vector<uint8_t> all(bytes);
    for (auto& b : all) {
        b = static_cast<uint8_t>(random());
    }
    return all;
}

} // namespace paravane::test
