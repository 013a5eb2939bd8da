// SPDX-License-Identifier: BSD-2-Clause
// A storage made of a payload of the system image: read-only, or copied on write
// into spare RAM. Behind block.hpp.
#pragma once

#include "backend/block.hpp"

namespace paravane::backend {

/// The bytes of a payload; whole sectors.
class payload_storage : public storage {
public:
    payload_storage(const uint8_t* bytes, uint32_t size)
        : bytes_{bytes}, size_{size & ~(PVN_BLOCK_SECTOR - 1)} {}

    uint64_t sectors() const override { return size_ / PVN_BLOCK_SECTOR; }
    bool read_only() const override { return true; }
    bool move(bool write, uint64_t sector, const segment* parts, uint32_t count) override;

protected:
    const uint8_t* bytes_;
    uint32_t size_;
};

/// The same, written to: changed pages of 4 KiB go to a pool. When the pool is
/// used up, further pages cannot be written (an I/O error for that VM).
class overlay_storage final : public payload_storage {
public:
    static constexpr uint32_t PAGE_BYTES = 4096;

    /// `table` has one zero entry for each page of the payload: table_entries(size).
    overlay_storage(const uint8_t* bytes, uint32_t size, uint16_t* table, uint8_t* pool,
                    uint32_t pool_bytes)
        : payload_storage{bytes, size}, table_{table}, pool_{pool},
          pages_{pool_bytes / PAGE_BYTES} {}

    static constexpr uint32_t table_entries(uint32_t size) {
        return size / PAGE_BYTES + (size % PAGE_BYTES != 0 ? 1 : 0);
    }

    bool read_only() const override { return false; }
    bool move(bool write, uint64_t sector, const segment* parts, uint32_t count) override;

    /// Back to the payload, for a VM that is started again.
    void forget();

private:
    static constexpr uint32_t MOST_PAGES = 0xffff; // a table entry is 16 bits

    uint8_t* writable_page(uint32_t page);

    uint16_t* table_; ///< 0: the payload's; n: page n - 1 of the pool.
    uint8_t* pool_;
    uint32_t pages_;
    uint32_t used_{};
};

/// RAM that begins as it is given: a blank disk.
class ram_storage final : public storage {
public:
    ram_storage(uint8_t* bytes, uint32_t size)
        : bytes_{bytes}, size_{size & ~(PVN_BLOCK_SECTOR - 1)} {}

    uint64_t sectors() const override { return size_ / PVN_BLOCK_SECTOR; }
    bool read_only() const override { return false; }
    bool move(bool write, uint64_t sector, const segment* parts, uint32_t count) override;

private:
    uint8_t* bytes_;
    uint32_t size_;
};

} // namespace paravane::backend
