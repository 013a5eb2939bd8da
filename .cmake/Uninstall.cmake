# SPDX-License-Identifier: BSD-2-Clause
# Removes what the last `cmake --install` of this build wrote, by its manifest.
if(NOT EXISTS "${MANIFEST}")
  message(FATAL_ERROR "${MANIFEST}: no such file: nothing was installed from this build")
endif()
file(STRINGS "${MANIFEST}" files)
foreach(file IN LISTS files)
  set(path "$ENV{DESTDIR}${file}")
  if(EXISTS "${path}" OR IS_SYMLINK "${path}")
    file(REMOVE "${path}")
  endif()
endforeach()
list(LENGTH files count)
message(STATUS "removed ${count} files")
