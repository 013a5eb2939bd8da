// SPDX-License-Identifier: BSD-2-Clause
// Drives MCAsmParser with a streamer that keeps the instructions' bytes.
#include "assembler.hpp"

#include <llvm/MC/MCAsmBackend.h>
#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCCodeEmitter.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCFixup.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCObjectFileInfo.h>
#include <llvm/MC/MCParser/MCAsmParser.h>
#include <llvm/MC/MCParser/MCTargetAsmParser.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCStreamer.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/MCTargetOptions.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/TargetSelect.h>

#include <mutex>
#include <unordered_map>

namespace paravane::port {
namespace {

constexpr const char* FEATURES = "+trustzone,+virtualization,+mp,+vfp4,+neon,+hwdiv-arm,+hwdiv";

class keeping_streamer final : public llvm::MCStreamer {
public:
    keeping_streamer(llvm::MCContext& context, const llvm::MCCodeEmitter& emitter)
        : MCStreamer(context), emitter_(emitter) {}

    bool emitSymbolAttribute(llvm::MCSymbol*, llvm::MCSymbolAttr) override { return true; }
    void emitCommonSymbol(llvm::MCSymbol*, uint64_t, llvm::Align) override {}
    void emitZerofill(llvm::MCSection*, llvm::MCSymbol*, uint64_t, llvm::Align,
                      llvm::SMLoc) override {}
    void emitInstruction(const llvm::MCInst& instruction,
                         const llvm::MCSubtargetInfo& subtarget) override {
        llvm::SmallVector<char, 8> bytes;
        llvm::SmallVector<llvm::MCFixup, 2> fixups;
        emitter_.encodeInstruction(instruction, bytes, fixups, subtarget);
        uint32_t word = 0;
        for (size_t i = 0; i < bytes.size(); ++i)
            word |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
        const bool thumb = subtarget.getTargetTriple().isThumb();
        words.push_back(thumb && bytes.size() == 4 ? (word << 16) | (word >> 16) : word);
    }

    std::vector<uint32_t> words;

private:
    const llvm::MCCodeEmitter& emitter_;
};

struct one_isa {
    explicit one_isa(const char* triple_name) : triple(triple_name) {
        std::string error;
        target = llvm::TargetRegistry::lookupTarget(triple_name, error);
        registers.reset(target->createMCRegInfo(triple_name));
        info.reset(target->createMCAsmInfo(*registers, triple_name, options));
        instructions.reset(target->createMCInstrInfo());
        subtarget.reset(target->createMCSubtargetInfo(triple_name, "cortex-a15", FEATURES));
    }

    std::optional<std::vector<uint32_t>> assemble(const std::string& text) const {
        llvm::SourceMgr sources;
        sources.setDiagHandler([](const llvm::SMDiagnostic&, void*) {}, nullptr);
        sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text + "\n"), {});
        llvm::MCContext context(triple, info.get(), registers.get(), subtarget.get(), &sources);
        context.setDiagnosticHandler([](const llvm::SMDiagnostic&, bool, const llvm::SourceMgr&,
                                        std::vector<const llvm::MDNode*>&) {});
        const std::unique_ptr<llvm::MCObjectFileInfo> file(
            target->createMCObjectFileInfo(context, false));
        context.setObjectFileInfo(file.get());
        const std::unique_ptr<llvm::MCCodeEmitter> emitter(
            target->createMCCodeEmitter(*instructions, context));
        keeping_streamer streamer(context, *emitter);
        target->createNullTargetStreamer(streamer);
        const std::unique_ptr<llvm::MCAsmParser> parser(
            llvm::createMCAsmParser(sources, context, streamer, *info));
        const std::unique_ptr<llvm::MCTargetAsmParser> syntax(
            target->createMCAsmParser(*subtarget, *parser, *instructions, options));
        parser->setTargetParser(*syntax);
        streamer.initSections(false, *subtarget);
        if (parser->Run(true) || streamer.words.empty())
            return std::nullopt;
        return std::move(streamer.words);
    }

    llvm::Triple triple;
    llvm::MCTargetOptions options;
    const llvm::Target* target = nullptr;
    std::unique_ptr<llvm::MCRegisterInfo> registers;
    std::unique_ptr<llvm::MCAsmInfo> info;
    std::unique_ptr<llvm::MCInstrInfo> instructions;
    std::unique_ptr<llvm::MCSubtargetInfo> subtarget;
};

void initialize_once() {
    static std::once_flag done;
    std::call_once(done, [] {
        LLVMInitializeARMTargetInfo();
        LLVMInitializeARMTarget();
        LLVMInitializeARMTargetMC();
        LLVMInitializeARMAsmParser();
    });
}

} // namespace

struct assembler::state {
    one_isa arm{"armv7a-none-linux-gnueabi"};
    one_isa thumb{"thumbv7a-none-linux-gnueabi"};
    std::unordered_map<std::string, std::optional<std::vector<uint32_t>>> arm_answers;
    std::unordered_map<std::string, std::optional<std::vector<uint32_t>>> thumb_answers;
};

assembler::assembler() {
    initialize_once();
    state_ = std::make_unique<state>();
}
assembler::~assembler() = default;

const std::optional<std::vector<uint32_t>>& assembler::assemble(const std::string& text, isa set) {
    auto& answers = set == isa::arm ? state_->arm_answers : state_->thumb_answers;
    const auto known = answers.find(text);
    if (known != answers.end())
        return known->second;
    const one_isa& target = set == isa::arm ? state_->arm : state_->thumb;
    return answers.emplace(text, target.assemble(text)).first->second;
}

} // namespace paravane::port
