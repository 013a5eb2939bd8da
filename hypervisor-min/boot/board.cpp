// SPDX-License-Identifier: BSD-2-Clause
// Reads the board's device tree: RAM, what is reserved in it, where the boot loader
// put the system image, and the hypervisor's own arguments. The tree comes from
// QEMU, U-Boot or board/<name>/ and is checked like any other input.
#include "boot/reg_reader.hpp"

#include <string.h>

namespace paravane::boot {
namespace {

using outcome = Result<void, refusal>;

constexpr unexpected<refusal> no(const char* where, const char* what) {
    return unexpected{refusal{what, where, 0}};
}

outcome reserve(board_config& board, memory_range range) {
    if (board.reserved_count == MAX_RESERVED) {
        return no("reserved-memory", "has too many ranges");
    }
    board.reserved[board.reserved_count++] = range;
    return {};
}

outcome read_banks(tree_node root, tree_node memory, board_config& board) {
    const reg_reader reg{root, memory.property("reg")};
    if (!reg.valid()) {
        return no("memory", "has a malformed reg");
    }
    for (uint32_t i = 0; i < reg.count(); ++i) {
        if (board.bank_count == MAX_BANKS) {
            return no("memory", "has too many banks");
        }
        // Banks above 4 GiB are out of a short descriptor's reach: left alone.
        if (reg.range(i, board.banks[board.bank_count])) {
            ++board.bank_count;
        }
    }
    return {};
}

outcome read_reserved(const void* tree, tree_node node, board_config& board) {
    for (int i = 0; i < fdt_num_mem_rsv(tree); ++i) {
        uint64_t base = 0;
        uint64_t size = 0;
        if (fdt_get_mem_rsv(tree, i, &base, &size) == 0 && base + size <= (1ull << 32) &&
            base + size > base && size < (1ull << 32)) {
            TRY(reserve(board, {pa{static_cast<uint32_t>(base)}, static_cast<uint32_t>(size)}));
        }
    }
    if (!node.exists()) {
        return {};
    }
    for (tree_node n = node.first_child(); n.exists(); n = n.next_sibling()) {
        const reg_reader reg{node, n.property("reg")};
        memory_range range{};
        for (uint32_t i = 0; reg.valid() && i < reg.count(); ++i) {
            if (reg.range(i, range)) {
                TRY(reserve(board, range));
            }
        }
    }
    return {};
}

bool read_address(tree_node node, const char* name, uint64_t& out) {
    uint32_t cells[2] = {0, 0};
    if (node.cells(name, cells, 1)) {
        out = cells[0];
        return true;
    }
    out = 0;
    if (!node.cells(name, cells, 2)) {
        return false;
    }
    out = static_cast<uint64_t>(cells[0]) << 32 | cells[1];
    return true;
}

bool in_bank(const board_config& board, uint64_t first, uint64_t end) {
    for (uint32_t i = 0; i < board.bank_count; ++i) {
        const uint64_t base = board.banks[i].base.value();
        if (base <= first && end <= base + board.banks[i].size) {
            return true;
        }
    }
    return false;
}

outcome read_image(tree_node chosen, board_config& board) {
    uint64_t first = 0;
    uint64_t end = 0;
    if (!read_address(chosen, "linux,initrd-start", first) ||
        !read_address(chosen, "linux,initrd-end", end)) {
        return no("chosen", "names no initrd: load the system image as one");
    }
    if (first >= end || !in_bank(board, first, end) || first % 8 != 0) {
        return no("chosen", "puts the initrd outside RAM or not on 8 bytes");
    }
    board.image = {pa{static_cast<uint32_t>(first)}, static_cast<uint32_t>(end - first)};
    return {};
}

/// Whether `word` stands in the arguments, between blanks.
bool has_word(byte_span arguments, const char* word) {
    const uint32_t length = static_cast<uint32_t>(strlen(word));
    for (uint32_t i = 0; i + length <= arguments.size; ++i) {
        const bool begins = i == 0 || arguments.data[i - 1] == ' ';
        const bool ends = i + length == arguments.size || arguments.data[i + length] == ' ' ||
                          arguments.data[i + length] == '\0';
        if (begins && ends && memcmp(arguments.data + i, word, length) == 0) {
            return true;
        }
    }
    return false;
}

} // namespace

outcome read_board(const void* tree, uint32_t limit, board_config& board) {
    board = board_config{};
    if (!sound_tree(tree, limit)) {
        return no("device tree", "is not a flattened tree");
    }
    const tree_node root = find_node(tree, "/");
    for (tree_node n = root.first_child(); n.exists(); n = n.next_sibling()) {
        if (n.lists("device_type", "memory")) {
            TRY(read_banks(root, n, board));
        }
    }
    if (board.bank_count == 0) {
        return no("memory", "is missing");
    }
    TRY(read_reserved(tree, root.child("reserved-memory"), board));
    const tree_node chosen = root.child("chosen");
    if (!chosen.exists()) {
        return no("chosen", "is missing");
    }
    const byte_span arguments = chosen.property("bootargs");
    board.log_debug = has_word(arguments, "debug");
    board.trace = has_word(arguments, "trace");
    return read_image(chosen, board);
}

} // namespace paravane::boot
