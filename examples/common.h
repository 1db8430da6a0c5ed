/* SPDX-License-Identifier: Apache-2.0 */
/* What the examples share: the few names that the headers in linux/ do not give. */
#ifndef SKEP_EXAMPLES_COMMON_H
#define SKEP_EXAMPLES_COMMON_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17

#endif
