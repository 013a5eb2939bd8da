// SPDX-License-Identifier: BSD-2-Clause
// Decides what one statement is (by assembling it and classifying the word) and
// how level 0 spells it. Both front ends come here; edits go to edit.hpp.
#pragma once

#include "assembler.hpp"
#include "census/classify.hpp"
#include "statement.hpp"

#include <functional>

namespace paravane::port {

/// One change inside a statement, offsets relative to the mnemonic's first character.
struct local_edit {
    size_t offset = 0;
    size_t length = 0;
    std::string text;
};

struct recognition {
    kind what = kind::none;
    sensitivity cls = sensitivity::none;
    std::string reason;
    std::string ual;             ///< mnemonic in UAL, lower case, condition included
    std::vector<uint32_t> words; ///< with sample operands where the text has none
    std::vector<uint32_t> identities;
    std::vector<kind> open;         ///< kinds it may be as well, by operands filled in elsewhere
    bool literal = false;           ///< every operand was in the text: words are exact
    bool decoded = true;            ///< false: sensitive by its mnemonic, operands come later
    std::vector<local_edit> level0; ///< empty when harmless, or when `unspellable` says why
    std::string_view unspellable;
};

/// Sample operands for what the text leaves open; given the text after the '%' or '\'.
struct operand_sample {
    std::string text;    ///< what stands for it in the trial
    size_t consumed = 0; ///< characters after the mark; 0: not known
};
using sample_operand = std::function<operand_sample(std::string_view after_mark)>;

class recognizer {
public:
    recognizer(assembler& tool, cpu_arch arch) : assembler_(tool), arch_(arch) {}

    /// Nothing when the statement is not sensitive in any reading.
    std::optional<recognition> recognize(std::string_view mnemonic, std::string_view operands,
                                         isa set, const sample_operand& sample);

private:
    std::optional<recognition> decide(const std::string& ual, const std::string& operands, isa set);
    static void spell_thumb(recognition& found, bool conditional);
    void spell_level0(recognition& found, std::string_view mnemonic, std::string_view operands,
                      std::string_view tried, isa set) const;

    assembler& assembler_;
    cpu_arch arch_;
};

/// `ldmneia` as `ldmiane`, `moveqs` as `movseq`, `fmrx` as `vmrs`; others unchanged.
std::string to_ual(std::string_view mnemonic);

/// The condition that ends a UAL mnemonic, or nothing.
std::string_view condition_of(std::string_view ual);

} // namespace paravane::port
