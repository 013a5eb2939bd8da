// SPDX-License-Identifier: BSD-2-Clause
// What the rewriter's tests share: a scratch tree, plans of it, compilers, and
// the census of what they make.
#pragma once

#include "rewrite/journal.hpp"
#include "rewrite/plan.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace paravane::port::test {

class scratch_tree : public ::testing::Test {
protected:
    scratch_tree();
    ~scratch_tree() override;

    void write(const std::string& name, std::string_view content) const;
    std::string read(const std::string& name) const;
    std::string path(const std::string& name) const { return (root_ / name).string(); }
    void copy_data(const std::string& folder) const;

    /// A plan of the named files at a level, as `pvport plan` makes it.
    outcome<port_plan> plan(const std::vector<std::string>& files, int level,
                            const std::vector<std::string>& flags = {"--target=arm-linux-gnueabi",
                                                                     "-march=armv7-a"}) const;
    /// Compiles one file of the tree with a compiler's command line; empty: it did not work.
    std::string compile(const std::string& compiler, const std::string& name) const;

    /// The disassembly of sensitive instructions left in an object, harmless ones apart.
    static std::vector<std::string> left_in(const std::string& object);

    std::filesystem::path root_;
};

/// Compilers that this machine has, each as the start of a command line.
std::vector<std::string> compilers();

} // namespace paravane::port::test
