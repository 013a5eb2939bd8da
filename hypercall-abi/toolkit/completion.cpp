// SPDX-License-Identifier: BSD-2-Clause
// Bash completion as one function of plain case statements, so that it needs
// neither the tool at completion time nor the bash-completion package.
#include "toolkit/pages.hpp"

namespace paravane::toolkit {
namespace {

std::string option_words(const verb& v) {
    std::string words;
    for (const auto* list : {&v.options, &common_options()}) {
        for (const option& o : *list) {
            words += (words.empty() ? "--" : " --") + o.name;
        }
    }
    return words;
}

std::string reply(completes what, const std::string& choices) {
    switch (what) {
    case completes::file:
        return "COMPREPLY=($(compgen -f -- \"$cur\"))";
    case completes::directory:
        return "COMPREPLY=($(compgen -d -- \"$cur\"))";
    case completes::choice:
        return "COMPREPLY=($(compgen -W '" + choices + "' -- \"$cur\"))";
    case completes::nothing:
        break;
    }
    return "COMPREPLY=()";
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

/// What follows an option that takes a value.
std::string value_cases(const verb& v) {
    std::string out;
    for (const option& o : v.options) {
        if (!o.argument.empty()) {
            const std::string letter =
                o.letter != '\0' ? std::string{'|', '-', o.letter} : std::string();
            out += "        --" + o.name + letter + ") " +
                   reply(o.choices.empty() ? o.value : completes::choice, joined(o.choices)) +
                   "; return ;;\n";
        }
    }
    return out;
}

std::string verb_case(const verb& v) {
    return "    " + (v.name.empty() ? std::string("*") : v.name) + ")\n        case $prev in\n" +
           value_cases(v) + "        esac\n        if [[ $cur == -* ]]; then\n            " +
           reply(completes::choice, option_words(v)) + "\n        else\n            " +
           reply(v.operands.most > 0 ? v.operands.value : completes::nothing, "") +
           "\n        fi\n        ;;\n";
}

} // namespace

std::string bash_completion(const tool& t) {
    const std::string function = "_paravane_" + t.name;
    std::string verbs;
    std::string cases;
    for (const verb& v : t.verbs) {
        verbs += v.name.empty() ? "" : v.name + ' ';
        cases += verb_case(v);
    }
    std::string out = "# bash completion for " + t.name + "; generated from its option table\n" +
                      function +
                      "() {\n    local cur=${COMP_WORDS[COMP_CWORD]} "
                      "prev=${COMP_WORDS[COMP_CWORD-1]}\n";
    if (!verbs.empty()) {
        out += "    if ((COMP_CWORD == 1)); then\n        COMPREPLY=($(compgen -W '" + verbs +
               "--help --version --explain' -- \"$cur\"))\n        return\n    fi\n";
    }
    return out + "    case ${COMP_WORDS[1]} in\n" + cases +
           "    esac\n}\ncomplete -o filenames -F " + function + ' ' + t.name + '\n';
}

} // namespace paravane::toolkit
