// SPDX-License-Identifier: BSD-2-Clause
// The SHA-256 of a whole range, by lib/digest.hpp. Signatures stand in boot/signature.hpp.
#pragma once

#include "boot/system.hpp"
#include "lib/digest.hpp"

namespace paravane::boot {

void digest_of(byte_span bytes, uint8_t (&out)[DIGEST_BYTES]);

/// Whether the bytes have this SHA-256.
bool digest_matches(byte_span bytes, const uint8_t (&expected)[DIGEST_BYTES]);

} // namespace paravane::boot
