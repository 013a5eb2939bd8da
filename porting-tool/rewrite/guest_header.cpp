// SPDX-License-Identifier: BSD-2-Clause
// Makes pvn_guest.h from the data files of guest-patches: pvn_plane.inc as it
// is for assembly, as file-scope asm for C, and then pvn_inline.h for C.
#include "plan.hpp"

#include <filesystem>

namespace paravane::port {
namespace {

outcome<std::string> first_of(const rule_set& rules, const char* name) {
    std::error_code ignored;
    for (const std::string& folder : rules.include_folders) {
        const auto path = std::filesystem::path(folder) / name;
        if (std::filesystem::exists(path, ignored))
            return read_file(path.string());
    }
    return failure{std::string(name) + ": in none of the guest's folders; the guest must extend "
                                       "generic-arm",
                   3};
}

std::string as_c_string(std::string_view text) {
    std::string out;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (line.empty() || line.starts_with('@'))
            continue;
        out += "\"";
        for (const char c : line) {
            if (c == '"' || c == '\\')
                out += '\\';
            out += c;
        }
        out += "\\n\"\n";
    }
    return out;
}

constexpr std::string_view HEAD =
    "/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */\n"
    "/* Made by pvport from guest-patches/; edit the source there. The assembler\n"
    " * macros of level 0 and the C functions of level 1, for every edited file. */\n"
    "#ifndef PVN_GUEST_H\n#define PVN_GUEST_H\n"
    "#if defined(__arm__) && !defined(LINKER_SCRIPT)\n";

// Linux builds its vDSO, which runs in the guest's user mode, with BUILD_VDSO32.
constexpr const char* USER_CODE = "#if defined(PVN_USER_CODE) || defined(BUILD_VDSO32)\n"
                                  "#define PVN_USER_CODE_ 1\n#else\n#define PVN_USER_CODE_ 0\n"
                                  "#endif\n";

} // namespace

outcome<std::string> guest_header(const rule_set& rules) {
    const auto plane = first_of(rules, "pvn_plane.inc");
    if (!plane)
        return plane.error();
    const auto functions = first_of(rules, "pvn_inline.h");
    if (!functions)
        return functions.error();
    return std::string(HEAD) + USER_CODE +
           "#ifdef __ASSEMBLER__\n\t.set .Lpvn_arch, __ARM_ARCH\n"
           "\t.set .Lpvn_user, PVN_USER_CODE_\n" +
           plane.value() +
           "#else\n#define PVN_WORDS_(x) #x\n#define PVN_WORDS(x) PVN_WORDS_(x)\n"
           "__asm__(\".set .Lpvn_arch, \" PVN_WORDS(__ARM_ARCH) \"\\n\"\n"
           "\".set .Lpvn_user, \" PVN_WORDS(PVN_USER_CODE_) \"\\n\"\n" +
           as_c_string(plane.value()) + ");\n" + functions.value() + "#endif\n#endif\n#endif\n";
}

} // namespace paravane::port
