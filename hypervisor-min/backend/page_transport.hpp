// SPDX-License-Identifier: BSD-2-Clause
// The Paravane transport's device side: one ABI device page between a guest and a
// device. The service calls device_kick and device_config end here; each word of
// the page has one writer, and words of the guest's are loaded once.
#pragma once

#include "backend/device.hpp"

#include <paravane/abi.hpp>

namespace paravane::backend {

class page_transport final : public transport {
public:
    /// `page` is shared with the guest and zero. At boot only: vm_build.cpp.
    page_transport(abi::device_page& page, device& target, const vm_line& line);

    /// The two service calls, without their first argument.
    abi::status kick(uint32_t queue) { return device_.kick(queue); }
    abi::status config(uint32_t operation, uint32_t argument);

    void interrupt(uint32_t reasons) override;
    void config_changed() override;
    void status_changed() override;

private:
    abi::status enable_queue(uint32_t index);
    abi::status write_config(uint32_t offset, uint32_t bytes);

    abi::device_page& page_;
    device& device_;
    uint32_t generation_{};
    uint32_t interrupts_{};
};

} // namespace paravane::backend
