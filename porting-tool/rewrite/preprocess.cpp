// SPDX-License-Identifier: BSD-2-Clause
// clang's preprocessor in this process, its output kept.
#include "preprocess.hpp"

#include "clang_run.hpp"

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Frontend/PreprocessorOutputOptions.h>
#include <clang/Frontend/Utils.h>
#include <llvm/Support/raw_ostream.h>

namespace paravane::port {
namespace {

class printing : public clang::PreprocessorFrontendAction {
public:
    explicit printing(std::string& text) : text_(text) {}

private:
    void ExecuteAction() override {
        clang::PreprocessorOutputOptions options;
        options.ShowCPP = 1;
        options.ShowLineMarkers = 1;
        llvm::raw_string_ostream out(text_);
        clang::DoPrintPreprocessedInput(getCompilerInstance().getPreprocessor(), &out, options);
    }
    std::string& text_;
};

class printing_factory : public clang::tooling::FrontendActionFactory {
public:
    std::unique_ptr<clang::FrontendAction> create() override {
        return std::make_unique<printing>(text);
    }
    std::string text;
};

} // namespace

outcome<std::string> preprocess(const compile_unit& unit) {
    printing_factory factory;
    if (const std::string error = run_clang(unit, factory); !error.empty())
        return failure{unit.file + ": " + error, 3};
    return std::move(factory.text);
}

} // namespace paravane::port
