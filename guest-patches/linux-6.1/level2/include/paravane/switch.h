/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Level 2: what the vCPU page holds of the thread that runs. Macros, because this
 * header is read where struct task_struct is not known yet. */
#ifndef PARAVANE_SWITCH_H
#define PARAVANE_SWITCH_H

#include <paravane/page.h>

/* Where its next upcall from user mode finds a stack, and its TLS word. */
#define pvn_switch_to(next)							\
	do {									\
		pvn_page->kernel_sp = (u32)task_stack_page(next) + THREAD_START_SP; \
		pvn_page->thread_user = task_thread_info(next)->tp_value[0];	\
	} while (0)

#define pvn_set_tls(value) (pvn_page->thread_user = (value))

#endif
