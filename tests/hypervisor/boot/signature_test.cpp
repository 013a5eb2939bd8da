// SPDX-License-Identifier: BSD-2-Clause
// Signed system images: this program is linked with a key built in, as a hypervisor
// configured with PARAVANE_SYSTEM_KEY is. The keys are RFC 8032's test vectors 1 and
// 2, so they protect nothing.
#include "boot/signature.hpp"

#include "sample_system.hpp"
#include "toolkit/command_line.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace paravane::boot {

const public_key SYSTEM_KEY = {{0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
                                0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
                                0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a}};

namespace {

// PKCS #8 (RFC 8410) around the seeds of the two vectors.
constexpr char OUR_KEY[] = "-----BEGIN PRIVATE KEY-----\n"
                           "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                           "-----END PRIVATE KEY-----\n";
constexpr char OTHER_KEY[] = "-----BEGIN PRIVATE KEY-----\n"
                             "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
                             "-----END PRIVATE KEY-----\n";

pvrun::bytes image_signed_with(const std::string& key) {
    auto parts = pvrun::test::parts_of({pvrun::test::sample_vm(1)});
    parts.signing_key = key;
    return pack_image(parts);
}

std::string refused(const pvrun::bytes& image) {
    const auto system = std::make_unique<system_config>();
    const auto read = read_system({image.data(), static_cast<uint32_t>(image.size())}, *system);
    return read ? "" : read.error().what;
}

TEST(signed_image, the_right_key_opens) {
    EXPECT_EQ(refused(image_signed_with(OUR_KEY)), "");
}

TEST(signed_image, no_signature_is_refused) {
    EXPECT_EQ(refused(image_signed_with("")), "is not signed");
}

TEST(signed_image, another_key_is_refused) {
    EXPECT_EQ(refused(image_signed_with(OTHER_KEY)), "is not signed with this hypervisor's key");
}

TEST(signed_image, a_changed_description_is_refused_though_its_digest_is_right) {
    pvrun::bytes image = image_signed_with(OUR_KEY);
    const auto where = pvrun::test::description_of(image);
    image[where.offset + where.size - 1] ^= 1;
    pvrun::test::reseal(image);
    EXPECT_EQ(refused(image), "is not signed with this hypervisor's key");
}

TEST(signed_image, every_bit_of_the_signature_counts) {
    const pvrun::bytes good = image_signed_with(OUR_KEY);
    const auto value =
        find_node(good.data(), DESCRIPTION_PATH).child(key::SIGNATURE_NODE).property(key::VALUE);
    ASSERT_EQ(value.size, SIGNATURE_BYTES);
    for (uint32_t i = 0; i < SIGNATURE_BYTES; ++i) {
        pvrun::bytes image = good;
        image[static_cast<size_t>(value.data - good.data()) + i] ^= 1u << (i % 8);
        EXPECT_EQ(refused(image), "is not signed with this hypervisor's key") << i;
    }
}

TEST(signed_image, a_key_that_is_none_is_said_so) {
    EXPECT_THROW(image_signed_with("nonsense"), toolkit::failure);
}

} // namespace
} // namespace paravane::boot
