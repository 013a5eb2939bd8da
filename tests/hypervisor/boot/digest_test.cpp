// SPDX-License-Identifier: BSD-2-Clause
// SHA-256 against libsodium's, over sizes around the block's and in pieces.
#include "boot/digest.hpp"

#include "gtest/gtest.h"
#include <sodium.h>

#include <array>
#include <random>
#include <string_view>
#include <vector>

namespace paravane::boot {
namespace {

using sum = std::array<uint8_t, DIGEST_BYTES>;

sum reference(const std::vector<uint8_t>& bytes) {
    sum out{};
    crypto_hash_sha256(out.data(), bytes.data(), bytes.size());
    return out;
}

sum ours(digest& whole) {
    uint8_t out[DIGEST_BYTES];
    whole.finish(out);
    return std::to_array(out);
}

std::vector<uint8_t> noise(size_t size) {
    std::mt19937 source{static_cast<uint32_t>(size)};
    std::vector<uint8_t> bytes(size);
    for (uint8_t& byte : bytes) {
        byte = static_cast<uint8_t>(source());
    }
    return bytes;
}

TEST(digest, abc) {
    // FIPS 180-4's example.
    const uint8_t expected[DIGEST_BYTES] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
                                            0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
                                            0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
                                            0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    const std::string_view text{"abc"};
    EXPECT_TRUE(digest_matches({reinterpret_cast<const uint8_t*>(text.data()), 3}, expected));
    EXPECT_FALSE(digest_matches({reinterpret_cast<const uint8_t*>(text.data()), 2}, expected));
}

TEST(digest, every_size_around_a_block) {
    for (size_t size = 0; size <= 200; ++size) {
        const std::vector<uint8_t> bytes = noise(size);
        digest whole;
        whole.add(bytes.data(), static_cast<uint32_t>(size));
        EXPECT_EQ(ours(whole), reference(bytes)) << size;
    }
}

TEST(digest, in_pieces_of_any_size_and_alignment) {
    std::mt19937 source{1};
    for (int round = 0; round < 200; ++round) {
        const std::vector<uint8_t> bytes = noise(source() % 5000);
        digest whole;
        for (size_t at = 0; at < bytes.size();) {
            const size_t part = std::min<size_t>(1 + source() % 150, bytes.size() - at);
            whole.add(bytes.data() + at, static_cast<uint32_t>(part));
            at += part;
        }
        EXPECT_EQ(ours(whole), reference(bytes)) << round;
    }
}

} // namespace
} // namespace paravane::boot
