// SPDX-License-Identifier: BSD-2-Clause
// The seam to the cryptographic library (libsodium, on both sides): SHA-256 of a
// range, and a signature over the description. boot/digest.cpp stays resident for
// restarts, boot/signature.cpp is boot-only.
#pragma once

#include "boot/system.hpp"

namespace paravane::boot {

inline constexpr uint32_t SIGNATURE_BYTES = 64;
inline constexpr uint32_t PUBLIC_KEY_BYTES = 32;

/// Whether the bytes have this SHA-256.
bool digest_matches(byte_span bytes, const uint8_t (&expected)[DIGEST_BYTES]);

} // namespace paravane::boot
