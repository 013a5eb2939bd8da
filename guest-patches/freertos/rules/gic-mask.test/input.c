/* SPDX-License-Identifier: BSD-2-Clause */
#define portMASK() (portICCPMR = 0)
