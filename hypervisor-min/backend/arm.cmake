# SPDX-License-Identifier: BSD-2-Clause
# The back ends for the freestanding build: an object library, with the parts of
# the driver kit that drive a physical disk and card. Thumb, as the plane is.
set(backend ${PARAVANE_SOURCE_DIR}/hypervisor-min/backend)
set(kit ${PARAVANE_SOURCE_DIR}/pv-drivers)
include(${backend}/sources.cmake)
add_library(paravane_backend OBJECT ${PARAVANE_BACKEND_SOURCES}
            ${kit}/core/pvn_device.c ${kit}/core/pvn_mmio.c ${kit}/core/pvn_queue.c
            ${kit}/frontends/pvn_block.c ${kit}/frontends/pvn_net.c)
target_include_directories(paravane_backend PUBLIC ${PARAVANE_SOURCE_DIR}/hypervisor-min
                           ${kit}/core ${kit}/frontends)
target_compile_options(paravane_backend PRIVATE -mthumb -Os -Wall -Wextra)
