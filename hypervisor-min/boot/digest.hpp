// SPDX-License-Identifier: BSD-2-Clause
// The seam to the cryptographic library (libsodium, on both sides): SHA-256 of a
// range. Resident, for restarts; signatures stand in boot/signature.hpp.
#pragma once

#include "boot/system.hpp"

namespace paravane::boot {

void digest_of(byte_span bytes, uint8_t (&out)[DIGEST_BYTES]);

/// Whether the bytes have this SHA-256.
bool digest_matches(byte_span bytes, const uint8_t (&expected)[DIGEST_BYTES]);

} // namespace paravane::boot
