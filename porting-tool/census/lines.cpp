// SPDX-License-Identifier: BSD-2-Clause
// Goes through the line tables one by one and keeps none of them, so that a
// kernel with full debug information needs little memory.
#include "lines.hpp"

#include <llvm/DebugInfo/DIContext.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/DebugInfo/DWARF/DWARFDebugLine.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBufferRef.h>

#include <algorithm>

namespace paravane::port {
namespace {

using llvm::DWARFDebugLine;
using llvm::object::SectionedAddress;

void drop(llvm::Error error) {
    llvm::consumeError(std::move(error));
}

/// The queries by address, so that a sequence finds its own by bisection.
class query_index {
public:
    query_index(std::span<line_query> queries, bool relocatable) : relocatable_(relocatable) {
        for (line_query& query : queries)
            sorted_.push_back(&query);
        std::sort(sorted_.begin(), sorted_.end(),
                  [](const auto* a, const auto* b) { return a->address < b->address; });
    }

    void answer(const DWARFDebugLine::LineTable& table, const DWARFDebugLine::Sequence& sequence) {
        auto it = std::lower_bound(
            sorted_.begin(), sorted_.end(), sequence.LowPC,
            [](const line_query* query, uint64_t low) { return query->address < low; });
        for (; it != sorted_.end() && (*it)->address < sequence.HighPC; ++it)
            if (!relocatable_ || (*it)->section == sequence.SectionIndex)
                answer(table, sequence, **it);
    }

private:
    static void answer(const DWARFDebugLine::LineTable& table,
                       const DWARFDebugLine::Sequence& sequence, line_query& query) {
        const uint32_t row = table.lookupAddress({query.address, sequence.SectionIndex});
        if (row >= table.Rows.size())
            return;
        std::string file;
        using kind = llvm::DILineInfoSpecifier::FileLineInfoKind;
        if (table.getFileNameByIndex(table.Rows[row].File, "", kind::AbsoluteFilePath, file))
            query.answer = {file, table.Rows[row].Line};
    }

    std::vector<line_query*> sorted_;
    bool relocatable_;
};

} // namespace

void find_lines(const elf_image& image, std::span<line_query> queries) {
    if (queries.empty() || image.section_named(".debug_line") == nullptr)
        return;
    const auto bytes = image.bytes();
    const llvm::StringRef text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    auto file =
        llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(text, image.path()));
    if (!file) {
        drop(file.takeError());
        return;
    }
    const auto context = llvm::DWARFContext::create(
        **file, llvm::DWARFContext::ProcessDebugRelocations::Process, nullptr, "", drop, drop);
    const llvm::DWARFObject& object = context->getDWARFObj();
    llvm::DWARFDataExtractor data(object, object.getLineSection(), true, 4);
    llvm::DWARFUnitVector no_units;
    DWARFDebugLine::SectionParser parser(data, *context,
                                         llvm::make_range(no_units.begin(), no_units.end()));
    query_index index(queries, image.relocatable());
    while (!parser.done()) {
        const auto table = parser.parseNext(drop, drop);
        for (const auto& sequence : table.Sequences)
            index.answer(table, sequence);
    }
}

} // namespace paravane::port
