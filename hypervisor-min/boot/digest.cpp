// SPDX-License-Identifier: BSD-2-Clause
// SHA-256 by libsodium. Resident: a restart checks what it loads.
#include "boot/digest.hpp"

#include <string.h>

// Declared here since libsodium's headers want a hosted C library.
extern "C" int crypto_hash_sha256(unsigned char* out, const unsigned char* in,
                                  unsigned long long size);

namespace paravane::boot {

void digest_of(byte_span bytes, uint8_t (&out)[DIGEST_BYTES]) {
    crypto_hash_sha256(out, bytes.data, bytes.size);
}

bool digest_matches(byte_span bytes, const uint8_t (&expected)[DIGEST_BYTES]) {
    uint8_t actual[DIGEST_BYTES];
    digest_of(bytes, actual);
    return memcmp(actual, expected, DIGEST_BYTES) == 0;
}

} // namespace paravane::boot
