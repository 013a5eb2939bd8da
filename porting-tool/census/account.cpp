// SPDX-License-Identifier: BSD-2-Clause
// Matches by identity, the nearest place first: the very line, then the same
// file, then any file (a header's macro that was inlined).
#include "account.hpp"
#include "classify.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <unordered_map>

namespace paravane::port {
namespace {

std::string plain(const std::string& path) {
    return std::filesystem::path(path).lexically_normal().string();
}

class source_index {
public:
    explicit source_index(const std::vector<source_site>& sources) {
        for (const source_site& site : sources)
            for (const uint32_t identity : site.identities)
                by_identity_[identity].push_back(
                    {&site, plain(site.place.file), plain(site.expansion.file)});
    }

    const source_site* find(const object_site& site) {
        const auto it = by_identity_.find(identity_of(site.set, site.encoding));
        if (it == by_identity_.end())
            return nullptr;
        const std::string file = plain(site.place.file);
        const std::string& unit = plain_unit(site.unit);
        const entry* best = nullptr;
        int best_score = -1;
        for (const entry& candidate : it->second) {
            const int score = score_of(candidate, site.place.line, file, unit);
            if (score > best_score) {
                best = &candidate;
                best_score = score;
            }
        }
        return best->site;
    }

private:
    struct entry {
        const source_site* site;
        std::string place;
        std::string expansion;
    };

    /// Consecutive sites come from the same unit.
    const std::string& plain_unit(const std::string& unit) {
        if (unit != last_unit_) {
            last_unit_ = unit;
            last_plain_ = plain(unit);
        }
        return last_plain_;
    }

    static int score_of(const entry& candidate, unsigned line, const std::string& file,
                        const std::string& unit) {
        const source_site& site = *candidate.site;
        if (line != 0 && ((candidate.place == file && site.place.line == line) ||
                          (candidate.expansion == file && site.expansion.line == line)))
            return 4;
        if (line != 0 && (candidate.place == file || candidate.expansion == file))
            return 3;
        if (!unit.empty() && candidate.place == unit)
            return 2;
        return site.unit.empty() || site.unit == unit ? 1 : 0;
    }

    std::unordered_map<uint32_t, std::vector<entry>> by_identity_;
    std::string last_unit_;
    std::string last_plain_;
};

void account_by(object_site& site, const source_site* source) {
    if (site.cls == sensitivity::harmless) {
        site.fate = disposition::harmless;
        return;
    }
    if (source == nullptr)
        return;
    site.fate = source->fate;
    site.level = source->level;
    site.rule = source->rule;
    site.edit = source->edit;
    if (site.place.line == 0)
        site.place = source->place;
}

} // namespace

void account(report& all) {
    source_index sources(all.sources);
    for (object_site& site : all.objects) {
        if (!all.sources.empty()) {
            account_by(site, sources.find(site));
        } else if (site.cls == sensitivity::harmless) {
            site.fate = disposition::harmless;
        } else {
            site.fate = disposition::trap;
            site.level = port_level::trap;
        }
    }
}

size_t unmentioned(const report& all) {
    return static_cast<size_t>(
        std::count_if(all.objects.begin(), all.objects.end(), [](const object_site& site) {
            return site.fate == disposition::unmentioned;
        }));
}

} // namespace paravane::port
