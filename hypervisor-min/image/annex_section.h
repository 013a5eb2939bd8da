/* SPDX-License-Identifier: BSD-2-Clause
 * Comes before each source of the annex (-include): names the sections that
 * image/link.ld places there. Constants stay in the window, which every address space
 * has: a load of one may be moved above a call of enter_private(), code never is. */
#pragma clang section text = ".annex.text" data = ".annex.data" bss = ".annex.bss"
