// SPDX-License-Identifier: BSD-2-Clause
// Where the guests' rules are: named by the environment, installed beside the tool,
// or in the sources that it was built from.
#include "verbs.hpp"

#include <cstdlib>
#include <filesystem>

namespace paravane::port {

std::string default_rules() {
    if (const char* set = std::getenv("PVPORT_RULES"); set != nullptr)
        return set;
    std::error_code error;
    const auto tool = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto installed =
        tool.parent_path().parent_path() / "share" / "paravane" / "guest-patches";
    if (!error && std::filesystem::is_directory(installed, error))
        return installed.string();
    return PVPORT_RULES_DIR;
}

} // namespace paravane::port
