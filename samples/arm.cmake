# SPDX-License-Identifier: BSD-2-Clause
# The small guests. Included by .cmake/arm.
set(SAMPLES ${CMAKE_CURRENT_LIST_DIR})
add_library(guest_common OBJECT ${SAMPLES}/common/guest.c ${SAMPLES}/common/note.S)
add_library(guest_common_native OBJECT ${SAMPLES}/common/guest.c)
target_compile_definitions(guest_common_native PRIVATE PARAVANE_NATIVE)

paravane_ported_guest(hello FOLDER ${SAMPLES}/hello SOURCES start.S main.c
                      SCRIPT ${SAMPLES}/common/guest.ld NATIVE)
