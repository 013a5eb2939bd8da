# SPDX-License-Identifier: BSD-2-Clause
# Flags that every host target shares, and the helper that makes a GoogleTest
# program known to CTest. Used by the CMakeLists.txt of every folder.
add_compile_options(-Wall -Wextra)
if(PARAVANE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=address,undefined)
endif()
find_package(GTest REQUIRED)
find_package(Threads REQUIRED)

# paravane_test(NAME SOURCES … [LIBS …]): a GoogleTest program; each of its
# cases is one CTest case.
include(GoogleTest)
function(paravane_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;DEFINES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gmock GTest::gtest_main Threads::Threads)
  target_compile_definitions(${name} PRIVATE ${ARG_DEFINES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT 120)
endfunction()
