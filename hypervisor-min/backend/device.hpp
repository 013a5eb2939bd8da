// SPDX-License-Identifier: BSD-2-Clause
// What every virtual device has: status, features, rings, configuration, a rate
// limit, and the way it breaks. Transports (page_transport, mmio_transport) call
// it from above; console, block, net, entropy, vsock and balloon derive from it.
#pragma once

#include "backend/allowance.hpp"
#include "backend/ring.hpp"
#include "pvn_wire.h"

#include <paravane/abi.hpp>

namespace paravane::backend {

inline constexpr uint32_t MAX_QUEUES = 3;
inline constexpr uint32_t CONFIG_BYTES = 64;

/// A device's way to its VM. `later`: work is left that the VM's vCPU is to come back
/// for before it goes on, or that has to wait until time has passed.
struct vm_line {
    void* context;
    uint32_t irq_source;
    void (*raise)(void* context, uint32_t irq_source);
    void (*later)(void* context, bool until_time);
};

/// What a device tells its transport.
class transport {
public:
    virtual void interrupt(uint32_t reasons) = 0; ///< PVN_INTERRUPT_… bits.
    virtual void config_changed() = 0;            ///< Before the interrupt that tells it.
    virtual void status_changed() = 0;
    void later(bool until_time) const { line_.later(line_.context, until_time); }

protected:
    explicit transport(const vm_line& line) : line_{line} {}
    ~transport() = default;
    void raise() const { line_.raise(line_.context, line_.irq_source); }

private:
    const vm_line line_;
};

/// One line about a device that was stopped; both texts are literals.
struct device_log {
    void* context;
    void (*line)(void* context, const char* device, const char* reason);
};

class device {
public:
    void attach(transport& way) { way_ = &way; }

    uint32_t kind() const { return kind_; }
    uint64_t offered() const { return offered_; }
    uint32_t status() const { return status_; }
    uint32_t queue_count() const { return queue_count_; }
    bool queue_running(uint32_t index) const {
        return index < queue_count_ && rings_[index].running();
    }
    const uint8_t* config() const { return config_; }

    /// Forgets rings and features; the device holds nothing of the guest's any
    /// more, except what quiet() tells.
    void reset();

    /// True when no physical device works on the VM's memory for us.
    virtual bool quiet() const { return true; }

    /// Calls of the driver's; a status that is not success changed nothing.
    /// Takes over a status; with FEATURES_OK also the driver's features. A bit may
    /// not be cleared; features that do not fit leave FEATURES_OK out.
    abi::status set_status(uint32_t status, uint64_t features);

    abi::status start_queue(uint32_t index, const ring::layout& where);
    abi::status kick(uint32_t index);

    /// The driver wrote configuration bytes; most devices have none to write.
    virtual abi::status write_config(uint32_t offset, const uint8_t* bytes, uint32_t count);

    /// True when a call stopped in the middle of the guest's requests: one guest must
    /// not keep the processor from the others for longer than a batch takes.
    bool behind() const { return behind_; }

    /// Handles another batch of what was left.
    void go_on();

    /// Whether tick() is wanted: something is held back until time has passed.
    virtual bool waiting() const { return held_; }

    /// Milliseconds have passed: what the rate limit held back may go on.
    virtual void tick(uint32_t now_ms);
    allowance limit{};

protected:
    device(uint32_t kind, uint32_t queue_count, uint64_t features, const guest_memory& memory,
           const device_log& log);
    ~device() = default;

    /// Takes what the driver offers on a queue in use.
    virtual void serve(uint32_t queue) = 0;
    virtual void stopped() {}

    /// Calls serve() for a new batch; false when the queue is not in use.
    bool serve_batch(uint32_t queue) {
        if (!live(queue)) {
            return false;
        }
        batch_ = BATCH;
        serve(queue);
        return true;
    }

    /// What is left of the requests is for later.
    void fall_behind() {
        behind_ = true;
        way_->later(false);
    }

    /// tick() is wanted, which waiting() confirms.
    void wait_for_time() { way_->later(true); }

    /// In serve(): the guest's next request; false when there is none or the device's
    /// allowance is used up. A fault breaks the device.
    bool take(uint32_t queue, chain& out);

    /// The guest's next buffer for what others send it: no allowance is charged,
    /// or one VM could use up another's.
    bool take_buffer(uint32_t queue, chain& out);

    /// Puts a request back that cannot be served now.
    void untake(uint32_t queue, const chain& request);
    void give(uint32_t queue, uint16_t head, uint32_t written) {
        rings_[queue].give(head, written);
    }

    /// Interrupts the guest if it asked for what was given.
    void signal(uint32_t queue);

    /// Stops the device for its VM alone until the driver resets it.
    void break_down(const char* reason);

    bool running() const { return (status_ & LIVE) == PVN_STATUS_DRIVER_OK; }
    bool has(uint32_t feature) const { return (features_ >> feature & 1) != 0; }
    uint8_t* config_bytes() { return config_; }
    /// The driver reads the configuration again, if there is one.
    void announce_config() {
        way_->config_changed();
        if (running()) {
            way_->interrupt(PVN_INTERRUPT_CONFIG);
        }
    }

private:
    bool live(uint32_t queue) const { return running() && rings_[queue].running(); }
    static bool offered(ring& by);
    bool find(ring& from, chain& out);
    void serve_all();

    static constexpr uint32_t LIVE =
        PVN_STATUS_DRIVER_OK | PVN_STATUS_NEEDS_RESET | PVN_STATUS_FAILED;
    /// Bytes that one call handles, and what a request counts beside its bytes. With
    /// the largest block request that is about 2 * 10^5 instructions.
    static constexpr uint32_t BATCH = 128 * 1024;
    static constexpr uint32_t REQUEST_COST = 2048;

    uint32_t status_{};
    uint32_t batch_{};
    uint32_t queue_count_;
    uint32_t kind_;
    uint64_t offered_;
    uint64_t features_{};
    bool behind_{};
    bool held_{}; ///< By the limit.
    const guest_memory& memory_;
    const device_log& log_;
    transport* way_{};
    ring rings_[MAX_QUEUES];
    alignas(8) uint8_t config_[CONFIG_BYTES]{};
};

} // namespace paravane::backend
