// SPDX-License-Identifier: BSD-2-Clause
// Sets LLVM's MC layer up for ARM and Thumb and asks it for text and registers.
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
#include <vector>

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
    std::vector<uint16_t> general; ///< by register number of MC: which of r0 to pc it covers

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
        general.push_back(0); // no register
        for (unsigned r = 1; r < registers->getNumRegs(); ++r)
            general.push_back(bits_of(r));
    }

    /// Pairs (R0_R1) cover both; 0 for flags and vector registers.
    uint16_t bits_of(unsigned reg) const {
        constexpr std::array<llvm::StringRef, 16> NAMES = {"R0",  "R1", "R2", "R3", "R4",  "R5",
                                                           "R6",  "R7", "R8", "R9", "R10", "R11",
                                                           "R12", "SP", "LR", "PC"};
        uint16_t bits = 0;
        for (const llvm::MCPhysReg part : registers->subregs_inclusive(reg))
            for (size_t n = 0; n < NAMES.size(); ++n)
                bits |= NAMES[n] == registers->getName(part) ? 1u << n : 0;
        return bits;
    }

    bool decode(llvm::MCInst& inst, isa set, uint32_t word, unsigned size) const;
};

std::array<uint8_t, 4> memory_order(isa set, uint32_t word, unsigned size) {
    if (set == isa::thumb && size == 4)
        word = word >> 16 | word << 16;
    return {static_cast<uint8_t>(word), static_cast<uint8_t>(word >> 8),
            static_cast<uint8_t>(word >> 16), static_cast<uint8_t>(word >> 24)};
}

bool machine::decode(llvm::MCInst& inst, isa set, uint32_t word, unsigned size) const {
    const auto bytes = memory_order(set, word, size);
    uint64_t length = 0;
    return decoder->getInstruction(inst, length, {bytes.data(), size}, 0, llvm::nulls()) !=
               llvm::MCDisassembler::Fail &&
           length == size;
}

/// The register list of a load is written, that of a store is read; its first register
/// is the last operand that the description lists.
bool is_written(const llvm::MCInstrDesc& desc, unsigned operand) {
    return operand < desc.getNumDefs() ||
           (desc.variadicOpsAreDefs() && operand + 1 >= desc.getNumOperands());
}

bool is_condition(const llvm::MCInstrDesc& desc, unsigned operand) {
    return operand < desc.getNumOperands() && desc.operands()[operand].isPredicate();
}

bool goes_to_a_vector(llvm::StringRef opcode) {
    return opcode.contains("UDF") || opcode.contains("TRAP") || opcode.contains("BKPT") ||
           opcode.contains("HLT") || opcode.contains("SVC") || opcode.contains("HVC") ||
           opcode.contains("SMC");
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
    machine& of(isa set) { return set == isa::arm ? arm : thumb; }
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
    machine& m = state_->of(set);
    llvm::MCInst inst;
    if (!m.decode(inst, set, word, size)) {
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
    machine& m = state_->of(set);
    llvm::MCInst inst;
    if (!m.decode(inst, set, word, size))
        return false;
    opcode = m.instructions->getName(inst.getOpcode()).str();
    return true;
}

std::optional<register_use> disassembler::registers(isa set, uint32_t word, unsigned size) {
    constexpr int64_t ALWAYS = 14;
    constexpr uint16_t PC_BIT = 1u << 15;
    machine& m = state_->of(set);
    llvm::MCInst inst;
    if (!m.decode(inst, set, word, size))
        return std::nullopt;
    const llvm::MCInstrDesc& desc = m.instructions->get(inst.getOpcode());
    register_use use;
    use.calls = desc.isCall();
    use.leaves = desc.isBranch() || desc.isReturn() || desc.isTerminator();
    use.traps = goes_to_a_vector(m.instructions->getName(inst.getOpcode()));
    for (unsigned n = 0; n < inst.getNumOperands(); ++n) {
        const llvm::MCOperand& operand = inst.getOperand(n);
        if (operand.isReg())
            (is_written(desc, n) ? use.writes : use.reads) |= m.general[operand.getReg()];
        else if (operand.isImm() && is_condition(desc, n))
            use.conditional = operand.getImm() != ALWAYS;
    }
    for (const llvm::MCPhysReg reg : desc.implicit_uses())
        use.reads |= m.general[reg];
    for (const llvm::MCPhysReg reg : desc.implicit_defs())
        use.writes |= m.general[reg];
    use.leaves |= (use.writes & PC_BIT) != 0;
    return use;
}

} // namespace paravane::port
