// SPDX-License-Identifier: BSD-2-Clause
// SHA-256 (FIPS 180-4), fed in pieces. Resident, for restarts and random numbers;
// signatures stand in boot/signature.hpp.
#pragma once

#include "boot/system.hpp"

namespace paravane::boot {

class digest {
public:
    void add(byte_span bytes);
    /// The end: `out` is the digest of all that was added.
    void finish(uint8_t (&out)[DIGEST_BYTES]);

private:
    static constexpr uint32_t BLOCK = 64;

    void compress(const uint8_t* block);

    uint32_t state_[8]{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint32_t size_{0}; ///< bytes so far; a span's size has no more bits
    uint8_t rest_[BLOCK];
};

void digest_of(byte_span bytes, uint8_t (&out)[DIGEST_BYTES]);

/// Whether the bytes have this SHA-256.
bool digest_matches(byte_span bytes, const uint8_t (&expected)[DIGEST_BYTES]);

} // namespace paravane::boot
