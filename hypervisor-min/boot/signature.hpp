// SPDX-License-Identifier: BSD-2-Clause
// Whether a system image is from whom it should be. Two files define the check and
// the build picks one: signature.cpp where PARAVANE_SYSTEM_KEY names a public key,
// signature_none.cpp where it does not.
#pragma once

#include "boot/tree.hpp"

namespace paravane::boot {

inline constexpr uint32_t SIGNATURE_BYTES = 64;
inline constexpr char SIGNATURE_ALGORITHM[] = "ed25519";

struct public_key {
    uint8_t bytes[32];
};

/// The key that the hypervisor was built with; made by CMake from the PEM file.
extern const public_key SYSTEM_KEY;

/// Checks the signature over the description's bytes; `node` is the FIT's node of
/// the description. Everything else in the image hangs on the description's digests.
Result<void, refusal> check_signature(tree_node node, byte_span description);

} // namespace paravane::boot
