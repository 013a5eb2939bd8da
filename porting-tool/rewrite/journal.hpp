// SPDX-License-Identifier: BSD-2-Clause
// Writes a plan: all of it or nothing. In place it keeps a journal in the tree,
// by which an interrupted run is undone; to another folder it renames at the end.
#pragma once

#include "plan.hpp"

namespace paravane::port {

/// Writes into the tree itself. Undoes what an interrupted earlier run left behind first.
outcome<unsigned> apply_in_place(const port_plan& plan);

/// Called with what is done and how much there is.
using step_report = std::function<void(size_t, size_t)>;

/// Copies the tree to a folder outside it that does not exist yet, with the plan applied.
outcome<unsigned> apply_to(const port_plan& plan, const std::string& folder,
                           const step_report& progress = {});

/// Undoes an interrupted apply, or cleans up behind one that was done; true when there was one.
outcome<bool> recover(const std::string& tree);

} // namespace paravane::port
