// SPDX-License-Identifier: BSD-2-Clause
// Writes flattened trees in order, by libfdt's sequential interface. Used for the
// guests' trees, the description and the FIT.
#pragma once

#include "pvrun/bytes.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace paravane::pvrun {

class tree_writer {
public:
    tree_writer();

    void begin(const std::string& name);
    void end();
    void cell(const std::string& name, uint32_t value) { cells(name, {value}); }
    void cells(const std::string& name, const std::vector<uint32_t>& values);
    void text(const std::string& name, const std::string& value) { texts(name, {value}); }
    void texts(const std::string& name, const std::vector<std::string>& values);
    void flag(const std::string& name) { raw(name, nullptr, 0); }
    void raw(const std::string& name, const void* data, size_t size);
    /// Closes the root; the writer is empty afterwards.
    bytes finish();

private:
    void check(int result) const;
    bytes buffer_;
};

} // namespace paravane::pvrun
