# SPDX-License-Identifier: BSD-2-Clause
# paravane_guest(): links one small freestanding guest. Used by samples and tests.
find_program(PARAVANE_OBJCOPY llvm-objcopy-19 REQUIRED)

# paravane_guest(NAME SOURCES … SCRIPT linker.ld [OPTIONS …]): an ELF in
# <host build>/guests/NAME.elf, from sources that need no porting.
function(paravane_guest name)
  cmake_parse_arguments(ARG "" "SCRIPT" "SOURCES;OPTIONS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
  target_link_options(${name} PRIVATE -Wl,-T,${ARG_SCRIPT})
  set_target_properties(${name} PROPERTIES
    OUTPUT_NAME ${name}.elf LINK_DEPENDS ${ARG_SCRIPT}
    RUNTIME_OUTPUT_DIRECTORY ${PARAVANE_HOST_BUILD}/guests)
endfunction()
