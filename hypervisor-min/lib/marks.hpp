// SPDX-License-Identifier: BSD-2-Clause
// Marks of functions that go elsewhere than their file.
#pragma once

/// Only boot calls it: image/link.ld puts it with what is dropped, and
/// tests/hypervisor/image finds who still refers to it.
#define PVN_BOOT_ONLY [[gnu::section(".boot_text")]]

/// Each caller has a copy of its own, for the constants that it gives; not in a core image.
#ifdef PARAVANE_CORE_ONLY
#define PVN_COPIED [[gnu::noinline]]
#else
#define PVN_COPIED [[gnu::always_inline]] inline
#endif

/// Compiled for size, in a file that is compiled for speed.
#ifdef __clang__
#define PVN_RARE [[clang::minsize, gnu::noinline]]
#else
#define PVN_RARE
#endif
