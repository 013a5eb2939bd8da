// SPDX-License-Identifier: BSD-2-Clause
// The table of boards.
#include "pvrun/boards.hpp"

#include "pvrun/failure.hpp"

namespace paravane::pvrun {

const std::vector<board>& boards() {
    static const std::vector<board> table = {
        {"virt-a15",
         "arm,cortex-a15",
         0x40000000,
         256,
         2048,
         false,
         {"-M", "virt,dtb-randomness=off", "-cpu", "cortex-a15", "-nic", "none"}},
        {"vexpress-a9",
         "arm,cortex-a9",
         0x60000000,
         256,
         1024,
         true,
         {"-M", "vexpress-a9", "-cpu", "cortex-a9", "-nic", "none"}},
    };
    return table;
}

const board& find_board(const std::string& name) {
    std::string known;
    for (const board& entry : boards()) {
        if (entry.name == name) {
            return entry;
        }
        known += (known.empty() ? "" : " and ") + entry.name;
    }
    throw failure{exit_status::usage, "board " + name + " is unknown: known are " + known};
}

} // namespace paravane::pvrun
