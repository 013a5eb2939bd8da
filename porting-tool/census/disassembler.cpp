// SPDX-License-Identifier: BSD-2-Clause
// Sets LLVM's MC layer up for ARM and Thumb and asks it for text.
#include "disassembler.hpp"

#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCDisassembler/MCDisassembler.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/MCTargetOptions.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Triple.h>

#include <array>
#include <cstdio>

extern "C" {
void LLVMInitializeARMTargetInfo();
void LLVMInitializeARMTargetMC();
void LLVMInitializeARMDisassembler();
}

namespace paravane::port {
namespace {

constexpr char FEATURES[] = "+vfp4,+neon,+virtualization,+trustzone,+hwdiv,+hwdiv-arm,+mp";

struct machine {
    llvm::Triple triple;
    std::unique_ptr<llvm::MCRegisterInfo> registers;
    std::unique_ptr<llvm::MCAsmInfo> assembly;
    std::unique_ptr<llvm::MCInstrInfo> instructions;
    std::unique_ptr<llvm::MCSubtargetInfo> subtarget;
    std::unique_ptr<llvm::MCContext> context;
    std::unique_ptr<llvm::MCDisassembler> decoder;
    std::unique_ptr<llvm::MCInstPrinter> printer;

    explicit machine(const char* name) : triple(name) {
        std::string error;
        const auto* target = llvm::TargetRegistry::lookupTarget(name, error);
        if (target == nullptr)
            return;
        registers.reset(target->createMCRegInfo(name));
        assembly.reset(target->createMCAsmInfo(*registers, name, llvm::MCTargetOptions{}));
        instructions.reset(target->createMCInstrInfo());
        subtarget.reset(target->createMCSubtargetInfo(name, "cortex-a15", FEATURES));
        context = std::make_unique<llvm::MCContext>(triple, assembly.get(), registers.get(),
                                                    subtarget.get());
        decoder.reset(target->createMCDisassembler(*subtarget, *context));
        printer.reset(target->createMCInstPrinter(triple, 0, *assembly, *instructions, *registers));
    }
};

std::array<uint8_t, 4> memory_order(isa set, uint32_t word, unsigned size) {
    if (set == isa::thumb && size == 4)
        word = word >> 16 | word << 16;
    return {static_cast<uint8_t>(word), static_cast<uint8_t>(word >> 8),
            static_cast<uint8_t>(word >> 16), static_cast<uint8_t>(word >> 24)};
}

/// MC prints CPSR as APSR whatever the field mask says.
void name_cpsr(std::string& text, kind what) {
    const size_t at = what == kind::mrs_cpsr ? text.rfind("apsr") : std::string::npos;
    if (at != std::string::npos)
        text.replace(at, 4, "cpsr");
}

} // namespace

struct disassembler::state {
    machine arm{"armv7-none-eabi"};
    machine thumb{"thumbv7-none-eabi"};
};

disassembler::disassembler() {
    static const bool ready = [] {
        LLVMInitializeARMTargetInfo();
        LLVMInitializeARMTargetMC();
        LLVMInitializeARMDisassembler();
        return true;
    }();
    static_cast<void>(ready);
    state_ = std::make_unique<state>();
}

disassembler::~disassembler() = default;

std::string disassembler::text(isa set, uint32_t word, unsigned size, kind what) {
    machine& m = set == isa::arm ? state_->arm : state_->thumb;
    const auto bytes = memory_order(set, word, size);
    llvm::MCInst inst;
    uint64_t length = 0;
    const auto status =
        m.decoder->getInstruction(inst, length, {bytes.data(), size}, 0, llvm::nulls());
    if (status == llvm::MCDisassembler::Fail) {
        char raw[20];
        std::snprintf(raw, sizeof raw, size == 2 ? ".inst.n 0x%04x" : ".inst 0x%08x", word);
        return raw;
    }
    std::string text;
    llvm::raw_string_ostream out(text);
    m.printer->printInst(&inst, 0, "", *m.subtarget, out);
    out.flush();
    text.erase(0, text.find_first_not_of(" \t"));
    for (char& c : text)
        c = c == '\t' ? ' ' : c;
    name_cpsr(text, what);
    return text;
}

bool disassembler::decode(isa set, uint32_t word, unsigned size, std::string& opcode) {
    machine& m = set == isa::arm ? state_->arm : state_->thumb;
    const auto bytes = memory_order(set, word, size);
    llvm::MCInst inst;
    uint64_t length = 0;
    if (m.decoder->getInstruction(inst, length, {bytes.data(), size}, 0, llvm::nulls()) ==
        llvm::MCDisassembler::Fail)
        return false;
    opcode = m.instructions->getName(inst.getOpcode()).str();
    return length == size;
}

} // namespace paravane::port
