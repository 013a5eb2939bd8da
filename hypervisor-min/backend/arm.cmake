# SPDX-License-Identifier: BSD-2-Clause
# The back ends for the freestanding build: an object library for the annex, with the
# parts of the driver kit that drive a physical disk and card, and one for what is
# dropped after boot. image/link.ld places both by their names.
set(backend ${PARAVANE_SOURCE_DIR}/hypervisor-min/backend)
set(kit ${PARAVANE_SOURCE_DIR}/pv-drivers)
include(${backend}/sources.cmake)
add_library(paravane_annex OBJECT ${PARAVANE_BACKEND_SOURCES}
            ${kit}/core/pvn_device.c ${kit}/core/pvn_mmio.c ${kit}/core/pvn_queue.c
            ${kit}/frontends/pvn_net.c)
add_library(paravane_backend_boot_only OBJECT ${PARAVANE_BACKEND_BOOT_SOURCES})
foreach(part paravane_annex paravane_backend_boot_only)
  target_include_directories(${part} PRIVATE ${PARAVANE_SOURCE_DIR}/hypervisor-min
                             ${PARAVANE_SOURCE_DIR}/hypervisor-min/arch/arm/export
                             ${kit}/core ${kit}/frontends)
  target_compile_options(${part} PRIVATE -mthumb -Oz -Wall -Wextra)
endforeach()
# What each packet between VMs and each request to a disk runs through: 400 bytes, a tenth less to execute.
set_source_files_properties(${backend}/vsock.cpp ${backend}/ring.cpp ${backend}/device.cpp ${backend}/chain.cpp
  ${backend}/block.cpp ${backend}/disk.cpp ${backend}/physical.cpp ${kit}/core/pvn_queue.c
  PROPERTIES COMPILE_OPTIONS -Os)
target_compile_options(paravane_annex PRIVATE ${PARAVANE_ANNEX_OPTIONS}
  -DPVN_NO_REASONS "-DPVN_START_UP=__attribute__((section(\".boot_text\")))")
