# SPDX-License-Identifier: BSD-2-Clause
# The small guests. Included by .cmake/arm.
set(SAMPLES ${CMAKE_CURRENT_LIST_DIR})
add_library(guest_common OBJECT ${SAMPLES}/common/guest.c ${SAMPLES}/common/note.S)
add_library(guest_common_native OBJECT ${SAMPLES}/common/guest.c)
target_compile_definitions(guest_common_native PRIVATE PARAVANE_NATIVE)

paravane_ported_guest(hello FOLDER ${SAMPLES}/hello SOURCES start.S main.c
                      SCRIPT ${SAMPLES}/common/guest.ld NATIVE)

# The trusted service: our kit's vsock, libsodium's HMAC.
paravane_guest(vault SOURCES ${SAMPLES}/vault/start.S ${SAMPLES}/vault/main.c ${SAMPLES}/vault/archive.c
               SCRIPT ${SAMPLES}/common/guest.ld OPTIONS -O2 -Wall -Wextra)
target_link_libraries(vault PRIVATE guest_common pvn_baremetal
                      ${CMAKE_BINARY_DIR}/armel/usr/lib/arm-linux-gnueabi/libsodium.a)
