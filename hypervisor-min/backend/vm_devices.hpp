// SPDX-License-Identifier: BSD-2-Clause
// All devices of one VM, made from its description: where the service calls
// device_kick and device_config and the accesses to the device pages' window end.
// Between core's trap handling above and the back ends below.
#pragma once

#include "backend/arena.hpp"
#include "backend/balloon.hpp"
#include "backend/console.hpp"
#include "backend/entropy.hpp"
#include "backend/mmio_transport.hpp"
#include "backend/net.hpp"
#include "backend/page_transport.hpp"
#include "backend/payload.hpp"
#include "backend/physical.hpp"
#include "backend/vsock.hpp"
#include "core/devices.hpp"
#include "core/system.hpp"

namespace paravane::backend {

/// What the devices need of the rest of the system. Everything outlives them.
struct surroundings {
    const uint8_t* image; ///< Payloads' offsets count from here.
    const byte_sink& output;
    const entropy_source& random;
    const page_owner& pages;
    net_switch* segments; ///< Indexed by device_config::link.
    uint32_t segment_count;
    vsock_exchange& exchange;
    /// As in vm_line.
    void (*raise)(void* context, uint32_t irq_source);
    void (*later)(void* context, bool until_time);
    void* context;
    physical_devices* disks = nullptr;
};

class vm_devices final : public device_set {
public:
    static constexpr uint32_t PAGE_BYTES = 4096;
    static constexpr uint32_t FIRST_SOURCE = static_cast<uint32_t>(abi::irq_source::device_first);

    vm_devices(const guest_memory& memory, const device_log& log, const surroundings& around)
        : memory_{memory}, log_{log}, around_{around} {}

    /// Makes every device; `pages` holds one zeroed page of 4 KiB for each, which is
    /// what the guest sees of those behind the page transport. Null, or why not.
    /// Called at boot only: vm_build.cpp.
    const char* build(const boot::vm_config& config, uint8_t* pages, arena& from);

    abi::status kick(uint32_t index, uint32_t queue) override;
    abi::status configure(uint32_t index, uint32_t operation, uint32_t argument) override;
    bool load(uint32_t offset, uint32_t width, uint32_t& value) const override;
    bool store(uint32_t offset, uint32_t width, uint32_t value) override;
    bool input(uint8_t byte) override;
    void reset() override;
    bool quiet() const override;
    void work() override;

    void tick(uint32_t now_ms) override;

private:
    struct slot {
        device* target;
        page_transport* page;
        mmio_transport* registers;
    };

    device* make(const boot::vm_config& vm, const boot::device_config& config, uint32_t index,
                 arena& from);
    device* make_physical(const boot::device_config& config, arena& from);
    device* make_block(const boot::device_config& config, arena& from);
    device* make_net(const boot::vm_config& vm, const boot::device_config& config, uint32_t index,
                     arena& from);
    device* make_vsock(const boot::device_config& config, arena& from);
    mmio_transport* registers_at(uint32_t offset) const;

    const guest_memory& memory_;
    const device_log& log_;
    const surroundings& around_;
    console* console_{};
    uint32_t count_{};
    uint32_t turn_{}; ///< Whose batch was the last: one device's at a time.
    slot slots_[boot::MAX_DEVICES]{};
};

} // namespace paravane::backend
