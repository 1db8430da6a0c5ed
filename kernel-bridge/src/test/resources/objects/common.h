/* SPDX-License-Identifier: Apache-2.0 */
/* What the test objects share. */
#ifndef SKEP_TEST_COMMON_H
#define SKEP_TEST_COMMON_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#endif
