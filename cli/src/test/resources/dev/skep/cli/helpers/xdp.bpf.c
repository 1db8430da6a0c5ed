// SPDX-License-Identifier: Apache-2.0
// Helpers on XDP packets.
#include "common.h"

static __always_inline void shape(struct xdp_md *xdp)
{
	result(xdp->data_end - xdp->data);
	result(xdp->data - xdp->data_meta);
	result(bpf_xdp_get_buff_len(xdp));
}

SEC("xdp")
int heads(struct xdp_md *xdp)
{
	status(bpf_xdp_adjust_head(xdp, -20));
	shape(xdp);
	status(bpf_xdp_adjust_head(xdp, 24));
	shape(xdp);
	status(bpf_xdp_adjust_head(xdp, 50));
	status(bpf_xdp_adjust_head(xdp, -221));
	status(bpf_xdp_adjust_head(xdp, -217));
	status(bpf_xdp_adjust_head(xdp, 1 << 20));
	shape(xdp);
	return 2;
}

SEC("xdp")
int metas(struct xdp_md *xdp)
{
	status(bpf_xdp_adjust_meta(xdp, -8));
	shape(xdp);
	status(bpf_xdp_adjust_meta(xdp, -3));
	status(bpf_xdp_adjust_meta(xdp, 12));
	status(bpf_xdp_adjust_meta(xdp, -300));
	status(bpf_xdp_adjust_meta(xdp, 4));
	shape(xdp);
	status(bpf_xdp_adjust_head(xdp, -4));
	shape(xdp);
	return 2;
}

SEC("xdp")
int tails(struct xdp_md *xdp)
{
	status(bpf_xdp_adjust_tail(xdp, -10));
	shape(xdp);
	status(bpf_xdp_adjust_tail(xdp, 100));
	shape(xdp);
	status(bpf_xdp_adjust_tail(xdp, 5000));
	status(bpf_xdp_adjust_tail(xdp, -5000));
	status(bpf_xdp_adjust_head(xdp, -16));
	status(bpf_xdp_adjust_tail(xdp, 3300));
	status(bpf_xdp_adjust_tail(xdp, 70));
	shape(xdp);
	return 1;
}

SEC("xdp")
int bytes(struct xdp_md *xdp)
{
	__u8 buf[16] = {};

	status(bpf_xdp_load_bytes(xdp, 4, buf, 12));
	result(*(__u64 *)buf);
	status(bpf_xdp_load_bytes(xdp, 60, buf, 12));
	status(bpf_xdp_load_bytes(xdp, 0x10000, buf, 12));
	status(bpf_xdp_store_bytes(xdp, 30, buf, 16));
	status(bpf_xdp_store_bytes(xdp, 64, buf, 16));
	status(bpf_xdp_store_bytes(xdp, -1, buf, 16));
	return 3;
}

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, int);
} devices SEC(".maps");

SEC("xdp")
int redirects(struct xdp_md *xdp)
{
	status(bpf_redirect(1, 0));
	status(bpf_redirect(1, 1));
	status(bpf_redirect_map(&devices, 2, 0));
	status(bpf_redirect_map(&devices, 2, 3));
	status(bpf_redirect_map(&devices, 9, 2));
	status(bpf_redirect_map(&devices, 2, 4));
	status(bpf_redirect_map(&devices, 2, 1 << 10));
	return 2;
}

SEC("xdp")
int fields(struct xdp_md *xdp)
{
	result(xdp->ingress_ifindex);
	result(xdp->rx_queue_index);
	shape(xdp);
	return 4;
}
