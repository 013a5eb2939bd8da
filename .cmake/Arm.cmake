# SPDX-License-Identifier: BSD-2-Clause
# Starts the second configure (.cmake/arm) as an external project, after the host
# tools that it uses. Included by the root last, when those targets are known.
include(ExternalProject)
find_program(PARAVANE_CLANG clang-19)
find_program(PARAVANE_LLD ld.lld-19)
if(NOT PARAVANE_CLANG OR NOT PARAVANE_LLD)
  message(FATAL_ERROR "clang-19 and lld-19 build the ARM parts: install both, or configure with "
                      "-DPARAVANE_ARM=OFF for the host tools alone")
endif()
set(arm_needs "")
set(arm_pvport "")
if(TARGET paravane_abi_generate)
  list(APPEND arm_needs paravane_abi_generate)
endif()
if(TARGET pvport)
  list(APPEND arm_needs pvport)
  set(arm_pvport ${CMAKE_BINARY_DIR}/bin/pvport)
endif()
set(arm_launcher "")
foreach(lang C CXX ASM)
  if(CMAKE_${lang}_COMPILER_LAUNCHER)
    list(APPEND arm_launcher -DCMAKE_${lang}_COMPILER_LAUNCHER=${CMAKE_${lang}_COMPILER_LAUNCHER})
  endif()
endforeach()
set(PARAVANE_SYSTEM_KEY "" CACHE FILEPATH "Ed25519 public key (PEM) that system images must have")
ExternalProject_Add(arm
  SOURCE_DIR ${CMAKE_SOURCE_DIR}/.cmake/arm
  BINARY_DIR ${CMAKE_BINARY_DIR}/arm
  CMAKE_ARGS -DCMAKE_TOOLCHAIN_FILE=${CMAKE_SOURCE_DIR}/.cmake/arm/toolchain.cmake
             -DCMAKE_BUILD_TYPE=Release
             -DPARAVANE_HOST_BUILD=${CMAKE_BINARY_DIR}
             -DPARAVANE_PVPORT_TOOL=${arm_pvport}
             -DPARAVANE_SYSTEM_KEY=${PARAVANE_SYSTEM_KEY}
             -DPARAVANE_CHECKED=${PARAVANE_CHECKED}
             ${arm_launcher}
  BUILD_COMMAND ${CMAKE_COMMAND} --build .
  INSTALL_COMMAND ""
  BUILD_ALWAYS ON
  DEPENDS ${arm_needs})
