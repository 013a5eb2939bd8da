// SPDX-License-Identifier: BSD-2-Clause
// See balloon.hpp.
#include "backend/balloon.hpp"

namespace paravane::backend {

void balloon::set_target(uint32_t pages) {
    __builtin_memcpy(config_bytes() + PVN_BALLOON_CONFIG_TARGET, &pages, sizeof(pages));
    announce_config();
}

uint32_t balloon::actual() const {
    uint32_t pages = 0;
    __builtin_memcpy(&pages, config() + PVN_BALLOON_CONFIG_ACTUAL, sizeof(pages));
    return pages;
}

abi::status balloon::write_config(uint32_t offset, const uint8_t* bytes, uint32_t count) {
    if (offset != PVN_BALLOON_CONFIG_ACTUAL || count != sizeof(uint32_t)) {
        return abi::status::invalid_parameter;
    }
    __builtin_memcpy(config_bytes() + PVN_BALLOON_CONFIG_ACTUAL, bytes, count);
    return abi::status::success;
}

void balloon::serve(uint32_t queue) {
    chain list;
    uint32_t& moved = moved_[queue];
    uint32_t room = AT_ONCE;
    while (room != 0 && take(queue, list)) {
        const uint32_t pages = list.readable_bytes / sizeof(uint32_t);
        for (; room != 0 && moved < pages; --room, ++moved) {
            uint32_t page = 0;
            list.copy_in(moved * sizeof(page), &page, sizeof(page));
            if (!(queue == PVN_BALLOON_INFLATE ? owner_.release : owner_.restore)(owner_.context,
                                                                                  page)) {
                break_down("page that cannot be moved");
                return;
            }
        }
        if (moved < pages) {
            untake(queue, list);
        } else {
            moved = 0;
            give(queue, list.head, 0);
        }
    }
    if (room == 0) {
        fall_behind();
    }
    signal(queue);
}

} // namespace paravane::backend
