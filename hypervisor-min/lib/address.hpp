// SPDX-License-Identifier: BSD-2-Clause
// The three kinds of address, as types that do not mix: gva (what a guest's
// instruction names), gpa (what its page tables yield, the ARM ARM's IPA) and
// pa (what the bus sees). Only the walker and the memory map convert.
#pragma once

#include "lib/result.hpp"

#include <stdint.h>

namespace paravane {

inline constexpr uint32_t PAGE_SHIFT = 12;
inline constexpr uint32_t PAGE_SIZE = 1u << PAGE_SHIFT;
inline constexpr uint32_t SECTION_SHIFT = 20;
inline constexpr uint32_t SECTION_SIZE = 1u << SECTION_SHIFT;

enum class address_error : uint8_t { beyond_32_bits };

/// A 32-bit address of one kind; arithmetic wraps as the hardware's does.
template <class Kind>
class address {
public:
    constexpr address() = default;
    constexpr explicit address(uint32_t value) : value_{value} {}

    /// An address from the ABI's 64 bits; refused when the upper half is not 0.
    static constexpr Result<address, address_error> from_abi(uint64_t wide) {
        if ((wide >> 32) != 0) {
            return unexpected{address_error::beyond_32_bits};
        }
        return address{static_cast<uint32_t>(wide)};
    }

    constexpr uint32_t value() const { return value_; }
    constexpr uint32_t page_offset() const { return value_ & (PAGE_SIZE - 1); }
    constexpr uint32_t section_offset() const { return value_ & (SECTION_SIZE - 1); }
    constexpr uint32_t megabyte() const { return value_ >> SECTION_SHIFT; }
    constexpr address page() const { return address{value_ & ~(PAGE_SIZE - 1)}; }
    constexpr address section() const { return address{value_ & ~(SECTION_SIZE - 1)}; }
    constexpr bool aligned(uint32_t power_of_two) const {
        return (value_ & (power_of_two - 1)) == 0;
    }

    constexpr address operator+(uint32_t bytes) const { return address{value_ + bytes}; }
    constexpr address operator-(uint32_t bytes) const { return address{value_ - bytes}; }
    constexpr uint32_t operator-(address other) const { return value_ - other.value_; }

    constexpr bool operator==(const address&) const = default;
    constexpr bool operator<(address other) const { return value_ < other.value_; }
    constexpr bool operator<=(address other) const { return value_ <= other.value_; }
    constexpr bool operator>(address other) const { return value_ > other.value_; }
    constexpr bool operator>=(address other) const { return value_ >= other.value_; }

private:
    uint32_t value_{};
};

using gva = address<struct gva_kind>;
using gpa = address<struct gpa_kind>;
using pa = address<struct pa_kind>;

} // namespace paravane
