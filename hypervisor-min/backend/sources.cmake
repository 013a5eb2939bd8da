# SPDX-License-Identifier: BSD-2-Clause
# The files of the back ends, for both configures.
set(PARAVANE_BACKEND_SOURCES
  balloon.cpp block.cpp chain.cpp console.cpp device.cpp disk.cpp entropy.cpp mmio_transport.cpp
  net.cpp page_transport.cpp payload.cpp physical.cpp ring.cpp uplink.cpp vm_devices.cpp vsock.cpp)
# Dropped after boot.
set(PARAVANE_BACKEND_BOOT_SOURCES physical_boot.cpp vm_build.cpp)
list(TRANSFORM PARAVANE_BACKEND_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
list(TRANSFORM PARAVANE_BACKEND_BOOT_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
