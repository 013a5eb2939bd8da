// SPDX-License-Identifier: BSD-2-Clause
// Finds the instructions in assembler text: templates of inline assembly, .S
// files, macro bodies in headers. It knows separators, labels and comments, no
// instruction. Feeds recognize.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paravane::port {

/// What surrounds the text decides what may start an instruction and what a comment is.
enum class text_flavour : uint8_t {
    inline_template, ///< the string of an asm statement
    source_file,     ///< a file that the C preprocessor reads before the assembler
};

/// ESCAPE_NEXT without a macro: operand of SVC in ARM code, a directive in Thumb code.
inline constexpr std::string_view RAW_ESCAPE_ARM = "#0xe1a000";
inline constexpr std::string_view RAW_ESCAPE_THUMB = ".inst.w 0xf7f1a000";

/// One instruction as it is spelled: [begin, end) of the text, mnemonic first.
struct statement {
    size_t begin = 0;
    size_t mnemonic_end = 0;
    size_t end = 0;
    unsigned line = 1; ///< 1-based line of `begin` in the text

    std::string_view mnemonic(std::string_view text) const {
        return text.substr(begin, mnemonic_end - begin);
    }
    std::string_view operands(std::string_view text) const {
        return text.substr(mnemonic_end, end - mnemonic_end);
    }
};

/// Every place in the text where an instruction may stand and whose mnemonic
/// could be sensitive (a prefilter: the encoding decides, in recognize.hpp).
std::vector<statement> find_statements(std::string_view text, text_flavour flavour);

/// False for mnemonics that no sensitive instruction of any spelling has.
bool may_be_sensitive(std::string_view mnemonic, std::string_view operands);

/// C text of the same length with its comments blanked, so that only code names anything.
std::string without_comments(std::string_view text);

std::string lower(std::string_view text);
std::string_view trim(std::string_view text);

} // namespace paravane::port
