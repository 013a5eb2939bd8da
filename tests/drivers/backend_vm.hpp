// SPDX-License-Identifier: BSD-2-Clause
// A VM for the back ends' tests: its memory (fake_os), the log, and the two ways to
// plug a device into it, so that front ends meet back ends as in a real system.
#pragma once

#include "backend/mmio_transport.hpp"
#include "backend/page_transport.hpp"
#include "fake_os.hpp"
#include "pvn_mmio.h"
#include "pvn_paravane.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace paravane::test {

struct test_vm {
    fake_os os;
    std::vector<std::string> log;
    backend::guest_memory memory{this, [](void* vm, uint64_t address, uint32_t bytes) {
                                     auto* place = static_cast<test_vm*>(vm)->os.at(address, bytes);
                                     return reinterpret_cast<uint8_t*>(place);
                                 }};
    backend::device_log lines{this, [](void* vm, const char* device, const char* reason) {
                                  static_cast<test_vm*>(vm)->log.push_back(std::string{device} +
                                                                           ": " + reason);
                              }};
};

/// What the machine does before it goes back to a guest; how many batches it took.
inline uint32_t finish_work(backend::device& device) {
    uint32_t batches = 0;
    for (; device.behind() && batches < 10000; ++batches) {
        device.go_on();
    }
    return batches;
}

/// A slot of the VM's board with a device in it; `interrupts` counts what it raised,
/// and its flags say what it put off.
class plug {
public:
    virtual ~plug() = default;
    virtual pvn_device* probe() = 0;
    int interrupts = 0;
    bool busy = false;
    bool waiting = false;

protected:
    static constexpr uint32_t SOURCE = 9;
    const backend::vm_line line{this, SOURCE,
                                [](void* self, uint32_t source) {
                                    EXPECT_EQ(source, SOURCE);
                                    static_cast<plug*>(self)->interrupts++;
                                },
                                [](void* self, bool until_time) {
                                    auto& slot = *static_cast<plug*>(self);
                                    (until_time ? slot.waiting : slot.busy) = true;
                                }};
};

class page_plug final : public plug {
public:
    page_plug(test_vm& vm, backend::device& device)
        : vm_{vm}, device_{device}, page_{new abi::device_page{}},
          transport_{*page_, device, line} {}

    pvn_device* probe() override {
        EXPECT_EQ(pvn_paravane_probe(&front_, &calls_,
                                     reinterpret_cast<pvn_device_page*>(page_.get()), 0,
                                     vm_.os.table()),
                  PVN_OK);
        return &front_.device;
    }

    backend::page_transport& transport() { return transport_; }
    abi::device_page& page() { return *page_; }

private:
    template <class Status>
    pvn_s32 finished(Status status) {
        finish_work(device_);
        return static_cast<pvn_s32>(status);
    }

    test_vm& vm_;
    backend::device& device_;
    std::unique_ptr<abi::device_page> page_;
    backend::page_transport transport_;
    pvn_paravane front_{};
    pvn_paravane_calls calls_{[](void* self, pvn_u32, pvn_u32 queue) {
                                  auto& plug = *static_cast<page_plug*>(self);
                                  return plug.finished(plug.transport_.kick(queue));
                              },
                              [](void* self, pvn_u32, pvn_u32 operation, pvn_u32 argument) {
                                  auto& plug = *static_cast<page_plug*>(self);
                                  return plug.finished(plug.transport_.config(operation, argument));
                              },
                              this};
};

class mmio_plug final : public plug {
public:
    mmio_plug(test_vm& vm, backend::device& device)
        : vm_{vm}, device_{device}, transport_{device, line} {}

    pvn_device* probe() override {
        static constexpr pvn_mmio_bus BUS = {
            [](void* registers, pvn_u32 offset, unsigned width) {
                return static_cast<mmio_plug*>(registers)->transport_.load(offset, width);
            },
            [](void* registers, pvn_u32 offset, unsigned width, pvn_u32 value) {
                auto& plug = *static_cast<mmio_plug*>(registers);
                plug.transport_.store(offset, width, value);
                finish_work(plug.device_);
            }};
        EXPECT_EQ(pvn_mmio_probe(&front_, &BUS, this, vm_.os.table()), PVN_OK);
        return &front_.device;
    }

    backend::mmio_transport& transport() { return transport_; }

private:
    test_vm& vm_;
    backend::device& device_;
    backend::mmio_transport transport_;
    pvn_mmio front_{};
};

inline std::unique_ptr<plug> make_plug(bool page, test_vm& vm, backend::device& device) {
    if (page) {
        return std::make_unique<page_plug>(vm, device);
    }
    return std::make_unique<mmio_plug>(vm, device);
}

/// A test for each of the two transports; the parameter says whether by page.
struct both : testing::TestWithParam<bool> {
    test_vm vm;
};

inline std::string transport_name(const testing::TestParamInfo<bool>& info) {
    return info.param ? "page" : "mmio";
}

} // namespace paravane::test
