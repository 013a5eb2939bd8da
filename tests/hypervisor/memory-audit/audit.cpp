// SPDX-License-Identifier: BSD-2-Clause
// The walk over a dump and the rules that every mapping is held against.
#include "audit.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace paravane::audit {
namespace {

struct rights {
    bool user_read, user_write, privileged_write, execute;
};

/// One mapping as the tables have it, before the domain is considered.
struct found_mapping {
    uint32_t va;
    uint32_t pa;
    uint32_t bytes;
    uint32_t domain;
    rights allows;
};

rights rights_of(uint32_t ap, bool xn) {
    rights r{};
    r.execute = !xn;
    r.user_read = ap == 2 || ap == 3 || ap == 6 || ap == 7;
    r.user_write = ap == 3;
    r.privileged_write = ap == 1 || ap == 2 || ap == 3;
    return r;
}

class walker {
public:
    explicit walker(const plan& system) : system_{system} {}

    void run() {
        for (const space& s : system_.spaces) {
            walk(s);
        }
        for (const auto& [pa, where] : writable_) {
            if (executable_.count(pa) != 0) {
                tell(*where.first, where.second,
                     "memory of the hypervisor is writable, and executable elsewhere");
            }
        }
    }
    report result;

private:
    std::optional<uint32_t> word(uint32_t at) const {
        for (const dump& d : system_.dumps) {
            if (d.where.holds(at, 4)) {
                const uint8_t* b = d.bytes.data() + (at - d.where.base);
                return static_cast<uint32_t>(b[0]) | static_cast<uint32_t>(b[1]) << 8 |
                       static_cast<uint32_t>(b[2]) << 16 | static_cast<uint32_t>(b[3]) << 24;
            }
        }
        return std::nullopt;
    }

    void tell(const space& s, uint32_t va, const std::string& what) {
        std::ostringstream out;
        out << s.owner << ": ttbr0 0x" << std::hex << s.ttbr0 << " va 0x" << va << ": " << what;
        result.findings.push_back({out.str()});
    }

    bool hypervisors(uint32_t pa, uint32_t bytes) const {
        const auto has = [&](const range& r) { return r.holds(pa, bytes); };
        if (std::any_of(system_.shared.begin(), system_.shared.end(), has)) {
            return false;
        }
        return std::any_of(
            system_.hypervisor.begin(), system_.hypervisor.end(),
            [&](const range& r) { return pa < r.base + r.size && r.base < pa + uint64_t{bytes}; });
    }

    void walk(const space& s) {
        ++result.spaces;
        if (((s.dacr_kernel | s.dacr_user) & 0xaaaaaaaa) != 0) {
            tell(s, 0, "a domain is manager: permissions do not count there");
        }
        if ((s.dacr_user & ~s.dacr_kernel) != 0) {
            tell(s, 0, "virtual user opens a domain that virtual kernel does not");
        }
        for (uint32_t mb = 0; mb < 4096; ++mb) {
            const std::optional<uint32_t> first = word((s.ttbr0 & 0xffffc000) + mb * 4);
            if (!first) {
                tell(s, mb << 20, "the first-level table lies outside the dump");
                return;
            }
            first_level(s, mb << 20, *first);
        }
    }

    void first_level(const space& s, uint32_t va, uint32_t first) {
        const uint32_t domain = (first >> 5) & 0xf;
        if ((first & 3) == 1) {
            for (uint32_t i = 0; i < 256; ++i) {
                const std::optional<uint32_t> second = word((first & 0xfffffc00) + i * 4);
                if (!second) {
                    tell(s, va, "a second-level table lies outside the dump");
                    return;
                }
                second_level(s, va + (i << 12), domain, *second);
            }
        } else if ((first & 0x40002) == 0x40002) {
            tell(s, va, "a supersection: no shadow has one");
        } else if ((first & 2) != 0) {
            const uint32_t ap = ((first >> 10) & 3) | ((first >> 13) & 4);
            judge(s,
                  {va, first & 0xfff00000, 0x100000, domain, rights_of(ap, (first & 0x10) != 0)});
        }
    }

    void second_level(const space& s, uint32_t va, uint32_t domain, uint32_t second) {
        const uint32_t ap = ((second >> 4) & 3) | ((second >> 7) & 4);
        if ((second & 2) != 0) {
            judge(s, {va, second & 0xfffff000, 0x1000, domain, rights_of(ap, (second & 1) != 0)});
        } else if ((second & 1) != 0) {
            const uint32_t pa = (second & 0xffff0000) | (va & 0xf000);
            judge(s, {va, pa, 0x1000, domain, rights_of(ap, (second & 0x8000) != 0)});
        }
    }

    void judge(const space& s, const found_mapping& m) {
        const bool open = ((s.dacr_kernel >> (2 * m.domain)) & 1) != 0;
        const uint64_t pages = m.bytes / 0x1000;
        note_pages(s, m);
        // A closed domain can be opened by the guest's own DACR: it counts as reached.
        if (!m.allows.user_read) {
            result.privileged_pages += pages;
            return;
        }
        result.user_pages += pages;
        const char* how = open ? "" : " (its domain is closed now)";
        if (hypervisors(m.pa, m.bytes)) {
            tell(s, m.va, std::string{"User mode reaches memory of the hypervisor"} + how);
        }
        const auto owner = std::find_if(system_.vms.begin(), system_.vms.end(),
                                        [&](const vm& v) { return v.name == s.owner; });
        const bool own = owner != system_.vms.end() &&
                         std::any_of(owner->memory.begin(), owner->memory.end(),
                                     [&](const range& r) { return r.holds(m.pa, m.bytes); });
        if (!own) {
            tell(s, m.va, std::string{"User mode reaches memory that is not the VM's"} + how);
        }
    }

    /// Every page of the hypervisor's by what some space lets it do with it.
    void note_pages(const space& s, const found_mapping& m) {
        for (uint32_t offset = 0; offset < m.bytes; offset += 0x1000) {
            if (!hypervisors(m.pa + offset, 0x1000)) {
                continue;
            }
            if (m.allows.privileged_write && m.allows.execute) {
                tell(s, m.va + offset, "memory of the hypervisor is writable and executable");
            } else if (m.allows.privileged_write) {
                writable_.emplace(m.pa + offset, std::pair{&s, m.va + offset});
            } else if (m.allows.execute) {
                executable_.insert(m.pa + offset);
            }
        }
    }

    const plan& system_;
    std::map<uint32_t, std::pair<const space*, uint32_t>> writable_; ///< by physical page
    std::set<uint32_t> executable_;
};

} // namespace

report audit(const plan& system) {
    walker w{system};
    w.run();
    return w.result;
}

} // namespace paravane::audit
