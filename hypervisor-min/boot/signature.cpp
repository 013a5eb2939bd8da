// SPDX-License-Identifier: BSD-2-Clause
// Ed25519 by libsodium over the description, with the key built in. Boot-only.
#include "boot/signature.hpp"

#include "boot/description.hpp"

// Declared here since libsodium's headers want a hosted C library.
extern "C" int crypto_sign_ed25519_verify_detached(const unsigned char* signature,
                                                   const unsigned char* message,
                                                   unsigned long long size,
                                                   const unsigned char* key);

namespace paravane::boot {

Result<void, refusal> check_signature(tree_node node, byte_span description) {
    const tree_node signature = node.child(key::SIGNATURE_NODE);
    const byte_span value = signature.property(key::VALUE);
    if (!signature.lists(key::ALGORITHM, SIGNATURE_ALGORITHM) || value.size != SIGNATURE_BYTES) {
        return unexpected{refusal{"is not signed", DESCRIPTION_PATH, 0}};
    }
    if (crypto_sign_ed25519_verify_detached(value.data, description.data, description.size,
                                            SYSTEM_KEY.bytes) != 0) {
        return unexpected{refusal{"is not signed with this hypervisor's key", DESCRIPTION_PATH, 0}};
    }
    return {};
}

} // namespace paravane::boot
