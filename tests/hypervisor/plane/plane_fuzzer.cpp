// SPDX-License-Identifier: BSD-2-Clause
// Hostile code: any state, any words, through every way into the plane. Whatever the
// guest does, the mode exists, the page agrees, and the hardware's CPSR is harmless.
#include "fake_environment.hpp"

#include "arch/arm/plane/access.hpp"

#include <cstdlib>

namespace paravane::plane_test {
namespace {

class input {
public:
    input(const uint8_t* data, size_t size) : data_{data}, left_{size} {}
    uint32_t word() {
        uint32_t value = 0;
        for (int i = 0; i < 4 && left_ != 0; ++i, --left_) {
            value = value << 8 | *data_++;
        }
        return value;
    }
    bool empty() const { return left_ == 0; }

private:
    const uint8_t* data_;
    size_t left_;
};

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check(const fake_environment& env, outcome result) {
    require(bank_of(env.storage.mode) != NO_BANK);
    require(env.shared.mode == env.storage.mode);
    require((env.storage.frame.cpsr & 0x1df) == MODE_USR);
    require((env.storage.frame.cpsr & CPSR_J) == 0);
    require((env.storage.async_mask & ~uint32_t{CPSR_A}) == 0);
    require((result == outcome::kill) == (env.reason != kill_reason::none));
}

} // namespace
} // namespace paravane::plane_test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace paravane::plane_test;
    fake_environment env;
    input in{data, size};
    env.escapes = {in.word(), in.word()};
    env.pages[0x5000] = {false, false, true, true};
    env.pages[0x6000] = {true, true, false, false};
    for (uint32_t i = 0; i < 15; ++i) {
        const uint32_t value = in.word();
        env.r(i) = (value & 1) != 0 ? value : 0x4000 | (value & 0x3ffe);
    }
    while (!in.empty()) {
        const uint32_t way = in.word();
        env.shared.irq_mask = in.word();
        env.shared.spsr = in.word();
        const uint32_t word = in.word();
        env.poke(0x8000, word);
        env.poke(0x8004, in.word());
        env.storage.frame.cpsr = (env.storage.frame.cpsr & ~CPSR_HARDWARE) | (way & CPSR_HARDWARE);
        env.storage.frame.pc = 0x8000;
        outcome result = outcome::next;
        switch (way & 3) {
        case 0:
            result = emulate_undefined(env);
            break;
        case 1:
            env.storage.frame.pc = 0x8004;
            result = emulate_code(env, word & 0x3fffff);
            break;
        case 2:
            result = emulate_access(env);
            break;
        default:
            take_exception(env, static_cast<exception>(1 + (word & 3)));
            break;
        }
        check(env, result);
        if (result == outcome::kill) {
            break;
        }
    }
    return 0;
}
