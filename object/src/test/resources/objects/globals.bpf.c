// SPDX-License-Identifier: Apache-2.0
// Global data in all its sections, hidden and static ones, and values of the kernel's configuration.
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile int threshold = 42;
const volatile char name[8] = "skep";
int initialised = 7;
long zeroed;
static volatile int own = 3;
__hidden int hidden_here = 9;
int custom SEC(".data.custom") = 5;
const volatile long constants[3] SEC(".rodata.tables") = { 1, 2, 3 };
static volatile char private_only[16] SEC(".bss.private");

extern int LINUX_KERNEL_VERSION __kconfig;
extern bool CONFIG_BPF __kconfig;
extern unsigned int CONFIG_HZ __kconfig;
extern char CONFIG_DEFAULT_HOSTNAME[16] __kconfig __weak;
extern enum libbpf_tristate CONFIG_IPV6 __kconfig __weak;
extern int CONFIG_OF_A_KERNEL_THAT_IS_NOT __kconfig __weak;

SEC("tc")
int use(struct __sk_buff *skb)
{
	long sum = threshold + initialised + own + hidden_here + custom;

	zeroed += constants[skb->ifindex & 1] + name[skb->len & 7];
	private_only[skb->len & 15] = 1;
	if (LINUX_KERNEL_VERSION > 0x060000 && CONFIG_BPF)
		sum += CONFIG_HZ;
	if (CONFIG_IPV6 == TRI_YES || CONFIG_OF_A_KERNEL_THAT_IS_NOT)
		sum += CONFIG_DEFAULT_HOSTNAME[1];
	return sum > 100;
}

char _license[] SEC("license") = "GPL";
__u32 _version SEC("version") = 0x060c00;
