// SPDX-License-Identifier: BSD-2-Clause
// What each front end's test begins with: an operating system, a fake device of
// its kind and the probed transport, for one of the ways to negotiate.
#pragma once

#include "fake_device.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace paravane::test {

struct mode {
    const char* name;
    uint64_t ring_features;
    bool legacy;
};

inline std::string mode_name(const testing::TestParamInfo<mode>& info) {
    return info.param.name;
}

inline auto every_mode() {
    constexpr uint64_t ALL = PVN_FEATURE(PVN_F_EVENT_INDEX) | PVN_FEATURE(PVN_F_INDIRECT);
    return testing::Values(mode{"plain", 0, false}, mode{"full", ALL, false},
                           mode{"legacy", 0, true}, mode{"legacy_full", ALL, true});
}

/// Answers each kick at once, through `serve`, like a device on another core.
struct front_end : testing::TestWithParam<mode> {
    front_end(uint32_t kind, unsigned queues, uint64_t features)
        : fake{os, kind, queues, features | GetParam().ring_features, GetParam().legacy} {
        EXPECT_EQ(pvn_mmio_probe(&mmio, fake_device::bus(), &fake, os.table()), PVN_OK);
    }

    std::span<const std::byte> bytes_of(const std::string& text) {
        return std::as_bytes(std::span{text});
    }

    fake_os os;
    fake_device fake;
    pvn_mmio mmio{};
};

} // namespace paravane::test
