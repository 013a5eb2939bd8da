// SPDX-License-Identifier: BSD-2-Clause
// Takes a `reg` property apart. Used for RAM (boot/board.cpp) and for devices that
// are passed through (boot/passthrough.cpp).
#pragma once

#include "boot/tree.hpp"

namespace paravane::boot {

/// Addresses and sizes of one or two cells, as the parent's #…-cells say.
class reg_reader {
public:
    reg_reader(tree_node parent, byte_span reg) : reg_{reg} {
        (void)parent.optional_cell("#address-cells", address_cells_);
        (void)parent.optional_cell("#size-cells", size_cells_);
    }

    bool valid() const {
        return address_cells_ >= 1 && address_cells_ <= 2 && size_cells_ >= 1 && size_cells_ <= 2 &&
               count() * stride() == reg_.size;
    }
    /// Whole ranges; counted, since these cores have no division.
    uint32_t count() const {
        uint32_t whole = 0;
        while ((whole + 1) * stride() <= reg_.size) {
            ++whole;
        }
        return whole;
    }

    /// Range `index`; false when it is empty or not below 4 GiB.
    bool range(uint32_t index, memory_range& out) const {
        const uint32_t at = index * (address_cells_ + size_cells_);
        const uint64_t base = number(at, address_cells_);
        const uint64_t size = number(at + address_cells_, size_cells_);
        if (size == 0 || base >= (1ull << 32) || size > (1ull << 32) - base) {
            return false;
        }
        // A bank that is the whole address space loses its last page.
        const uint64_t kept = size < (1ull << 32) ? size : size - PAGE_SIZE;
        out = {pa{static_cast<uint32_t>(base)}, static_cast<uint32_t>(kept)};
        return true;
    }

private:
    uint32_t stride() const {
        return (address_cells_ + size_cells_) * static_cast<uint32_t>(sizeof(uint32_t));
    }
    uint64_t number(uint32_t index, uint32_t cells) const {
        uint64_t value = cell_at(reg_, index);
        if (cells == 2) {
            value = value << 32 | cell_at(reg_, index + 1);
        }
        return value;
    }

    const byte_span reg_;
    uint32_t address_cells_{2}; // The specification's defaults (Devicetree 0.4, 2.3.5).
    uint32_t size_cells_{1};
};

} // namespace paravane::boot
