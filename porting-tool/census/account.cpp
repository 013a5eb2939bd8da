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
    explicit source_index(const report& all) : origins_(all.origins) {
        for (const source_site& site : all.sources) {
            const entry one{&site, plain(site.place.file), plain(site.expansion.file)};
            for (const uint32_t identity : site.identities)
                by_identity_[identity].push_back(one);
            for (const kind what : site.open)
                by_kind_[static_cast<uint32_t>(what)].push_back(one);
        }
    }

    /// An exact statement first, then one whose operands are open.
    const source_site* find(const object_site& site) {
        enter(site);
        const source_site* exact =
            best_of(by_identity_, identity_of(site.set, site.encoding), site);
        return exact != nullptr ? exact : best_of(by_kind_, static_cast<uint32_t>(site.what), site);
    }

private:
    struct entry {
        const source_site* site;
        std::string place;
        std::string expansion;
    };
    using index = std::unordered_map<uint32_t, std::vector<entry>>;
    static constexpr int NEVER = 0;

    const source_site* best_of(const index& sources, uint32_t key, const object_site& site) const {
        const auto it = sources.find(key);
        if (it == sources.end())
            return nullptr;
        const std::string file = plain(site.place.file);
        const entry* best = nullptr;
        int best_score = NEVER;
        for (const entry& candidate : it->second) {
            const int score = score_of(candidate, site.place.line, file);
            if (score > best_score) {
                best = &candidate;
                best_score = score;
            }
        }
        return best == nullptr ? nullptr : best->site;
    }

    /// Consecutive sites come from the same object.
    void enter(const object_site& site) {
        if (!object_.empty() && site.object == object_)
            return;
        object_ = site.object;
        std::error_code ignored;
        const auto real = std::filesystem::canonical(site.object, ignored);
        const auto known = origins_.find(real.string());
        origin_ = known == origins_.end() ? nullptr : &known->second;
        unit_ = origin_ != nullptr ? origin_->file : plain(site.unit);
    }

    static bool is_assembly(const std::string& file) {
        return file.ends_with(".S") || file.ends_with(".s");
    }

    /// A file that the object was not made from cannot have made its instructions.
    bool reads(const std::string& file) const {
        return origin_ == nullptr || file == origin_->file ||
               std::binary_search(origin_->reads.begin(), origin_->reads.end(), file);
    }

    int score_of(const entry& candidate, unsigned line, const std::string& file) const {
        const source_site& site = *candidate.site;
        if (!unit_.empty() && site.assembly != is_assembly(unit_))
            return NEVER;
        if (line != 0 && ((candidate.place == file && site.place.line == line) ||
                          (candidate.expansion == file && site.expansion.line == line)))
            return 5;
        if (line != 0 && (candidate.place == file || candidate.expansion == file))
            return 4;
        if (!unit_.empty() && candidate.place == unit_)
            return 3;
        if (!reads(candidate.place))
            return NEVER;
        return site.unit.empty() || site.unit == unit_ ? 2 : 1;
    }

    const std::map<std::string, object_origin>& origins_;
    std::string object_;
    std::string unit_;
    const object_origin* origin_ = nullptr;
    index by_identity_;
    index by_kind_;
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
    source_index sources(all);
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
