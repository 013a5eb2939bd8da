// SPDX-License-Identifier: BSD-2-Clause
// One virtual CPU: a 4 KiB block of the hypervisor's own beside the page that it
// shares with the guest. core/ works on the first part, the arch on its state.
#pragma once

#include "paravane/abi.hpp"
#include "state.hpp"

#include <stddef.h>
#include <stdint.h>

namespace paravane {

struct vm;

inline constexpr uint64_t NEVER = ~0ull;

/// Those that may run come last.
enum class run_state : uint8_t {
    stopped, ///< before its start, and after its end
    idle,    ///< waits until a source is pending
    ready,
    woken, ///< ready, and the scheduler has not seen it yet
};

/// Bytes before reserved_: two pointers, run state and raised in 8 bytes, two words of 64
/// bits, boot.
inline constexpr uint32_t VCPU_CORE_BYTES =
    (sizeof(void*) == 4 ? 16 : 24) + 16 + sizeof(abi::boot_info);

struct alignas(4096) vcpu {
    vm* owner;
    abi::vcpu_page* page;
    run_state run;
    uint32_t raised;     ///< bit n: source 2n or 2n + 1 may be pending; the page has the truth
    uint64_t deadline;   ///< of the one-shot timer, in ns; NEVER when disarmed
    uint64_t stolen;     ///< ns in which it was ready and another ran
    abi::boot_info boot; ///< what the page says of it at each start
    uint8_t reserved_[ARCH_STATE_AT - VCPU_CORE_BYTES];
    arch::vcpu_state arch;
};

static_assert(sizeof(vcpu) == 4096);
static_assert(offsetof(vcpu, arch) == ARCH_STATE_AT);

} // namespace paravane
