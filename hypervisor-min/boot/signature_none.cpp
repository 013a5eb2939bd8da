// SPDX-License-Identifier: BSD-2-Clause
// A hypervisor without a key takes every image whose digests are right: that is
// integrity, not authenticity. pvrun's own checks use it too.
#include "boot/signature.hpp"

namespace paravane::boot {

Result<void, refusal> check_signature(tree_node, byte_span) {
    return {};
}

} // namespace paravane::boot
