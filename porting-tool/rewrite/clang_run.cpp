// SPDX-License-Identifier: BSD-2-Clause
// A database of one command, the flags that every run adds, the first error kept.
#include "clang_run.hpp"

#include <clang/Basic/DiagnosticIDs.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Tooling/CompilationDatabase.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <algorithm>

namespace paravane::port {
namespace tooling = clang::tooling;
namespace {

// One unit's command as clang's tooling wants it.
class one_command : public tooling::CompilationDatabase {
public:
    explicit one_command(const compile_unit& unit)
        : command_(unit.directory, unit.file, unit.command, unit.output) {}
    std::vector<tooling::CompileCommand> getCompileCommands(llvm::StringRef) const override {
        return {command_};
    }
    std::vector<std::string> getAllFiles() const override { return {command_.Filename}; }
    std::vector<tooling::CompileCommand> getAllCompileCommands() const override {
        return {command_};
    }

private:
    tooling::CompileCommand command_;
};

// Keeps the first error's text; warnings are the build's business.
class first_error : public clang::DiagnosticConsumer {
public:
    void HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                          const clang::Diagnostic& info) override {
        DiagnosticConsumer::HandleDiagnostic(level, info);
        if (level < clang::DiagnosticsEngine::Error || !text.empty())
            return;
        llvm::SmallString<128> message;
        info.FormatDiagnostic(message);
        if (info.hasSourceManager() && info.getLocation().isValid())
            text = info.getLocation().printToString(info.getSourceManager()) + ": ";
        text += message.str();
    }
    std::string text;
};

tooling::CommandLineArguments with_our_flags(const tooling::CommandLineArguments& arguments,
                                             llvm::StringRef file) {
    tooling::CommandLineArguments out = arguments;
    out.insert(out.begin() + 1,
               {"-Wno-error", "-Wno-unknown-warning-option", "-Wno-unused-command-line-argument",
                "-w", "-fno-caret-diagnostics"});
    // Assembly is only preprocessed: what follows would be the assembler's.
    if (file.ends_with(".S"))
        out.insert(out.begin() + 1, "-E");
    // A tool does not stand beside clang, so it must be told where clang's headers are.
    if (std::find(out.begin(), out.end(), "-resource-dir") == out.end())
        out.insert(out.begin() + 1, {"-resource-dir", PVPORT_RESOURCE_DIR});
    // GCC's own headers were dropped, so those of clang stand in for them.
    if (std::find(out.begin(), out.end(), "-nostdinc") != out.end())
        out.insert(out.end(), {"-isystem", PVPORT_RESOURCE_DIR "/include"});
    return out;
}

} // namespace

std::string run_clang(const compile_unit& unit, tooling::FrontendActionFactory& factory) {
    const auto database = tooling::inferTargetAndDriverMode(std::make_unique<one_command>(unit));
    tooling::ClangTool tool(*database, {unit.file},
                            std::make_shared<clang::PCHContainerOperations>(),
                            llvm::vfs::createPhysicalFileSystem());
    tool.setPrintErrorMessage(false);
    if (unit.assembly)
        tool.clearArgumentsAdjusters();
    tool.appendArgumentsAdjuster(with_our_flags);
    first_error errors;
    tool.setDiagnosticConsumer(&errors);
    if (tool.run(&factory) == 0)
        return {};
    if (errors.text.ends_with("file not found"))
        errors.text += "; --clang-flags names folders that the compiler knows of itself";
    return errors.text.empty() ? "does not parse" : errors.text;
}

} // namespace paravane::port
