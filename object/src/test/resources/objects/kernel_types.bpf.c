// SPDX-License-Identifier: Apache-2.0
// Stands for a kernel: types that the other objects are relocated against. Only its BTF is used.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct list_head {
	struct list_head *next, *prev;
};

struct mm_struct {
	struct {
		long padding[3];
		union {
			unsigned long other;
			unsigned long arg_start;
		};
	};
};

struct task_struct {
	long before;
	unsigned int __state;
	unsigned int flags : 5, in_iowait : 1;
	struct mm_struct *mm;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct list_head children, sibling;
	char comm[24];
	int not_in_this_kernel;
};

struct sk_buff {
	char padding[70];
	unsigned short protocol;
	unsigned long len;
	unsigned char ignore_df : 1, pkt_type : 3;
};

union sigval {
	int sival_int;
	void *sival_ptr;
};

typedef struct {
	int counter;
} atomic_t;

struct in6_addr {
	struct {
		unsigned char u6_addr8[16];
	} in6_u;
	int more;
};

enum bpf_map_type_here { HERE };


typedef void (*btf_trace_netif_rx)(void *, struct sk_buff *);
typedef void (*btf_trace_sched_switch)(void *, struct task_struct *);

struct task_struct *task;
struct sk_buff *skb;
struct mm_struct *mm;
union sigval *value;
atomic_t *atomic;
struct in6_addr *address;
enum bpf_map_type *map_type;
enum bpf_prog_type *prog_type;
enum bpf_map_type_here *here;
btf_trace_netif_rx trace_netif_rx;
btf_trace_sched_switch trace_sched_switch;

struct tcp_congestion_ops {
	unsigned int (*ssthresh)(void *sk);
	void (*cong_avoid)(void *sk, unsigned int ack, unsigned int acked);
	void (*set_state)(void *sk, unsigned char new_state);
	unsigned int (*undo_cwnd)(void *sk);
	char name[16];
	void *owner;
	unsigned int flags;
};

struct bpf_struct_ops_tcp_congestion_ops {
	long common[8];
	struct tcp_congestion_ops data;
} __attribute__((aligned(64)));

struct bpf_struct_ops_tcp_congestion_ops *congestion_ops;
