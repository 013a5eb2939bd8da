// SPDX-License-Identifier: BSD-2-Clause
// The console front end against a terminal that reads, types and misbehaves.
#include "pvn_console.h"

#include "harness.hpp"

#include <gmock/gmock.h>

namespace paravane::test {
namespace {

struct console : front_end {
    console() : front_end{PVN_KIND_CONSOLE, 2, PVN_FEATURE(PVN_CONSOLE_F_SIZE)} {
        fake.config[0] = 80;
        fake.config[2] = 25;
        EXPECT_EQ(pvn_console_start(&subject, &mmio.device, this), PVN_OK);
    }

    void show_all() {
        while (auto chain = fake.pop(PVN_CONSOLE_TX)) {
            for (const std::byte b : chain->gather()) {
                screen += static_cast<char>(b);
            }
            fake.push(PVN_CONSOLE_TX, chain->head, 0);
        }
        fake.listen(PVN_CONSOLE_TX);
    }

    void type(const std::string& text) {
        auto chain = fake.pop(PVN_CONSOLE_RX);
        ASSERT_TRUE(chain);
        fake.push(PVN_CONSOLE_RX, chain->head, chain->scatter(bytes_of(text)));
    }

    std::string read(uint32_t most) {
        std::string text(most, '\0');
        const int given = pvn_console_receive(&subject, text.data(), most);
        EXPECT_GE(given, 0);
        text.resize(given < 0 ? 0 : given);
        return text;
    }

    pvn_console subject{};
    std::string screen;
};

INSTANTIATE_TEST_SUITE_P(all, console, every_mode(), mode_name);

TEST_P(console, shows_what_is_written_in_order) {
    fake.on_kick = [this](unsigned queue) {
        if (queue == PVN_CONSOLE_TX) {
            show_all();
        }
    };
    std::string sent;
    for (int i = 0; i < 50; i++) {
        const std::string line = std::string(i * 13 % 700, 'a' + i % 26) + "\n";
        ASSERT_EQ(pvn_console_send(&subject, line.data(), line.size()), int(line.size()));
        sent += line;
    }
    EXPECT_EQ(screen, sent);
}

TEST_P(console, write_is_cut_short_when_nobody_reads_and_wakes_when_somebody_does) {
    const std::string flood(10000, 'x');
    constexpr int ROOM = PVN_CONSOLE_BUFFERS * PVN_CONSOLE_BUFFER_BYTES;
    EXPECT_EQ(pvn_console_send(&subject, flood.data(), flood.size()), ROOM);
    EXPECT_EQ(pvn_console_send(&subject, flood.data(), flood.size()), 0);
    EXPECT_EQ(pvn_console_interrupt(&subject), 0);
    show_all();
    EXPECT_NE(pvn_console_interrupt(&subject), 0);
    EXPECT_EQ(os.wakes, 1);
    EXPECT_EQ(pvn_console_send(&subject, flood.data(), flood.size()), ROOM);
}

TEST_P(console, reads_what_is_typed_in_any_portions) {
    EXPECT_EQ(read(10), "");
    type("hello ");
    EXPECT_NE(pvn_console_interrupt(&subject), 0);
    EXPECT_EQ(os.wakes, 1);
    type("world");
    EXPECT_EQ(read(3), "hel");
    EXPECT_EQ(read(5), "lo wo") << "a read goes on into the next buffer once both have arrived";
    EXPECT_EQ(read(50), "rld");
    EXPECT_EQ(read(1), "");
}

TEST_P(console, gives_its_input_buffers_back_for_ever) {
    for (int i = 0; i < 100; i++) {
        const std::string text = "line " + std::to_string(i);
        type(text);
        ASSERT_EQ(read(100), text);
    }
}

TEST_P(console, tells_the_size) {
    uint32_t columns = 0;
    uint32_t rows = 0;
    ASSERT_EQ(pvn_console_poll_size(&subject, &columns, &rows), PVN_OK);
    EXPECT_EQ(columns, 80u);
    EXPECT_EQ(rows, 25u);
}

TEST_P(console, stops_at_a_device_that_returns_what_it_never_got) {
    fake.put_used(PVN_CONSOLE_TX, 0, 0);
    EXPECT_EQ(pvn_console_send(&subject, "x", 1), PVN_BROKEN);
    char byte = 0;
    EXPECT_EQ(pvn_console_receive(&subject, &byte, 1), PVN_BROKEN);
}

TEST_P(console, starts_again_after_a_break) {
    fake.put_used(PVN_CONSOLE_TX, 0, 0);
    ASSERT_EQ(pvn_console_send(&subject, "x", 1), PVN_BROKEN);
    ASSERT_EQ(pvn_console_start(&subject, &mmio.device, this), PVN_OK);
    EXPECT_EQ(pvn_console_send(&subject, "again", 5), 5);
    show_all();
    EXPECT_EQ(screen, "again");
    type("in");
    EXPECT_EQ(read(9), "in");
}

} // namespace
} // namespace paravane::test
