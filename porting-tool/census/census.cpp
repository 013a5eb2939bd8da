// SPDX-License-Identifier: BSD-2-Clause
// Walks the code ranges, keeps the hits and describes them. Objects are spread
// over threads; results keep the order of the inputs.
#include "census.hpp"
#include "disassembler.hpp"
#include "lines.hpp"
#include "walk.hpp"

#include <atomic>
#include <mutex>
#include <thread>

namespace paravane::port {
namespace {

class describer {
public:
    describer(const elf_image& image, const census_options& options, disassembler& text)
        : image_(image), options_(options), text_(text) {}

    object_site describe(const code_range& range, const instruction& i, const classification& c) {
        object_site site;
        site.object = image_.path();
        site.section = image_.sections()[range.section].name;
        site.address = i.address;
        site.encoding = i.word;
        site.size = i.size;
        site.set = i.set;
        site.what = c.what;
        site.cls = c.cls;
        site.reason = c.reason;
        site.unit = image_.relocatable() ? image_.unit() : std::string_view{};
        if (const elf_symbol* function = image_.function_at(range.section, i.address)) {
            site.function = function->name;
            site.function_offset = i.address - function->value;
            if (site.unit.empty())
                site.unit = function->file;
        }
        queries_.push_back({range.section, i.address, {}});
        if (options_.text)
            site.text = text_.text(i.set, i.word, i.size, c.what);
        return site;
    }

    /// Asks for all lines at once. @pre the sites are those described, in their order
    void add_lines(std::vector<object_site>& sites) {
        if (!options_.lines)
            return;
        find_lines(image_, queries_);
        for (size_t i = 0; i < sites.size(); ++i)
            sites[i].place = std::move(queries_[i].answer);
    }

private:
    const elf_image& image_;
    const census_options& options_;
    disassembler& text_;
    std::vector<line_query> queries_;
};

std::string note_of(const elf_image& image, const code_range& range, const char* what) {
    return image.path() + ": " + std::string(image.sections()[range.section].name) + ": " + what;
}

census_result take_census_with(const elf_image& image, const census_options& options,
                               disassembler& text) {
    census_result result;
    describer describe(image, options, text);
    for (const code_range& range : image.code()) {
        const size_t before = result.sites.size();
        result.instructions += walk(image, range, [&](const instruction& i) {
            if (const auto c = classify(i, image.arch()))
                result.sites.push_back(describe.describe(range, i, c));
        });
        if (range.hidden && result.sites.size() != before)
            result.notes.push_back(
                note_of(image, range, "holds code that the kernel copies over its own text"));
        if (range.assumed)
            result.notes.push_back(
                note_of(image, range, "has no mapping symbol at its start; taken as ARM code"));
    }
    describe.add_lines(result.sites);
    return result;
}

/// What the threads of one run share.
struct pool {
    const std::vector<object_input>& inputs;
    const census_options& options;
    const std::function<void(size_t, size_t)>& progress;
    std::vector<census_result> results;
    std::atomic<size_t> next = 0;
    std::mutex lock;
    size_t done = 0;
    std::optional<std::pair<size_t, failure>> first_failure;

    pool(const std::vector<object_input>& in, const census_options& o,
         const std::function<void(size_t, size_t)>& p)
        : inputs(in), options(o), progress(p), results(in.size()) {}

    void work() {
        disassembler text;
        for (size_t i = next++; i < inputs.size(); i = next++) {
            auto image = elf_image::open(inputs[i].path);
            if (image)
                results[i] = take_census_with(*image, options, text);
            const std::scoped_lock held(lock);
            if (!image && (!first_failure || i < first_failure->first))
                first_failure.emplace(i, image.error());
            if (progress)
                progress(++done, inputs.size());
        }
    }
};

} // namespace

census_result take_census(const elf_image& image, const census_options& options) {
    disassembler text;
    return take_census_with(image, options, text);
}

outcome<report> take_census_of(const std::vector<object_input>& inputs,
                               const census_options& options, unsigned jobs,
                               const std::function<void(size_t, size_t)>& progress) {
    pool shared(inputs, options, progress);
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 1; i < jobs; ++i)
            threads.emplace_back([&] { shared.work(); });
        shared.work();
    }
    if (shared.first_failure)
        return shared.first_failure->second;
    report all;
    for (size_t i = 0; i < inputs.size(); ++i) {
        census_result& result = shared.results[i];
        for (object_site& site : result.sites) {
            if (!inputs[i].unit.empty())
                site.unit = inputs[i].unit;
            all.objects.push_back(std::move(site));
        }
        all.notes.insert(all.notes.end(), result.notes.begin(), result.notes.end());
        all.instructions += result.instructions;
        ++all.objects_read;
    }
    return all;
}

} // namespace paravane::port
