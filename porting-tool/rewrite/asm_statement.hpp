// SPDX-License-Identifier: BSD-2-Clause
// One asm statement of clang's AST: its template, samples for its operands, and
// where each character of it is spelled. Used by c_front.cpp alone.
#pragma once

#include "rules.hpp"
#include "site_plan.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>
#include <clang/AST/Stmt.h>

namespace paravane::port {

/// A stretch of characters in a real file.
struct spelled_range {
    std::string path;
    size_t begin = 0;
    size_t end = 0;
};

class asm_reader {
public:
    asm_reader(clang::ASTContext& context, recognizer& recognize, const rule_set& rules, int level)
        : context_(context), recognize_(recognize), rules_(rules), level_(level) {}

    /// The sensitive sites of a statement in a function. A naked function is all assembly: its
    /// statements are not replaced by C, which would take registers that nobody saved.
    std::vector<found_site> read(const clang::GCCAsmStmt& statement, const std::string& function,
                                 bool naked);

    /// Those of a file-scope asm.
    std::vector<found_site> read(const clang::FileScopeAsmDecl& declaration);

    /// The file and line where a token is spelled.
    source_place spelled_place(clang::SourceLocation where) const;

private:
    std::vector<found_site> read_text(const clang::StringLiteral& text,
                                      const clang::GCCAsmStmt* statement,
                                      const std::string& function);
    std::optional<found_site> whole_statement(const clang::GCCAsmStmt& statement,
                                              const std::vector<found_site>& parts);
    std::optional<std::string> replacement_of(const rule& matched,
                                              const clang::GCCAsmStmt& statement);
    std::optional<spelled_range> statement_range(const clang::GCCAsmStmt& statement) const;
    std::optional<spelled_range> spelled(const clang::StringLiteral& text, size_t offset,
                                         size_t length) const;
    std::optional<std::string> source_text(const clang::Expr& expression) const;
    source_place place_of(clang::SourceLocation where) const;

    clang::ASTContext& context_;
    recognizer& recognize_;
    const rule_set& rules_;
    int level_;
};

} // namespace paravane::port
