// SPDX-License-Identifier: BSD-2-Clause
// The boards that pvrun can start: data only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace paravane::pvrun {

struct board {
    std::string name;
    std::string cpu; ///< The guest tree's compatible.
    uint32_t ram_base;
    uint32_t ram_mib; ///< Unless --ram says otherwise.
    uint32_t ram_max_mib;
    bool own_tree; ///< QEMU has none: board.dtb stands beside the hypervisor.
    std::vector<std::string> qemu;
};

const std::vector<board>& boards();
/// Throws for a name that is none.
const board& find_board(const std::string& name);

} // namespace paravane::pvrun
