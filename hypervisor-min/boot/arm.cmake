# SPDX-License-Identifier: BSD-2-Clause
# The boot code for the freestanding build. Included by whoever links the
# hypervisor; gives two object libraries, boot-only and resident, and the archives
# (PARAVANE_BOOT_ARCHIVES: Debian's own, never compiled here).
set(armel ${CMAKE_BINARY_DIR}/armel)
execute_process(COMMAND ${PARAVANE_SOURCE_DIR}/.ci/fetch-armel --to ${armel}
                        libfdt-dev libsodium-dev
                COMMAND_ERROR_IS_FATAL ANY)
set(PARAVANE_BOOT_ARCHIVES ${armel}/usr/lib/arm-linux-gnueabi/libfdt.a
                           ${armel}/usr/lib/arm-linux-gnueabi/libsodium.a)
set(boot ${PARAVANE_SOURCE_DIR}/hypervisor-min/boot)
add_library(paravane_boot_only OBJECT
            ${boot}/board.cpp ${boot}/passthrough.cpp ${boot}/plan.cpp ${boot}/system.cpp ${boot}/system_check.cpp
            ${boot}/tree.cpp)
add_library(paravane_boot_resident OBJECT
            ${boot}/archive_support.cpp ${boot}/digest.cpp ${boot}/load.cpp)
foreach(part paravane_boot_only paravane_boot_resident)
  target_include_directories(${part} PRIVATE ${PARAVANE_SOURCE_DIR}/hypervisor-min
                                             ${armel}/usr/include)
  target_compile_options(${part} PRIVATE -Os -Wall -Wextra)
endforeach()
