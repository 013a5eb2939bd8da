// SPDX-License-Identifier: BSD-2-Clause
// From r12 to a handler and back: typed arguments, results, refusals.
#include <paravane/dispatch.hpp>

#include <gtest/gtest.h>

#include <array>

namespace {

using namespace paravane::abi;
using registers = std::array<uint32_t, 4>;

constexpr auto NOT_SUPPORTED = static_cast<uint32_t>(status::not_supported);
constexpr auto INVALID = static_cast<uint32_t>(status::invalid_parameter);

struct recorder {
    uint32_t granted = 0xffffffff;
    console_write_call written;
    timer_set_call timer;
    vm_info_call asked;
    uint32_t returns = 0;
    uint32_t served = 0;

    bool has(feature f) const { return (granted & feature_mask(f)) != 0; }
    version_call::result on(const version_call&) {
        ++served;
        return {VERSION};
    }
    console_write_call::result on(const console_write_call& c) {
        written = c;
        return {.status = status::busy, .written = 7};
    }
    timer_set_call::result on(const timer_set_call& c) {
        timer = c;
        return {};
    }
    vm_info_call::result on(const vm_info_call& c) {
        ++served;
        asked = c;
        return {.status = status::success, .value = 0x1122334455667788};
    }
    device_kick_call::result on(const device_kick_call&) {
        ++served;
        return {};
    }
    void on(const upcall_return_call&) { ++returns; }
    uid_call::result on(const uid_call&) { return {UID[0], UID[1], UID[2], UID[3]}; }
    psci_version_call::result on(const psci_version_call&) { return {0x10000}; }
};

TEST(dispatch, passes_typed_arguments_and_results) {
    recorder h;
    registers r = {0x89abcdef, 0x01234567, 5, 9};
    dispatch(h, console_write_call::ID, r);
    EXPECT_EQ(h.written.address.value, 0x0123456789abcdefU);
    EXPECT_EQ(h.written.length, 5U);
    EXPECT_EQ(r, (registers{static_cast<uint32_t>(status::busy), 7, 5, 9}));
}

TEST(dispatch, sixty_four_bits_lie_low_word_first) {
    recorder h;
    registers r = {1, 2, 3, 4};
    dispatch(h, timer_set_call::ID, r);
    EXPECT_EQ(h.timer.deadline, 0x0000000200000001U);
    EXPECT_EQ(r, (registers{0, 2, 3, 4}));
    r = {static_cast<uint32_t>(info_key::counter_hz), 0, 3, 4};
    dispatch(h, vm_info_call::ID, r);
    EXPECT_EQ(h.asked.key, info_key::counter_hz);
    EXPECT_EQ(r, (registers{0, 0x55667788, 0x11223344, 4}));
}

TEST(dispatch, unknown_numbers_are_not_supported) {
    recorder h;
    for (const uint32_t number : {0U, 1U, CALL_BASE - 1, CALL_BASE + 0x0fU, CALL_BASE + 0x15U,
                                  CALL_BASE + 0x3fU, CALL_BASE + 0x40U, CALL_BASE + 0xff02U,
                                  PSCI_BASE + 1, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
        registers r = {1, 2, 3, 4};
        dispatch(h, number, r);
        EXPECT_EQ(r, (registers{NOT_SUPPORTED, 2, 3, 4})) << std::hex << number;
    }
    EXPECT_EQ(h.served, 0U);
}

TEST(dispatch, known_numbers_without_a_handler_are_not_supported) {
    recorder h;
    registers r = {1, 2, 3, 4};
    dispatch(h, idle_call::ID, r);
    EXPECT_EQ(r[0], NOT_SUPPORTED);
}

TEST(dispatch, a_feature_that_was_not_granted_hides_its_calls) {
    recorder h;
    registers r = {0, 0, 0, 0};
    dispatch(h, device_kick_call::ID, r);
    EXPECT_EQ(h.served, 1U);
    h.granted = ~feature_mask(feature::device_transport);
    dispatch(h, device_kick_call::ID, r);
    EXPECT_EQ(h.served, 1U);
    EXPECT_EQ(r[0], NOT_SUPPORTED);
}

TEST(dispatch, numbers_that_name_no_enumerator_are_refused) {
    recorder h;
    for (const uint32_t key : {5U, 15U, 27U, 0x80000000U, 0xffffffffU}) {
        registers r = {key, 2, 3, 4};
        dispatch(h, vm_info_call::ID, r);
        EXPECT_EQ(r, (registers{INVALID, 2, 3, 4})) << key;
    }
    EXPECT_EQ(h.served, 0U);
}

TEST(dispatch, a_call_that_does_not_return_writes_no_register) {
    recorder h;
    registers r = {1, 2, 3, 4};
    dispatch(h, upcall_return_call::ID, r);
    EXPECT_EQ(h.returns, 1U);
    EXPECT_EQ(r, (registers{1, 2, 3, 4}));
}

TEST(dispatch, standard_numbers_are_found_too) {
    recorder h;
    registers r = {};
    dispatch(h, psci_version_call::ID, r);
    EXPECT_EQ(r[0], 0x10000U);
    dispatch(h, uid_call::ID, r);
    EXPECT_EQ(r, (registers{UID[0], UID[1], UID[2], UID[3]}));
    dispatch(h, version_call::ID, r);
    EXPECT_EQ(r[0], VERSION);
}

} // namespace
