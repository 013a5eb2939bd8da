# SPDX-License-Identifier: BSD-2-Clause
# The plane for the freestanding build: an object library for the image, and one for
# its boot-only part. Thumb: about the same instructions as ARM in 60 % of the bytes.
set(plane ${PARAVANE_SOURCE_DIR}/hypervisor-min/arch/arm/plane)
include(${plane}/sources.cmake)
list(TRANSFORM PARAVANE_PLANE_SOURCES PREPEND ${plane}/)
add_library(paravane_plane OBJECT ${PARAVANE_PLANE_SOURCES})
add_library(paravane_plane_boot OBJECT ${plane}/identity.cpp)
foreach(part paravane_plane paravane_plane_boot)
  target_include_directories(${part} PRIVATE ${PARAVANE_SOURCE_DIR}/hypervisor-min)
  target_compile_options(${part} PRIVATE -mthumb -Os -Wall -Wextra)
endforeach()
