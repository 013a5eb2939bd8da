// SPDX-License-Identifier: BSD-2-Clause
// Reads a plan file: which dumps, whose memory, which tables.
#include "audit.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace paravane::audit {
namespace {

class reader {
public:
    reader(std::string name, std::string folder)
        : name_{std::move(name)}, folder_{std::move(folder)} {}

    void line(plan& out, const std::string& text) {
        ++number_;
        std::istringstream words{text.substr(0, text.find('#'))};
        std::string kind;
        if (!(words >> kind)) {
            return;
        }
        if (kind == "dump") {
            out.dumps.push_back(read_dump(words));
        } else if (kind == "hypervisor") {
            out.hypervisor.push_back(read_range(words));
        } else if (kind == "shared") {
            out.shared.push_back(read_range(words));
        } else if (kind == "vm") {
            const std::string who = word(words, "a VM's name");
            const range memory = read_range(words);
            auto at = std::find_if(out.vms.begin(), out.vms.end(),
                                   [&](const vm& v) { return v.name == who; });
            if (at == out.vms.end()) {
                at = out.vms.insert(out.vms.end(), vm{who, {}});
            }
            at->memory.push_back(memory);
        } else if (kind == "space") {
            space s;
            s.owner = word(words, "the owner's name");
            s.ttbr0 = static_cast<uint32_t>(value(words, "TTBR0"));
            s.dacr_kernel = static_cast<uint32_t>(value(words, "DACR of virtual kernel"));
            s.dacr_user = static_cast<uint32_t>(value(words, "DACR of virtual user"));
            out.spaces.push_back(s);
        } else {
            fail("unknown word '" + kind + "'; write dump, hypervisor, shared, vm or space");
        }
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw std::runtime_error(name_ + ":" + std::to_string(number_) + ": " + what);
    }
    std::string word(std::istringstream& words, const char* what) const {
        std::string text;
        if (!(words >> text)) {
            fail(std::string{what} + " is missing");
        }
        return text;
    }
    uint64_t value(std::istringstream& words, const char* what) const {
        const std::string text = word(words, what);
        size_t used = 0;
        uint64_t number = 0;
        try {
            number = std::stoull(text, &used, 0);
        } catch (const std::exception&) {
            used = 0;
        }
        if (used != text.size() || number > 0xffffffffull) {
            fail(std::string{what} + ": '" + text + "' is not a 32-bit number");
        }
        return number;
    }
    range read_range(std::istringstream& words) const {
        const uint64_t base = value(words, "base");
        const uint64_t size = value(words, "size");
        if (size == 0 || base + size > 0x100000000ull) {
            fail("the range is empty or leaves 32 bits");
        }
        return {base, size};
    }
    dump read_dump(std::istringstream& words) const {
        const uint64_t base = value(words, "base");
        const std::string path = folder_ + "/" + word(words, "the dump's file name");
        std::ifstream file{path, std::ios::binary};
        if (!file) {
            fail("cannot open " + path);
        }
        dump d;
        d.bytes.assign(std::istreambuf_iterator<char>{file}, {});
        d.where = {base, d.bytes.size()};
        return d;
    }

    std::string name_;
    std::string folder_;
    unsigned number_{0};
};

} // namespace

plan read_plan(std::istream& text, const std::string& name, const std::string& folder) {
    plan out;
    reader lines{name, folder};
    std::string line;
    while (std::getline(text, line)) {
        lines.line(out, line);
    }
    if (out.spaces.empty()) {
        throw std::runtime_error(name + ": no space to audit; add a line 'space OWNER TTBR0 "
                                        "DACR_KERNEL DACR_USER'");
    }
    return out;
}

} // namespace paravane::audit
