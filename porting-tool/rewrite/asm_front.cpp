// SPDX-License-Identifier: BSD-2-Clause
// Asks the recognizer about each statement of each file that the walk reaches.
#include "asm_front.hpp"

#include "raw_spelling.hpp"

#include <cctype>

namespace paravane::port {
namespace {

// Names that `.macro` gives a meaning of its own, lower case as the assembler compares.
std::set<std::string> macro_names(std::string_view text) {
    std::set<std::string> names;
    for (size_t at = text.find(".macro"); at != std::string_view::npos;
         at = text.find(".macro", at + 6)) {
        const std::string_view rest = trim(text.substr(at + 6, 80));
        names.insert(lower(rest.substr(0, rest.find_first_of(" \t\r\n,"))));
    }
    return names;
}

operand_sample macro_argument(std::string_view after) {
    size_t length = 0;
    if (after.starts_with("()"))
        return {"", 2};
    while (length < after.size() &&
           (std::isalnum(static_cast<unsigned char>(after[length])) != 0 || after[length] == '_'))
        ++length;
    return {"r2", length};
}

/// Linux wraps what only one set may see: ARM(…) and THUMB(…).
bool is_wrapped(std::string_view text, size_t at, std::string_view name) {
    const size_t line = text.rfind('\n', at) + 1; // npos + 1 is 0
    const size_t open = text.substr(line, at - line).rfind(std::string(name) + "(");
    if (open == std::string_view::npos ||
        (open > 0 && text[line + open - 1] != ' ' && text[line + open - 1] != '\t'))
        return false;
    int depth = 0;
    for (const char c : text.substr(line + open, at - line - open))
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    return depth > 0;
}

bool is_in_define(std::string_view text, size_t at) {
    size_t line = text.rfind('\n', at) + 1;
    while (line >= 2 && text[line - 2] == '\\')
        line = text.rfind('\n', line - 2) + 1;
    std::string_view head = trim(text.substr(line, text.find('\n', line) - line));
    if (!head.starts_with('#'))
        return false;
    return trim(head.substr(1)).starts_with("define");
}

uint8_t sets_of(const std::string& path, std::string_view text, const statement& one,
                const asm_isas& isas) {
    if (is_wrapped(text, one.begin, "THUMB"))
        return ISA_THUMB;
    if (is_wrapped(text, one.begin, "ARM"))
        return ISA_ARM;
    return isas.of(path, one.line, is_in_define(text, one.begin));
}

void decide(found_site& found, const recognition& what, uint8_t sets, bool raw, size_t begin) {
    source_site& site = found.site;
    if (what.cls == sensitivity::harmless) {
        site.fate = disposition::harmless;
        site.rule = RULE_HARMLESS;
        return;
    }
    if (sets == ISA_BOTH || !what.unspellable.empty()) {
        site.fate = disposition::by_hand;
        site.reason = sets == ISA_BOTH ? "assembled as ARM and as Thumb, or hidden in a file "
                                         "that has both: write it once for each"
                                       : what.unspellable;
        return;
    }
    site.fate = disposition::trap;
    site.level = port_level::trap;
    site.rule = RULE_LEVEL0;
    const isa set = sets == ISA_THUMB ? isa::thumb : isa::arm;
    for (const local_edit& local : raw ? spell_raw(what, site.text, set) : what.level0)
        found.edits.push_back({site.place.file,
                               {begin + local.offset, site.text.substr(local.offset, local.length),
                                local.text, std::string(RULE_LEVEL0)},
                               !raw});
}

} // namespace

std::vector<std::string> assembly_files(const std::vector<compile_unit>& units,
                                        include_walk& walk) {
    std::set<std::string> seen;
    for (const compile_unit& unit : units) {
        if (!unit.assembly)
            continue;
        for (std::string& file : walk.files_of(unit))
            seen.insert(std::move(file));
    }
    return {seen.begin(), seen.end()};
}

std::vector<found_site> scan_assembly(const std::string& path, std::string_view text,
                                      recognizer& recognize, const asm_isas& isas) {
    std::vector<found_site> found;
    const std::set<std::string> macros = macro_names(text);
    for (const statement& one : find_statements(text, text_flavour::source_file)) {
        if (macros.contains(lower(one.mnemonic(text))))
            continue;
        const uint8_t sets = sets_of(path, text, one, isas);
        const auto what =
            recognize.recognize(one.mnemonic(text), one.operands(text),
                                sets == ISA_THUMB ? isa::thumb : isa::arm, macro_argument);
        if (!what)
            continue;
        found_site site;
        site.site = site_of(*what, std::string(text.substr(one.begin, one.end - one.begin)));
        site.site.place = {path, one.line};
        site.site.assembly = true;
        decide(site, *what, sets, isas.is_raw(path), one.begin);
        found.push_back(std::move(site));
    }
    return found;
}

std::string found_site::key() const {
    if (!edits.empty())
        return edits.front().path + ":" + std::to_string(edits.front().change.offset);
    return site.place.file + ":" + std::to_string(site.place.line) + ":" + site.text;
}

source_site site_of(const recognition& found, std::string text) {
    source_site site;
    site.text = std::move(text);
    site.identities = found.identities;
    site.open = found.open;
    site.cls = found.cls;
    site.category = "cpu";
    site.reason = found.reason;
    return site;
}

} // namespace paravane::port
