// SPDX-License-Identifier: BSD-2-Clause
// memory-audit PLAN: prints what User mode reaches that it must not.
// Exit: 0 clean, 1 not clean, 2 usage, 3 bad plan, 4 plan unreadable.
#include "audit.hpp"

#include <fstream>
#include <iostream>
#include <stdexcept>

int main(int argc, char** argv) {
    using namespace paravane::audit;
    if (argc != 2) {
        std::cerr << "memory-audit: give one plan file: memory-audit PLAN\n";
        return 2;
    }
    const std::string path = argv[1];
    std::ifstream file{path};
    if (!file) {
        std::cerr << "memory-audit: cannot open " << path << "\n";
        return 4;
    }
    try {
        const size_t slash = path.rfind('/');
        const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
        const report found = audit(read_plan(file, path, folder));
        for (const finding& f : found.findings) {
            std::cout << f.what << "\n";
        }
        std::cout << (found.findings.empty() ? "PASS" : "FAIL") << ": " << found.spaces
                  << " spaces, " << found.user_pages << " pages in reach of User mode, "
                  << found.privileged_pages << " privileged-only, " << found.findings.size()
                  << " findings\n";
        return found.findings.empty() ? 0 : 1;
    } catch (const std::runtime_error& problem) {
        std::cerr << "memory-audit: " << problem.what() << "\n";
        return 3;
    }
}
