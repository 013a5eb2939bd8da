# SPDX-License-Identifier: BSD-2-Clause
# paravane_guest(): links one small freestanding guest. Used by samples and tests.
find_program(PARAVANE_OBJCOPY llvm-objcopy-19 REQUIRED)

# paravane_guest(NAME SOURCES … SCRIPT linker.ld [OPTIONS …]): an ELF in
# <host build>/guests/NAME.elf, from sources that need no porting.
function(paravane_guest name)
  cmake_parse_arguments(ARG "" "SCRIPT" "SOURCES;OPTIONS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
  _paravane_guest_settings(${name} ${ARG_SCRIPT} "")
endfunction()

# paravane_ported_guest(NAME FOLDER dir SOURCES … SCRIPT linker.ld [LEVEL 0|1|2]
#                       [DEFINES …] [NATIVE]): pvport writes a ported copy of FOLDER,
# which is then linked to <host build>/guests/NAME.elf.
# With NATIVE the same sources are linked unported as NAME.native.elf too, with
# PARAVANE_NATIVE defined.
function(paravane_ported_guest name)
  cmake_parse_arguments(ARG "NATIVE" "FOLDER;SCRIPT;LEVEL" "SOURCES;DEFINES;NATIVE_SOURCES" ${ARGN})
  if(NOT PARAVANE_PVPORT_TOOL)
    message(STATUS "${name}: left out, since pvport was not built")
    return()
  endif()
  if(NOT DEFINED ARG_LEVEL)
    set(ARG_LEVEL 0)
  endif()
  set(copy ${CMAKE_CURRENT_BINARY_DIR}/ported/${name})
  set(flags --target=armv7a-none-eabi -mfloat-abi=soft -ffreestanding
            -isystem ${PICOLIBC_ROOT}/include -I${PARAVANE_HOST_BUILD}/include
            -I${PARAVANE_SOURCE_DIR}/samples/common)
  foreach(define IN LISTS ARG_DEFINES)
    list(APPEND flags -D${define})
  endforeach()
  set(ported ${ARG_SOURCES})
  list(TRANSFORM ported PREPEND ${copy}/)
  set(originals ${ARG_SOURCES})
  list(TRANSFORM originals PREPEND ${ARG_FOLDER}/)
  file(GLOB headers CONFIGURE_DEPENDS ${ARG_FOLDER}/*.h ${ARG_FOLDER}/*.hpp ${ARG_FOLDER}/*.inc)
  add_custom_command(OUTPUT ${ported}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${copy}
    COMMAND ${PARAVANE_PVPORT_TOOL} apply --quiet --guest generic-arm --level ${ARG_LEVEL}
            --tree ${ARG_FOLDER} --out ${copy} ${originals} -- ${flags}
    DEPENDS ${PARAVANE_PVPORT_TOOL} ${originals} ${headers}
    COMMENT "pvport apply --level ${ARG_LEVEL}: ${name}" VERBATIM)
  add_executable(${name} ${ported})
  target_include_directories(${name} PRIVATE ${copy})
  _paravane_guest_settings(${name} ${ARG_SCRIPT} "${ARG_DEFINES}")
  target_link_libraries(${name} PRIVATE guest_common)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${PARAVANE_PVPORT_TOOL} verify ${PARAVANE_HOST_BUILD}/guests/${name}.elf
    COMMENT "pvport verify: ${name}" VERBATIM)
  if(ARG_NATIVE)
    paravane_native_guest(${name} FOLDER ${ARG_FOLDER} SCRIPT ${ARG_SCRIPT}
                          SOURCES ${ARG_SOURCES} DEFINES ${ARG_DEFINES})
  endif()
endfunction()

# paravane_native_guest(NAME FOLDER dir SOURCES … SCRIPT linker.ld [DEFINES …]): the
# sources as they are, with PARAVANE_NATIVE: guests/NAME.native.elf.
function(paravane_native_guest name)
  cmake_parse_arguments(ARG "" "FOLDER;SCRIPT" "SOURCES;DEFINES" ${ARGN})
  list(TRANSFORM ARG_SOURCES PREPEND ${ARG_FOLDER}/)
  add_executable(${name}.native ${ARG_SOURCES})
  target_include_directories(${name}.native PRIVATE ${ARG_FOLDER})
  _paravane_guest_settings(${name}.native ${ARG_SCRIPT} "${ARG_DEFINES};PARAVANE_NATIVE")
  target_link_libraries(${name}.native PRIVATE guest_common_native)
endfunction()

# paravane_patched_guest(NAME FOLDER dir SOURCES … SCRIPT linker.ld): the same sources
# linked unported, then ported in the linked ELF by pvport patch: guests/NAME.elf.
function(paravane_patched_guest name)
  cmake_parse_arguments(ARG "" "FOLDER;SCRIPT" "SOURCES" ${ARGN})
  if(NOT PARAVANE_PVPORT_TOOL)
    return()
  endif()
  list(TRANSFORM ARG_SOURCES PREPEND ${ARG_FOLDER}/)
  add_executable(${name}.unported ${ARG_SOURCES})
  target_include_directories(${name}.unported PRIVATE ${ARG_FOLDER})
  _paravane_guest_settings(${name}.unported ${ARG_SCRIPT} "")
  target_link_libraries(${name}.unported PRIVATE guest_common)
  set_property(TARGET ${name}.unported APPEND PROPERTY LINK_DEPENDS ${PARAVANE_PVPORT_TOOL})
  set(linked ${PARAVANE_HOST_BUILD}/guests/${name})
  add_custom_command(TARGET ${name}.unported POST_BUILD
    COMMAND ${PARAVANE_PVPORT_TOOL} patch -o ${linked}.elf ${linked}.unported.elf
    COMMAND ${PARAVANE_PVPORT_TOOL} verify ${linked}.elf
    COMMENT "pvport patch: ${name}" VERBATIM)
endfunction()

function(_paravane_guest_settings name script defines)
  target_include_directories(${name} PRIVATE ${PARAVANE_SOURCE_DIR}/samples/common)
  target_compile_definitions(${name} PRIVATE ${defines})
  target_link_options(${name} PRIVATE -Wl,-T,${script} -Wl,-z,max-page-size=4096)
  set_target_properties(${name} PROPERTIES OUTPUT_NAME ${name}.elf LINK_DEPENDS ${script}
    RUNTIME_OUTPUT_DIRECTORY ${PARAVANE_HOST_BUILD}/guests)
endfunction()
