// SPDX-License-Identifier: BSD-2-Clause
// The block device (virtio 1.2, 5.2): what both kinds have, and the one in front of a
// storage that answers at once (payload.hpp). The other, on a physical disk, is disk.hpp.
#pragma once

#include "backend/device.hpp"

namespace paravane::backend {

class block_device : public device {
public:
    /// Of one request; what the limits that drivers are told come to. A larger one
    /// fails: it would keep the other VMs waiting.
    static constexpr uint32_t MOST_BYTES = 256 * 1024;

protected:
    /// What a driver is told: the size, and the most and largest segments of a request.
    struct limits {
        uint64_t sectors;
        uint32_t segments;
        uint32_t segment_bytes;
        bool read_only;
        bool flushes; ///< Otherwise there is nothing to flush.
    };
    block_device(const guest_memory& memory, const device_log& log, const limits& told);
    ~block_device() = default;

    /// A request that was looked at: to be served, answered already, or none at all.
    enum class wish : uint8_t { serve, answered, broken };

    /// Copies the header and answers what is neither a transfer of whole sectors of this
    /// disk nor a flush that it has to do.
    wish look(const chain& work, pvn_block_header& header);

    /// The data of a transfer without header and status byte. The caller's `out`, called
    /// with each piece, says whether there is room for it.
    template <class Out>
    static bool each_piece(const chain& work, bool write, const Out& out);

    void answer(const chain& work, uint8_t code, uint32_t written);

private:
    bool fits(const chain& work, const pvn_block_header& header) const;

    uint64_t sectors_;
    bool read_only_;
    bool flushes_;
};

/// What the segments of a transfer are read from or written to, at once. `sector` and
/// the segments' bytes lie within it.
class storage {
public:
    virtual uint64_t sectors() const = 0;
    virtual bool read_only() const = 0;
    /// False: the transfer failed.
    virtual bool move(bool write, uint64_t sector, const segment* parts, uint32_t count) = 0;

protected:
    ~storage() = default;
};

class block final : public block_device {
public:
    block(const guest_memory& memory, const device_log& log, storage& disk);

private:
    void serve(uint32_t queue) override;

    storage& disk_;
    chain work_;
    segment data_[chain::MAX_SEGMENTS];
};

template <class Out>
[[gnu::always_inline]] inline bool block_device::each_piece(const chain& work, bool write,
                                                            const Out& out) {
    const segment* from = write ? work.segments : work.writable();
    uint32_t skip = write ? sizeof(pvn_block_header) : 0;
    uint32_t left = write ? work.readable_bytes - skip : work.writable_bytes - 1;
    for (; left != 0; ++from) {
        if (skip >= from->bytes) {
            skip -= from->bytes;
            continue;
        }
        const uint32_t part = from->bytes - skip < left ? from->bytes - skip : left;
        if (!out(from->memory + skip, part)) {
            return false;
        }
        left -= part;
        skip = 0;
    }
    return true;
}

} // namespace paravane::backend
