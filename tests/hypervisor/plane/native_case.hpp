// SPDX-License-Identifier: BSD-2-Clause
// One case of the native comparison: a whole CPU state and up to five instructions.
// The layout is that of tests/guests/plane-native/layout.h. Made by native_cases.cpp,
// run by the guest on QEMU and by native_model.cpp, compared by native_test.cpp.
#pragma once

#include "../../guests/plane-native/layout.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace paravane::plane_test {

struct native_bank {
    uint32_t sp;
    uint32_t lr;
    uint32_t spsr;
};

struct native_case {
    uint32_t cpsr;
    uint32_t runner; ///< the mode whose bank does not count; in a result the vector
    uint32_t pc;     ///< in a result: LR at the stop
    uint32_t code[8];
    uint32_t r[13];
    uint32_t usr[2]; ///< SP, LR
    native_bank svc, abt, und, irq, fiq;
    uint32_t fiq_r[5];
    uint32_t data[32];
    uint32_t reserved[2];

    native_bank& bank(uint32_t mode);
    /// General register `number` as `mode` sees it.
    uint32_t& reg(uint32_t number, uint32_t mode);
};

static_assert(sizeof(native_case) == CASE_BYTES);
static_assert(offsetof(native_case, code) == CASE_CODE);
static_assert(offsetof(native_case, r) == CASE_R);
static_assert(offsetof(native_case, usr) == CASE_USR);
static_assert(offsetof(native_case, svc) == CASE_SVC);
static_assert(offsetof(native_case, fiq) == CASE_FIQ);
static_assert(offsetof(native_case, fiq_r) == CASE_FIQ_R);
static_assert(offsetof(native_case, data) == CASE_DATA);

/// A case with the name of its form, for messages.
struct named_case {
    std::string form;
    native_case what;
};

std::vector<named_case> make_cases(uint32_t base, uint32_t count, uint32_t seed);

/// What the plane makes of a case.
native_case run_in_model(const native_case& start, uint32_t base);

} // namespace paravane::plane_test
