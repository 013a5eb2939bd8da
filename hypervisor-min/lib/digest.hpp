// SPDX-License-Identifier: BSD-2-Clause
// SHA-256 (FIPS 180-4), fed in pieces: of what is loaded, and for random numbers.
#pragma once

#include <stdint.h>

namespace paravane {

class digest {
public:
    static constexpr uint32_t BYTES = 32;

    void add(const uint8_t* bytes, uint32_t size);
    /// The end: `out` is the digest of all that was added.
    void finish(uint8_t (&out)[BYTES]);

private:
    static constexpr uint32_t BLOCK = 64;

    void compress(const uint8_t* block);

    uint32_t state_[8]{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint32_t size_{0}; ///< bytes so far
    uint8_t rest_[BLOCK];
};

} // namespace paravane
