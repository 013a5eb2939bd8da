// SPDX-License-Identifier: BSD-2-Clause
// pvabi note: what a guest needs, and whether this ABI serves it.
#include "note/guest_note.hpp"

#include "generator/text.hpp"
#include "pvabi/load.hpp"
#include "pvabi/verbs.hpp"
#include "toolkit/file.hpp"

#include <cstdio>

namespace paravane::pvabi {
namespace {

using toolkit::exit_status;
using toolkit::severity;

uint32_t offset_of(const abi_model::structure& s, std::string_view name) {
    const abi_model::field* f = abi_model::find(s.fields, name);
    return f == nullptr ? 0 : f->offset;
}

note::note_layout layout_of(const abi_model::description& d) {
    note::note_layout layout;
    layout.name = d.note.name;
    if (const auto* type = abi_model::find(d.constants, "note_type")) {
        layout.type = type->value;
    }
    if (const auto* s = abi_model::find(d.structs, "note_descriptor")) {
        layout.size = s->size;
        layout.abi_version = offset_of(*s, "abi_version");
        layout.features = offset_of(*s, "features");
        layout.flags = offset_of(*s, "flags");
        layout.page = offset_of(*s, "page");
    }
    return layout;
}

note::served_abi served_by(const abi_model::description& d) {
    note::served_abi abi;
    abi.version = d.abi.version.word();
    for (const abi_model::feature& f : d.features) {
        abi.features[f.bit / 32] |= 1U << (f.bit % 32);
    }
    if (const auto* flags = abi_model::find(d.enums, "note_flags")) {
        for (const abi_model::enum_value& v : flags->values) {
            abi.flags |= v.value;
        }
    }
    return abi;
}

void print(const note::guest_note& n, const abi_model::description& d) {
    std::string out = "version  " + note::version_text(n.version) + "\nfeatures";
    for (uint32_t bit = 0; bit < 64; ++bit) {
        if ((n.features[bit / 32] >> (bit % 32) & 1) == 0) {
            continue;
        }
        std::string name = "bit " + std::to_string(bit);
        for (const abi_model::feature& f : d.features) {
            name = f.bit == bit ? f.name : name;
        }
        out += ' ' + name;
    }
    out += "\nflags   ";
    if (const auto* flags = abi_model::find(d.enums, "note_flags")) {
        for (const abi_model::enum_value& v : flags->values) {
            out += (n.flags & v.value) != 0 ? ' ' + v.name : "";
        }
    }
    out += "\npage     " + (n.page == 0 ? "default" : abi_model::hex(n.page, 8)) + '\n';
    std::fputs(out.c_str(), stdout);
}

exit_status run(const toolkit::invocation& i) {
    const auto d = load(i, find_description(i), exit_status::bad_input);
    const std::string& path = i.operands().front();
    std::error_code error;
    const std::string image = toolkit::read_file(path, error);
    if (error) {
        throw toolkit::failure(exit_status::io_failure,
                               {severity::error, path, {}, error.message(), "IO"});
    }
    const note::note_reading reading = note::read_guest_note(image, layout_of(d));
    if (!reading.note) {
        throw toolkit::failure(exit_status::bad_input,
                               {severity::error, path, {}, reading.problem, "NOTE"});
    }
    print(*reading.note, d);
    const std::vector<std::string> reasons = note::unserved(*reading.note, served_by(d));
    for (const std::string& reason : reasons) {
        i.report({severity::error, path, {}, reason, "NOTE_UNSERVED"});
    }
    if (reasons.empty()) {
        std::printf("served   by ABI %s\n", d.abi.version_text.c_str());
    }
    return reasons.empty() ? exit_status::ok : exit_status::breaking;
}

} // namespace

toolkit::verb note_verb() {
    return {.name = "note",
            .summary = "Print what a guest kernel needs, and whether this ABI serves it.",
            .description = "Reads the ELF note of a linked guest kernel. Status 0 if this ABI "
                           "serves the guest, 100 if not, 3 if the file has no usable note.",
            .operands = {"ELF", "The guest kernel.", 1, 1},
            .options = {abi_option()},
            .examples = {{"pvabi note vmlinux", "What this kernel needs."},
                         {"pvabi note --abi abi-0.2.0.json vmlinux",
                          "Whether a hypervisor of version 0.2.0 would take it."}},
            .run = run};
}

} // namespace paravane::pvabi
