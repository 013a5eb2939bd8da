// SPDX-License-Identifier: BSD-2-Clause
// What clang must not see of a compiler's command: a list for what it would take in
// another sense, and its own table of options for what it would refuse.
#include "database.hpp"

#include <clang/Driver/Options.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <unordered_map>

namespace paravane::port {
namespace fs = std::filesystem;
namespace {

// What GCC takes and clang does not, or what would write files.
constexpr std::array DROPPED_PREFIXES = {std::string_view{"-Wp,"},
                                         std::string_view{"-Wa,"},
                                         std::string_view{"-mtune"},
                                         std::string_view{"-mno-thumb-interwork"},
                                         std::string_view{"-mthumb-interwork"},
                                         std::string_view{"-mapcs"},
                                         std::string_view{"-mno-sched-prolog"},
                                         std::string_view{"-fconserve-stack"},
                                         std::string_view{"-fno-dwarf2-cfi-asm"},
                                         std::string_view{"-Wframe-larger-than"},
                                         std::string_view{"-fno-allow-store-data-races"},
                                         std::string_view{"-fno-ipa-"},
                                         std::string_view{"-fno-var-tracking"},
                                         std::string_view{"-fplugin"},
                                         std::string_view{"-mfp16-format"},
                                         std::string_view{"-fno-delete-null"},
                                         std::string_view{"--param"},
                                         std::string_view{"-femit-struct"},
                                         std::string_view{"-fsched-"},
                                         std::string_view{"-fno-partial-inlining"},
                                         std::string_view{"-fno-reorder-blocks"},
                                         std::string_view{"-mword-relocations"},
                                         std::string_view{"-mstructure-size-boundary"}};
constexpr std::array DROPPED_WITH_VALUE = {std::string_view{"-o"}, std::string_view{"-MF"},
                                           std::string_view{"-MT"}, std::string_view{"-MQ"}};
constexpr std::array DROPPED_QUIETLY = {std::string_view{"-c"},  std::string_view{"-S"},
                                        std::string_view{"-MD"}, std::string_view{"-MMD"},
                                        std::string_view{"-MP"}, std::string_view{"-Werror"}};

template <size_t N>
bool contains(const std::array<std::string_view, N>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_gcc_system_include(const std::vector<std::string>& command, size_t at) {
    return command[at] == "-isystem" && at + 1 < command.size() &&
           command[at + 1].find("/gcc") != std::string::npos;
}

/// GCC has options for the machine and for its passes that clang's driver never heard of.
bool is_unknown_to_clang(const std::string& flag) {
    static thread_local std::unordered_map<std::string, bool> known;
    if (!flag.starts_with("-f") && !flag.starts_with("-m"))
        return false;
    const auto [at, fresh] = known.try_emplace(flag, false);
    if (fresh) {
        const char* argument = at->first.c_str();
        unsigned index = 0;
        unsigned count = 0;
        const auto parsed = clang::driver::getDriverOptTable().ParseArgs({argument}, index, count);
        at->second = parsed.hasArg(clang::driver::options::OPT_UNKNOWN);
    }
    return at->second;
}

} // namespace

std::vector<std::string> without_gcc_flags(const std::vector<std::string>& command,
                                           std::set<std::string>& dropped) {
    std::vector<std::string> kept;
    // A compiler cache stands before the compiler.
    const bool launched =
        command.size() > 1 && fs::path(command[0]).filename().string().ends_with("ccache");
    for (size_t i = launched ? 1 : 0; i < command.size(); ++i) {
        const std::string& flag = command[i];
        if (contains(DROPPED_WITH_VALUE, flag)) {
            ++i;
        } else if (contains(DROPPED_QUIETLY, flag)) {
            continue;
        } else if (is_gcc_system_include(command, i)) {
            dropped.insert(flag + " " + command[++i]);
        } else if (std::any_of(DROPPED_PREFIXES.begin(), DROPPED_PREFIXES.end(),
                               [&](std::string_view p) { return flag.starts_with(p); }) ||
                   is_unknown_to_clang(flag)) {
            if (!flag.starts_with("-Wp,-M"))
                dropped.insert(flag);
            if (flag == "--param")
                ++i;
        } else {
            kept.push_back(flag);
        }
    }
    return kept;
}

bool is_thumb(const std::vector<std::string>& command) {
    bool thumb = false;
    for (const std::string& flag : command)
        thumb = flag == "-mthumb" || (thumb && flag != "-marm");
    return thumb;
}

} // namespace paravane::port
