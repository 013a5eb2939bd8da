// SPDX-License-Identifier: BSD-2-Clause
// See digest.hpp. Resident: random numbers are made of digests.
#include "boot/digest.hpp"

#include <string.h>

namespace paravane::boot {

void digest_of(byte_span bytes, uint8_t (&out)[DIGEST_BYTES]) {
    digest whole;
    whole.add(bytes.data, bytes.size);
    whole.finish(out);
}

bool digest_matches(byte_span bytes, const uint8_t (&expected)[DIGEST_BYTES]) {
    uint8_t actual[DIGEST_BYTES];
    digest_of(bytes, actual);
    return memcmp(actual, expected, DIGEST_BYTES) == 0;
}

} // namespace paravane::boot
