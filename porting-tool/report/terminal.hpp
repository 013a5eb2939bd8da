// SPDX-License-Identifier: BSD-2-Clause
// Lines for people: one site, one summary.
#pragma once

#include "census/patch.hpp"
#include "census/verify.hpp"

#include <string>

namespace paravane::port {

/// "path: function+0x1c (file.c:12)", or the section and address without a function.
std::string place_of(const object_site& site);

/// "cpsid i [0xf10c0080] silent (CPS is ignored in User mode)".
std::string describe(const object_site& site);

/// Number with thousands separated.
std::string grouped(uint64_t number);

std::string verify_summary(const std::string& path, const verify_result& result);
std::string patch_summary(const std::string& path, const patch_result& result);

/// Sites by class, by folder, by what becomes of them.
std::string scan_summary(const report& all);

/// Folder of the source that a site came from, at most three levels deep.
std::string folder_of(const report& all, const object_site& site);

} // namespace paravane::port
