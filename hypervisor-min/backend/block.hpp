// SPDX-License-Identifier: BSD-2-Clause
// The block device (virtio 1.2, 5.2) in front of a storage: a payload of the
// system image (payload.hpp) or a physical disk (disk.hpp).
#pragma once

#include "backend/device.hpp"

namespace paravane::backend {

enum class block_result : uint8_t { done, failed, unsupported, pending, busy };

/// What a storage is asked to do. The segments stay valid until it is finished.
struct block_request {
    uint32_t type; ///< PVN_BLOCK_READ, _WRITE or _FLUSH.
    uint64_t sector;
    uint32_t bytes; ///< A multiple of 512, within the storage.
    const segment* segments;
    uint32_t count;
    void* owner; ///< For storage::finished.
};

/// Answers `pending` to finish later through block::finish, `busy` when it can
/// take no more now and will call block::resume.
class storage {
public:
    virtual uint64_t sectors() const = 0;
    virtual bool read_only() const = 0;
    virtual uint32_t segments_most() const { return chain::MAX_SEGMENTS - 2; }
    virtual block_result start(const block_request& request) = 0;

protected:
    ~storage() = default;
};

class block final : public device {
public:
    static constexpr uint32_t MAX_PENDING = 8;
    /// Of one request; what the limits that drivers are told come to. A larger one
    /// fails: it would keep the other VMs waiting.
    static constexpr uint32_t MOST_BYTES = 256 * 1024;

    block(const guest_memory& memory, const device_log& log, storage& disk);

    /// A pending request, named by its owner word, is over.
    void finish(void* owner, bool good);
    void resume() { serve_batch(0); }

    bool quiet() const override { return pending_ == 0; }

private:
    struct slot {
        chain work;
        segment data[chain::MAX_SEGMENTS];
        bool used;
        bool stale; ///< The guest was reset meanwhile: nobody waits for the answer.
    };

    void serve(uint32_t queue) override;
    void stopped() override;
    bool handle(slot& one);
    block_result perform(slot& one, const pvn_block_header& header, uint32_t bytes);
    uint32_t collect(slot& one, bool write, uint32_t bytes);
    void answer(const chain& work, uint8_t code, uint32_t written);
    slot* free_slot();

    storage& disk_;
    uint32_t pending_{};
    bool full_{}; ///< Requests may be left for which no slot was free.
    slot slots_[MAX_PENDING];
};

} // namespace paravane::backend
