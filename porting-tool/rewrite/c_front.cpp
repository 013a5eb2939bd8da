// SPDX-License-Identifier: BSD-2-Clause
// Runs clang over the units, several at a time, and merges what they saw.
#include "c_front.hpp"

#include "asm_statement.hpp"
#include "clang_run.hpp"

#include <clang/AST/Attr.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace paravane::port {
namespace tooling = clang::tooling;
namespace {

struct unit_result : unit_scan {
    std::set<std::string> keys; ///< sites kept, so that a header's function counts once
    std::string error;
};

class visitor : public clang::RecursiveASTVisitor<visitor> {
public:
    visitor(asm_reader& reader, unit_result& result) : reader_(reader), result_(result) {}

    bool shouldVisitTemplateInstantiations() const { return true; }
    bool TraverseFunctionDecl(clang::FunctionDecl* function) {
        return inside(function,
                      [&] { return RecursiveASTVisitor::TraverseFunctionDecl(function); });
    }
    bool TraverseCXXMethodDecl(clang::CXXMethodDecl* function) {
        return inside(function,
                      [&] { return RecursiveASTVisitor::TraverseCXXMethodDecl(function); });
    }
    bool VisitGCCAsmStmt(clang::GCCAsmStmt* statement) {
        see(*statement->getAsmString());
        keep(reader_.read(*statement, function_, naked_));
        return true;
    }
    bool VisitFileScopeAsmDecl(clang::FileScopeAsmDecl* declaration) {
        see(*declaration->getAsmString());
        keep(reader_.read(*declaration));
        return true;
    }

private:
    template <typename Function>
    bool inside(clang::FunctionDecl* function, const Function& traverse) {
        const std::string outer = std::exchange(function_, function->getNameAsString());
        const bool was_naked = std::exchange(naked_, function->hasAttr<clang::NakedAttr>());
        const bool go_on = traverse();
        function_ = outer;
        naked_ = was_naked;
        return go_on;
    }
    void keep(std::vector<found_site> found) {
        for (found_site& site : found)
            if (result_.keys.insert(site.key() + site.site.text).second)
                result_.sites.push_back(std::move(site));
    }
    void see(const clang::StringLiteral& text) {
        for (unsigned i = 0; i < text.getNumConcatenated(); ++i) {
            const source_place place = reader_.spelled_place(text.getStrTokenLoc(i));
            result_.seen.emplace(place.file, place.line);
        }
    }

    asm_reader& reader_;
    unit_result& result_;
    std::string function_;
    bool naked_ = false;
};

class consumer : public clang::ASTConsumer {
public:
    consumer(const c_scan_request& request, recognizer& recognize, unit_result& result)
        : request_(request), recognize_(recognize), result_(result) {}

    void HandleTranslationUnit(clang::ASTContext& context) override {
        asm_reader reader(context, recognize_, *request_.rules, request_.level);
        visitor(reader, result_).TraverseDecl(context.getTranslationUnitDecl());
        if (request_.cache != nullptr && request_.cache->enabled())
            note_files(context.getSourceManager());
    }

private:
    // The bytes that clang read, not those that may stand there by now.
    void note_files(clang::SourceManager& sources) {
        for (auto it = sources.fileinfo_begin(); it != sources.fileinfo_end(); ++it) {
            const auto bytes = it->second->getBufferIfLoaded();
            const llvm::StringRef path = it->first.getFileEntry().tryGetRealPathName();
            if (bytes && !path.empty())
                result_.files.emplace_back(
                    path.str(), digest_of({bytes->getBufferStart(), bytes->getBufferSize()}));
        }
    }

    const c_scan_request& request_;
    recognizer& recognize_;
    unit_result& result_;
};

// Notes which macros with text in them this configuration defines.
class definition_notes : public clang::PPCallbacks {
public:
    definition_notes(const clang::SourceManager& sources, unit_result& result)
        : sources_(sources), result_(result) {}

    void MacroDefined(const clang::Token& name, const clang::MacroDirective* directive) override {
        const auto has_text = [](const clang::Token& token) {
            return token.isOneOf(clang::tok::string_literal, clang::tok::hash, clang::tok::kw_asm);
        };
        const auto tokens = directive->getMacroInfo()->tokens();
        if (std::none_of(tokens.begin(), tokens.end(), has_text))
            return;
        const clang::SourceLocation where = name.getLocation();
        if (const auto entry = sources_.getFileEntryRefForID(sources_.getFileID(where)))
            result_.defined.emplace(entry->getFileEntry().tryGetRealPathName().str(),
                                    sources_.getSpellingLineNumber(where));
    }

private:
    const clang::SourceManager& sources_;
    unit_result& result_;
};

class action : public clang::ASTFrontendAction {
public:
    action(const c_scan_request& request, recognizer& recognize, unit_result& result)
        : request_(request), recognize_(recognize), result_(result) {}

    bool BeginInvocation(clang::CompilerInstance& compiler) override {
        const llvm::Triple triple(compiler.getTargetOpts().Triple);
        if (triple.getArch() == llvm::Triple::arm || triple.getArch() == llvm::Triple::thumb)
            return true;
        result_.error = "target is " + triple.str() +
                        ", not little-endian ARM; name the guest's "
                        "compiler in the database or add --target=arm-linux-gnueabi";
        return false;
    }
    std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                          llvm::StringRef) override {
        compiler.getPreprocessor().addPPCallbacks(
            std::make_unique<definition_notes>(compiler.getSourceManager(), result_));
        return std::make_unique<consumer>(request_, recognize_, result_);
    }

private:
    const c_scan_request& request_;
    recognizer& recognize_;
    unit_result& result_;
};

class action_factory : public tooling::FrontendActionFactory {
public:
    action_factory(const c_scan_request& request, recognizer& recognize, unit_result& result)
        : request_(request), recognize_(recognize), result_(result) {}
    std::unique_ptr<clang::FrontendAction> create() override {
        return std::make_unique<action>(request_, recognize_, result_);
    }

private:
    const c_scan_request& request_;
    recognizer& recognize_;
    unit_result& result_;
};

unit_result parse_unit(const compile_unit& unit, const c_scan_request& request,
                       recognizer& recognize) {
    unit_result result;
    action_factory factory(request, recognize, result);
    if (const std::string error = run_clang(unit, factory); !error.empty() && result.error.empty())
        result.error = error;
    return result;
}

unit_result scan_unit(const compile_unit& unit, const c_scan_request& request,
                      recognizer& recognize) {
    if (request.cache == nullptr)
        return parse_unit(unit, request, recognize);
    unit_result result;
    if (auto kept = request.cache->find(unit)) {
        static_cast<unit_scan&>(result) = std::move(*kept);
        return result;
    }
    result = parse_unit(unit, request, recognize);
    if (result.error.empty())
        request.cache->keep(unit, result);
    return result;
}

// What the threads of one run share.
struct pool {
    pool(const std::vector<const compile_unit*>& u, const c_scan_request& r)
        : units(u), request(r), results(u.size()) {}

    const std::vector<const compile_unit*>& units;
    const c_scan_request& request;
    std::vector<unit_result> results;
    std::atomic<size_t> next = 0;
    std::mutex lock;
    size_t done = 0;

    void work() {
        assembler tool;
        recognizer recognize(tool, request.arch);
        for (size_t i = next++; i < units.size(); i = next++) {
            results[i] = scan_unit(*units[i], request, recognize);
            const std::scoped_lock held(lock);
            ++done;
            if (request.progress)
                request.progress(done, units.size());
        }
    }
};

} // namespace

outcome<c_scan> scan_c(const std::vector<const compile_unit*>& units,
                       const c_scan_request& request) {
    pool shared(units, request);
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 1; i < std::min<size_t>(std::max(request.jobs, 1u), units.size()); ++i)
            threads.emplace_back([&] { shared.work(); });
        shared.work();
    }
    c_scan out;
    for (size_t i = 0; i < units.size(); ++i) {
        unit_result& result = shared.results[i];
        if (!result.error.empty()) {
            const std::string message = units[i]->file + ": " + result.error;
            if (!request.keep_going)
                return failure{message, 3};
            out.notes.push_back("not read: " + message);
            continue;
        }
        for (found_site& site : result.sites) {
            site.site.unit = units[i]->file;
            out.sites.push_back(std::move(site));
        }
        out.seen.merge(result.seen);
        out.defined.merge(result.defined);
    }
    return out;
}

} // namespace paravane::port
