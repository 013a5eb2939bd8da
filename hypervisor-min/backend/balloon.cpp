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

bool balloon::move(uint32_t queue, const chain& list) {
    for (uint32_t at = 0; at + sizeof(uint32_t) <= list.readable_bytes; at += sizeof(uint32_t)) {
        uint32_t page = 0;
        list.copy_in(at, &page, sizeof(page));
        const bool moved = queue == PVN_BALLOON_INFLATE ? owner_.release(owner_.context, page)
                                                        : owner_.restore(owner_.context, page);
        if (!moved) {
            return false;
        }
    }
    return true;
}

void balloon::serve(uint32_t queue) {
    chain list;
    while (take(queue, list)) {
        if (!move(queue, list)) {
            break_down("page that cannot be moved");
            return;
        }
        give(queue, list, 0);
    }
    signal(queue);
}

} // namespace paravane::backend
