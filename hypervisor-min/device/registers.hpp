// SPDX-License-Identifier: BSD-2-Clause
// Access to a device's 32-bit registers in the private address space, where every
// device lies at its physical address.
#pragma once

#include <stdint.h>

namespace paravane::device {

class register_block {
public:
    constexpr explicit register_block(uint32_t base) : base_{base} {}

    uint32_t read(uint32_t offset) const {
        return *reinterpret_cast<volatile uint32_t*>(static_cast<uintptr_t>(base_ + offset));
    }
    void write(uint32_t offset, uint32_t value) const {
        *reinterpret_cast<volatile uint32_t*>(static_cast<uintptr_t>(base_ + offset)) = value;
    }
    void write_byte(uint32_t offset, uint8_t value) const {
        *reinterpret_cast<volatile uint8_t*>(static_cast<uintptr_t>(base_ + offset)) = value;
    }

private:
    uint32_t base_;
};

} // namespace paravane::device
