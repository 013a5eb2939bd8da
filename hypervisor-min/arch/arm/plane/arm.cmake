# SPDX-License-Identifier: BSD-2-Clause
# The plane for the freestanding build: an object library for the image, and one for
# its boot-only part. Thumb throughout; what frequent traps run through is not squeezed
# as far as the rest. The hottest codes never come here: entry.S has them.
set(plane ${PARAVANE_SOURCE_DIR}/hypervisor-min/arch/arm/plane)
include(${plane}/sources.cmake)
list(TRANSFORM PARAVANE_PLANE_SOURCES PREPEND ${plane}/)
add_library(paravane_plane OBJECT ${PARAVANE_PLANE_SOURCES})
add_library(paravane_plane_boot OBJECT ${plane}/identity.cpp)
foreach(part paravane_plane paravane_plane_boot)
  target_include_directories(${part} PRIVATE ${PARAVANE_SOURCE_DIR}/hypervisor-min)
  target_compile_options(${part} PRIVATE -fomit-frame-pointer -Wall -Wextra)
endforeach()
set_source_files_properties(${plane}/identity.cpp PROPERTIES COMPILE_OPTIONS "-mthumb;-Oz")
set_source_files_properties(${PARAVANE_PLANE_SOURCES}
                            PROPERTIES COMPILE_OPTIONS "-mthumb;-Oz;-flto")
foreach(part block code cp15 cp15_write exception memory mode)
  set_source_files_properties(${plane}/${part}.cpp PROPERTIES COMPILE_OPTIONS "-mthumb;-Oz;-flto")
endforeach()
