// SPDX-License-Identifier: BSD-2-Clause
// Asks LLVM's DWARF reader; what it cannot read is taken as absent.
#include "lines.hpp"

#include <llvm/DebugInfo/DIContext.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBufferRef.h>

namespace paravane::port {
namespace {

void drop(llvm::Error error) {
    llvm::consumeError(std::move(error));
}

} // namespace

struct line_finder::state {
    std::unique_ptr<llvm::object::ObjectFile> file;
    std::unique_ptr<llvm::DWARFContext> context;
};

line_finder::line_finder(const elf_image& image) {
    if (image.section_named(".debug_line") == nullptr)
        return;
    const auto bytes = image.bytes();
    const llvm::StringRef text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    auto file =
        llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(text, image.path()));
    if (!file) {
        drop(file.takeError());
        return;
    }
    state_ = std::make_unique<state>();
    state_->file = std::move(*file);
    state_->context = llvm::DWARFContext::create(
        *state_->file, llvm::DWARFContext::ProcessDebugRelocations::Process, nullptr, "", drop,
        drop);
}

line_finder::~line_finder() = default;

source_place line_finder::find(uint16_t section, uint32_t address) {
    if (!state_)
        return {};
    const bool relocatable = state_->file->isRelocatableObject();
    const uint64_t index = relocatable ? section : llvm::object::SectionedAddress::UndefSection;
    using specifier = llvm::DILineInfoSpecifier;
    const auto info = state_->context->getLineInfoForAddress(
        {address, index}, specifier(specifier::FileLineInfoKind::AbsoluteFilePath,
                                    specifier::FunctionNameKind::None));
    if (info.FileName == llvm::DILineInfo::BadString)
        return {};
    return {info.FileName, info.Line};
}

} // namespace paravane::port
