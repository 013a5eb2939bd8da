// SPDX-License-Identifier: BSD-2-Clause
// From the UART's bytes to lines, logs, traces and the exit status.
#include "pvrun/streams.hpp"

#include "pvrun/failure.hpp"
#include "pvrun/outcome.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <iterator>
#include <sstream>

namespace paravane::pvrun {
namespace {

using console::control;
using console::end_kind;

const std::map<uint32_t, std::string> NAMES = {{1, "one"}, {2, "two"}};

std::string frame(uint8_t stream, const std::string& payload) {
    std::string out;
    console::encode(stream, reinterpret_cast<const uint8_t*>(payload.data()),
                    static_cast<uint32_t>(payload.size()),
                    [&](uint8_t byte) { out.push_back(static_cast<char>(byte)); });
    return out;
}

std::string event(control kind, uint8_t vm, std::string more = "") {
    return frame(console::STREAM_CONTROL,
                 std::string{static_cast<char>(kind), static_cast<char>(vm)} + more);
}

std::string ended(uint8_t vm, end_kind kind, uint8_t code = 0) {
    return event(control::vm_ended, vm,
                 {static_cast<char>(kind), static_cast<char>(code), 0, 0, 0});
}

struct splitting : testing::Test {
    void feed(const std::string& wire) { streams.feed(wire.data(), wire.size()); }
    int status(session_end how) { return judge({how, 0, "", 5}, streams, &said); }

    std::ostringstream screen;
    std::ostringstream said;
    stream_splitter streams{screen, NAMES, {}, nullptr};
};

TEST_F(splitting, lines_carry_their_owner) {
    feed(frame(1, "hel") + frame(2, "two\r\n") + frame(1, "lo\nrest") + frame(0, "log\n") +
         "raw\n");
    streams.flush();
    EXPECT_EQ(screen.str(), "two| two\none| hello\nhypervisor| log\nboard| raw\none| rest\n");
}

TEST_F(splitting, a_stream_without_a_vm_goes_to_the_log) {
    feed(frame(9, "who\n"));
    EXPECT_EQ(screen.str(), "hypervisor| who\n");
}

TEST_F(splitting, wires_cut_anywhere_are_the_same) {
    const std::string wire = frame(1, "a\nb\n") + ended(1, end_kind::off, 7);
    for (const char byte : wire) {
        streams.feed(&byte, 1);
    }
    EXPECT_EQ(screen.str(), "one| a\none| b\n");
    EXPECT_EQ(streams.vms().at(1).code, 7u);
}

TEST_F(splitting, all_well_is_status_0) {
    feed(event(control::vm_started, 1) + event(control::vm_started, 2));
    EXPECT_FALSE(all_ended(streams));
    feed(ended(1, end_kind::off) + ended(2, end_kind::stopped));
    EXPECT_TRUE(all_ended(streams));
    EXPECT_EQ(status(session_end::system_ended), 0);
    EXPECT_EQ(said.str(), "pvrun: vm@1 one: ended with code 0\npvrun: vm@2 two: stopped\n");
}

TEST_F(splitting, a_guests_own_code_is_status_1) {
    feed(event(control::vm_started, 1) + ended(1, end_kind::off, 3) +
         event(control::vm_started, 2) + ended(2, end_kind::off));
    EXPECT_EQ(status(session_end::system_ended), 1);
}

TEST_F(splitting, a_killed_vm_is_status_10) {
    feed(event(control::vm_started, 1) + ended(1, end_kind::killed) +
         event(control::vm_started, 2) + ended(2, end_kind::off, 3));
    EXPECT_EQ(status(session_end::system_ended), 10);
    EXPECT_NE(said.str().find("one: killed"), std::string::npos);
}

TEST_F(splitting, time_up_is_status_11_and_says_who_still_ran) {
    feed(event(control::vm_started, 1) + ended(1, end_kind::killed) +
         event(control::vm_started, 2));
    EXPECT_EQ(status(session_end::timed_out), 11);
    EXPECT_NE(said.str().find("two: still running"), std::string::npos);
    EXPECT_NE(said.str().find("timed out after 5 s"), std::string::npos);
}

TEST_F(splitting, a_refused_vm_or_image_is_status_12) {
    feed(event(control::refused, 2, "note needs more"));
    EXPECT_TRUE(streams.system_ended());
    EXPECT_EQ(status(session_end::system_ended), 12);
    EXPECT_NE(said.str().find("refused the image: vm@2 two: note needs more"), std::string::npos)
        << said.str();
    feed(event(control::refused, 0, "load SHA-256 differs"));
    EXPECT_EQ(status(session_end::system_ended), 12);
    EXPECT_NE(said.str().find("refused the image: load SHA-256 differs"), std::string::npos);
}

TEST_F(splitting, a_restarted_vm_is_judged_by_its_last_end) {
    feed(event(control::vm_started, 1) + event(control::vm_restarted, 1, {2}) +
         ended(1, end_kind::off) + event(control::vm_started, 2) + ended(2, end_kind::off));
    EXPECT_EQ(status(session_end::system_ended), 0);
    EXPECT_NE(said.str().find("after 2 restarts"), std::string::npos);
}

TEST_F(splitting, an_emulator_that_dies_is_an_io_failure) {
    try {
        judge({session_end::emulator_ended, 0, "qemu: no such machine\nmore", 0}, streams, nullptr);
        FAIL();
    } catch (const failure& error) {
        EXPECT_EQ(error.status(), exit_status::io_failure);
        EXPECT_STREQ(error.what(), "QEMU ended before the system did: qemu: no such machine");
    }
}

TEST_F(splitting, a_board_that_powers_off_after_a_refusal_is_status_12) {
    feed(event(control::refused, 1, "note: needs more"));
    EXPECT_EQ(status(session_end::emulator_ended), 12);
}

TEST_F(splitting, interruption_is_128_and_the_signal) {
    EXPECT_EQ(judge({session_end::interrupted, 2, "", 0}, streams, nullptr), 130);
}

TEST_F(splitting, malformed_events_are_skipped) {
    feed(frame(console::STREAM_CONTROL, {1}) + frame(console::STREAM_CONTROL, {2, 1}) +
         frame(console::STREAM_CONTROL, {99, 1}) + frame(console::STREAM_CONTROL, {4, 0}) +
         frame(console::STREAM_CONTROL, {2, 77, 0}) + frame(0x7f, "x"));
    EXPECT_TRUE(streams.vms().at(1).ended);
}

TEST(stream_files, hold_each_console_by_itself) {
    const std::filesystem::path folder = testing::TempDir() + "/logs";
    std::ostringstream screen;
    {
        stream_splitter streams{screen, NAMES, {"one", folder, true}, nullptr};
        const std::string wire = frame(1, "raw") + frame(2, "x\n") + frame(0, "log\n") + "b";
        streams.feed(wire.data(), wire.size());
    }
    EXPECT_EQ(screen.str(), "rawtwo| x\n");
    const auto text = [&](const char* name) {
        std::ifstream file{folder / name};
        return std::string{std::istreambuf_iterator<char>{file}, {}};
    };
    EXPECT_EQ(text("one.log"), "raw");
    EXPECT_EQ(text("two.log"), "x\n");
    EXPECT_EQ(text("hypervisor.log"), "log\n");
    EXPECT_EQ(text("board.log"), "b");
}

TEST(trace, is_json_with_balanced_spans) {
    const std::filesystem::path file = testing::TempDir() + "/trace.json";
    {
        trace_file trace{file, NAMES};
        using console::trace_kind;
        const console::trace_record records[] = {
            {1500, 1, trace_kind::enter, 1}, {1600, 1, trace_kind::fill, 42},
            {2001, 1, trace_kind::exit, 3},  {2002, 1, trace_kind::exit, 3},
            {3000, 2, trace_kind::enter, 0},
        };
        std::vector<uint8_t> payload;
        for (const auto& record : records) {
            uint8_t bytes[console::TRACE_RECORD_BYTES];
            console::encode_trace(record, bytes);
            payload.insert(payload.end(), std::begin(bytes), std::end(bytes));
        }
        payload.push_back(0);
        trace.add(payload);
        EXPECT_TRUE(trace.close());
    }
    std::ifstream in{file};
    const auto events = nlohmann::json::parse(in)["traceEvents"];
    int depth = 0;
    std::map<std::string, int> phases;
    for (const auto& entry : events) {
        ++phases[entry["ph"]];
        depth += entry["ph"] == "B" ? 1 : entry["ph"] == "E" ? -1 : 0;
    }
    EXPECT_EQ(depth, 0);
    EXPECT_EQ(phases["B"], 2);
    EXPECT_EQ(phases["i"], 1);
    EXPECT_EQ(phases["M"], 3);
    EXPECT_EQ(events[3]["name"], "kernel");
    EXPECT_DOUBLE_EQ(events[3]["ts"].get<double>(), 1.5);
}

} // namespace
} // namespace paravane::pvrun
