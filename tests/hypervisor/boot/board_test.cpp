// SPDX-License-Identifier: BSD-2-Clause
// The reader of boards' device trees.
#include "boot/system.hpp"

#include "pvrun/tree_writer.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <random>

namespace paravane::boot {
namespace {

using pvrun::bytes;
using pvrun::tree_writer;

struct tree_options {
    uint32_t cells = 2;
    std::vector<uint32_t> memory = {0, 0x40000000, 0, 0x10000000};
    std::vector<uint32_t> start = {0x48000000};
    std::vector<uint32_t> end = {0x48100000};
    std::string arguments;
    bool chosen = true;
};

bytes tree_of(const tree_options& o) {
    tree_writer out;
    out.cell("#address-cells", o.cells);
    out.cell("#size-cells", o.cells);
    out.begin("memory@40000000");
    out.text("device_type", "memory");
    out.cells("reg", o.memory);
    out.end();
    out.begin("reserved-memory");
    out.cell("#address-cells", 1);
    out.cell("#size-cells", 1);
    out.begin("keep@40800000");
    out.cells("reg", {0x40800000, 0x1000});
    out.end();
    out.end();
    if (o.chosen) {
        out.begin("chosen");
        out.cells("linux,initrd-start", o.start);
        out.cells("linux,initrd-end", o.end);
        if (!o.arguments.empty()) {
            out.text("bootargs", o.arguments);
        }
        out.end();
    }
    return out.finish();
}

struct reading {
    board_config board{};
    std::string refused;
};

reading read(const bytes& tree) {
    reading out;
    const auto result = read_board(tree.data(), static_cast<uint32_t>(tree.size()), out.board);
    if (!result) {
        out.refused = std::string{result.error().where} + " " + result.error().what;
    }
    return out;
}

TEST(board_tree, yields_memory_image_and_reservations) {
    const reading got = read(tree_of({}));
    ASSERT_EQ(got.refused, "");
    ASSERT_EQ(got.board.bank_count, 1u);
    EXPECT_EQ(got.board.banks[0].base.value(), 0x40000000u);
    EXPECT_EQ(got.board.banks[0].size, 0x10000000u);
    EXPECT_EQ(got.board.image.base.value(), 0x48000000u);
    EXPECT_EQ(got.board.image.size, 0x100000u);
    ASSERT_EQ(got.board.reserved_count, 1u);
    EXPECT_EQ(got.board.reserved[0].base.value(), 0x40800000u);
}

TEST(board_tree, takes_one_cell_addresses_and_two_cell_initrds) {
    tree_options o;
    o.cells = 1;
    o.memory = {0x60000000, 0x08000000};
    o.start = {0, 0x62000000};
    o.end = {0, 0x62000010};
    const reading got = read(tree_of(o));
    ASSERT_EQ(got.refused, "");
    EXPECT_EQ(got.board.banks[0].base.value(), 0x60000000u);
    EXPECT_EQ(got.board.image.size, 0x10u);
}

TEST(board_tree, leaves_memory_above_4_gib_alone) {
    tree_options o;
    o.memory = {0, 0x40000000, 0, 0x10000000, 1, 0, 0, 0x10000000};
    EXPECT_EQ(read(tree_of(o)).board.bank_count, 1u);
    o.memory = {1, 0, 0, 0x10000000};
    EXPECT_EQ(read(tree_of(o)).refused, "memory is missing");
}

TEST(board_tree, refuses_an_image_that_is_not_in_ram) {
    const auto with = [](std::vector<uint32_t> start, std::vector<uint32_t> end) {
        tree_options o;
        o.start = std::move(start);
        o.end = std::move(end);
        return read(tree_of(o)).refused;
    };
    EXPECT_THAT(with({0x10000000}, {0x10001000}), testing::HasSubstr("outside RAM"));
    EXPECT_THAT(with({0x4ffff000}, {0x50000008}), testing::HasSubstr("outside RAM"));
    EXPECT_THAT(with({0x48000000}, {0x48000000}), testing::HasSubstr("outside RAM"));
    EXPECT_THAT(with({0x48000008}, {0x48000000}), testing::HasSubstr("outside RAM"));
    EXPECT_THAT(with({0x48000004}, {0x48001000}), testing::HasSubstr("outside RAM"));
    EXPECT_THAT(with({1, 0x48000000}, {1, 0x48001000}), testing::HasSubstr("outside RAM"));
    EXPECT_THAT(with({1, 2, 3}, {0x48001000}), testing::HasSubstr("names no initrd"));
}

TEST(board_tree, refuses_malformed_memory) {
    tree_options o;
    o.memory = {0, 0x40000000, 0};
    EXPECT_THAT(read(tree_of(o)).refused, testing::HasSubstr("malformed"));
    o.memory = {0, 0x40000000, 0, 0x1000};
    for (const uint32_t cells : {0u, 3u, 0xffffffffu}) {
        o.cells = cells;
        EXPECT_THAT(read(tree_of(o)).refused, testing::HasSubstr("malformed"));
    }
    tree_options none;
    none.chosen = false;
    EXPECT_EQ(read(tree_of(none)).refused, "chosen is missing");
}

TEST(board_tree, arguments_are_whole_words) {
    const auto with = [](const std::string& arguments) {
        tree_options o;
        o.arguments = arguments;
        const reading got = read(tree_of(o));
        return std::string{got.board.log_debug ? "d" : ""} + (got.board.trace ? "t" : "");
    };
    EXPECT_EQ(with("debug trace"), "dt");
    EXPECT_EQ(with("trace"), "t");
    EXPECT_EQ(with("nodebug tracer"), "");
    EXPECT_EQ(with("x debug"), "d");
}

TEST(board_tree, damaged_trees_never_do_harm) {
    tree_options o;
    o.arguments = "debug";
    const bytes good = tree_of(o);
    std::mt19937 random{2};
    for (int round = 0; round < 20000; ++round) {
        bytes tree = good;
        for (uint32_t i = 0; i <= random() % 4; ++i) {
            tree[random() % tree.size()] = static_cast<uint8_t>(random());
        }
        if (round % 8 == 0) {
            tree.resize(random() % tree.size());
        }
        const reading got = read(tree);
        if (got.refused.empty()) {
            ASSERT_LE(got.board.bank_count, MAX_BANKS);
            ASSERT_LE(got.board.reserved_count, MAX_RESERVED);
        }
    }
}

} // namespace
} // namespace paravane::boot
