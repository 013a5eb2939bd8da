# SPDX-License-Identifier: BSD-2-Clause
# Files of the plane. identity.cpp is not among them: it is boot-only and ARM-only.
set(PARAVANE_PLANE_SOURCES
  access.cpp access_thumb.cpp block.cpp code.cpp cp15.cpp cp15_read.cpp cp15_write.cpp
  decode.cpp emulate.cpp exception.cpp fp.cpp memory.cpp mode.cpp return.cpp status.cpp trap.cpp)
