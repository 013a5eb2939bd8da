# SPDX-License-Identifier: BSD-2-Clause
# The plane for the freestanding build: an object library for the image, and one for
# its boot-only part. Thumb throughout, for size: the hottest codes never come here, entry.S
# has them. The core's differs by what it leaves out.
set(plane ${PARAVANE_SOURCE_DIR}/hypervisor-min/arch/arm/plane)
include(${plane}/sources.cmake)
list(TRANSFORM PARAVANE_PLANE_SOURCES PREPEND ${plane}/)
add_library(paravane_plane OBJECT ${PARAVANE_PLANE_SOURCES})
add_library(paravane_core_plane OBJECT ${PARAVANE_PLANE_SOURCES})
target_compile_definitions(paravane_core_plane PRIVATE PARAVANE_CORE_ONLY)
add_library(paravane_plane_boot OBJECT ${plane}/identity.cpp)
foreach(part paravane_plane paravane_core_plane paravane_plane_boot)
  target_include_directories(${part} PRIVATE ${PARAVANE_SOURCE_DIR}/hypervisor-min
                             ${PARAVANE_SOURCE_DIR}/hypervisor-min/arch/arm/export)
  target_compile_options(${part} PRIVATE -fomit-frame-pointer -Wall -Wextra -mthumb -Oz)
endforeach()
set_source_files_properties(${PARAVANE_PLANE_SOURCES} PROPERTIES COMPILE_OPTIONS -flto)
