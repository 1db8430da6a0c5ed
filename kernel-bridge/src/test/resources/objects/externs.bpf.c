// SPDX-License-Identifier: Apache-2.0
// What a program can ask the kernel that loads it: configuration, symbols, and a map that others
// have pinned.
#include "common.h"

extern int LINUX_KERNEL_VERSION __kconfig;
extern int CONFIG_HZ __kconfig;
extern bool CONFIG_BPF_SYSCALL __kconfig;
extern bool CONFIG_SKEP_HAS_NO_SUCH_OPTION __kconfig __weak;
extern const void bpf_prog_put __ksym;
extern const void skep_has_no_such_symbol __ksym __weak;

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __type(key, __u32);
  __type(value, __u64);
  __uint(max_entries, 16);
  __uint(pinning, LIBBPF_PIN_BY_NAME);
} skep_shared SEC(".maps");

__u64 version, hz, absent_address, address;
_Bool has_bpf, has_nothing;

SEC("socket")
int ask(struct __sk_buff *skb)
{
  __u32 key = 1;
  __u64 one = 1, *value;

  version = LINUX_KERNEL_VERSION;
  hz = CONFIG_HZ;
  has_bpf = CONFIG_BPF_SYSCALL;
  has_nothing = CONFIG_SKEP_HAS_NO_SUCH_OPTION;
  address = (__u64)&bpf_prog_put;
  absent_address = (__u64)&skep_has_no_such_symbol;
  value = bpf_map_lookup_elem(&skep_shared, &key);
  if (value)
    __sync_fetch_and_add(value, 1);
  else
    bpf_map_update_elem(&skep_shared, &key, &one, BPF_ANY);
  return 7;
}

char LICENSE[] SEC("license") = "GPL";
