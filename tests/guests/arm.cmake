# SPDX-License-Identifier: BSD-2-Clause
# The guests that test the hypervisor, one folder each. Included by .cmake/arm;
# CMakeLists.txt makes CTest cases of them.
set(GUESTS ${CMAKE_CURRENT_LIST_DIR})
foreach(folder drivers-native plane-native)
  add_subdirectory(${GUESTS}/${folder} tests/guests/${folder})
endforeach()

function(test_guest name)
  paravane_guest(${name} SOURCES ${GUESTS}/common/start.S ${GUESTS}/common/testing.c
                         ${GUESTS}/${name}/main.c ${ARGN}
                 SCRIPT ${PARAVANE_SOURCE_DIR}/samples/common/guest.ld OPTIONS -O1 -Wall -Wextra)
  target_include_directories(${name} PRIVATE ${GUESTS}/common)
  target_link_libraries(${name} PRIVATE guest_common)
endfunction()

foreach(guest level2 privilege resident time copy-on-write passthrough witness hostile floating bench bench-peer)
  test_guest(${guest})
endforeach()

# Guests that drive virtual devices by the kit.
foreach(guest devices killed-console net uplink vsock hostile-driver drive bench-devices)
  test_guest(${guest} ${GUESTS}/common/kit.c)
  target_link_libraries(${guest} PRIVATE pvn_baremetal)
endforeach()

# Linked natively, ported in the source, and ported in the linked ELF with escapes by
# the table: plane/compare.sh wants the same output of all. pvport apply leaves Thumb
# in .S files alone.
paravane_ported_guest(plane FOLDER ${GUESTS}/plane SOURCES start.S main.c
                      SCRIPT ${PARAVANE_SOURCE_DIR}/samples/common/guest.ld NATIVE)
foreach(guest plane thumb)
  paravane_patched_guest(${guest}-patched FOLDER ${GUESTS}/${guest} SOURCES start.S main.c
                         SCRIPT ${PARAVANE_SOURCE_DIR}/samples/common/guest.ld)
endforeach()
paravane_native_guest(thumb FOLDER ${GUESTS}/thumb SOURCES start.S main.c
                      SCRIPT ${PARAVANE_SOURCE_DIR}/samples/common/guest.ld)
