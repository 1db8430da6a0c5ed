// SPDX-License-Identifier: Apache-2.0
// Helpers on socket buffers: what they give, and what they do to the packet.
#include "common.h"

static __always_inline void shape(struct __sk_buff *skb)
{
	result(skb->len);
	result(skb->protocol);
	result(skb->vlan_present);
	result(skb->vlan_tci);
	result(skb->vlan_proto);
	result(skb->data_end - skb->data);
}

SEC("tc")
int vlan(struct __sk_buff *skb)
{
	status(bpf_skb_vlan_pop(skb));
	status(bpf_skb_vlan_push(skb, bpf_htons(0x8100), 5));
	shape(skb);
	status(bpf_skb_vlan_push(skb, bpf_htons(0x88a8), 0x2007));
	shape(skb);
	status(bpf_skb_vlan_push(skb, bpf_htons(0x1234), 9));
	shape(skb);
	status(bpf_skb_vlan_pop(skb));
	shape(skb);
	status(bpf_skb_vlan_pop(skb));
	shape(skb);
	return 1;
}

SEC("tc")
int vlan_pops(struct __sk_buff *skb)
{
	bpf_skb_vlan_push(skb, bpf_htons(0x8100), 1);
	bpf_skb_vlan_push(skb, bpf_htons(0x8100), 2);
	status(bpf_skb_vlan_pop(skb));
	status(bpf_skb_vlan_pop(skb));
	status(bpf_skb_vlan_pop(skb));
	shape(skb);
	return 2;
}

SEC("tc")
int proto(struct __sk_buff *skb)
{
	status(bpf_skb_change_proto(skb, bpf_htons(0x1234), 0));
	status(bpf_skb_change_proto(skb, bpf_htons(0x86dd), 1));
	status(bpf_skb_change_proto(skb, bpf_htons(0x86dd), 0));
	shape(skb);
	status(bpf_skb_change_proto(skb, bpf_htons(0x86dd), 0));
	status(bpf_skb_change_proto(skb, bpf_htons(0x0800), 0));
	shape(skb);
	return 3;
}

SEC("tc")
int type(struct __sk_buff *skb)
{
	status(bpf_skb_change_type(skb, 4));
	status(bpf_skb_change_type(skb, 2));
	result(skb->pkt_type);
	status(bpf_skb_change_type(skb, 0));
	result(skb->pkt_type);
	return 4;
}

SEC("tc")
int tail(struct __sk_buff *skb)
{
	status(bpf_skb_change_tail(skb, 30, 0));
	shape(skb);
	status(bpf_skb_change_tail(skb, 100, 0));
	shape(skb);
	status(bpf_skb_change_tail(skb, 13, 0));
	status(bpf_skb_change_tail(skb, 100, 1));
	status(bpf_skb_change_tail(skb, 1 << 20, 0));
	status(bpf_skb_change_tail(skb, 14, 0));
	shape(skb);
	return 5;
}

SEC("tc")
int head(struct __sk_buff *skb)
{
	status(bpf_skb_change_head(skb, 8, 0));
	shape(skb);
	status(bpf_skb_change_head(skb, 8, 1));
	status(bpf_skb_change_head(skb, 1 << 20, 0));
	status(bpf_skb_change_head(skb, -1, 0));
	status(bpf_skb_change_head(skb, 200, 0));
	shape(skb);
	return 6;
}

SEC("tc")
int room(struct __sk_buff *skb)
{
	status(bpf_skb_adjust_room(skb, 20, 0, 0));
	shape(skb);
	status(bpf_skb_adjust_room(skb, -12, 0, 0));
	shape(skb);
	status(bpf_skb_adjust_room(skb, 28, 1, 0));
	shape(skb);
	status(bpf_skb_adjust_room(skb, -28, 1, 0));
	shape(skb);
	status(bpf_skb_adjust_room(skb, 8, 2, 0));
	status(bpf_skb_adjust_room(skb, 8, 0, 1 << 9));
	status(bpf_skb_adjust_room(skb, 5000, 0, 0));
	status(bpf_skb_adjust_room(skb, -4000, 0, 0));
	return 7;
}

SEC("tc")
int encapsulate(struct __sk_buff *skb)
{
	status(bpf_skb_adjust_room(skb, 20, 1, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L3_IPV6));
	status(bpf_skb_adjust_room(skb, 20, 1, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L4_GRE | BPF_F_ADJ_ROOM_ENCAP_L4_UDP));
	status(bpf_skb_adjust_room(skb, 40, 1, BPF_F_ADJ_ROOM_ENCAP_L3_IPV6 | BPF_F_ADJ_ROOM_ENCAP_L4_UDP));
	shape(skb);
	status(bpf_skb_adjust_room(skb, 40, 1, BPF_F_ADJ_ROOM_ENCAP_L3_IPV6));
	status(bpf_skb_adjust_room(skb, -40, 1, 1 << 7));
	shape(skb);
	return 8;
}

SEC("tc")
int bytes(struct __sk_buff *skb)
{
	__u8 buf[16] = {};

	status(bpf_skb_load_bytes(skb, 0, buf, 14));
	result(*(__u64 *)buf);
	status(bpf_skb_load_bytes(skb, 50, buf, 16));
	result(*(__u64 *)buf);
	status(bpf_skb_load_bytes(skb, -4, buf, 4));
	buf[0] = 7;
	status(bpf_skb_store_bytes(skb, 20, buf, 16, 0));
	status(bpf_skb_store_bytes(skb, 56, buf, 16, 0));
	status(bpf_skb_store_bytes(skb, 20, buf, 2, 4));
	status(bpf_skb_store_bytes(skb, 0, buf, 2, 3));
	status(bpf_skb_load_bytes_relative(skb, 0, buf, 8, 0));
	result(*(__u64 *)buf);
	status(bpf_skb_load_bytes_relative(skb, 2, buf, 8, 1));
	result(*(__u64 *)buf);
	status(bpf_skb_load_bytes_relative(skb, 60, buf, 8, 1));
	status(bpf_skb_load_bytes_relative(skb, 0, buf, 8, 2));
	status(bpf_skb_load_bytes_relative(skb, 0x10000, buf, 8, 0));
	status(bpf_skb_pull_data(skb, 0));
	status(bpf_skb_pull_data(skb, 1000));
	return 9;
}

SEC("tc")
int sums(struct __sk_buff *skb)
{
	__u32 from[4] = { 1, 0xffffffff, 0x12345678, 9 };
	__u32 to[4] = { 0xfffffffe, 3, 0x87654321, 77 };

	result(bpf_csum_diff(from, 16, to, 16, 0));
	result(bpf_csum_diff(from, 4, to, 8, 0xffff1234));
	result(bpf_csum_diff(0, 0, to, 16, 0xffffffff));
	result(bpf_csum_diff(from, 16, 0, 0, 5));
	result(bpf_csum_diff(from, 8, from, 8, 0));
	result(bpf_csum_diff(from, 3, from, 8, 0));
	status(bpf_l3_csum_replace(skb, 24, 0x1111, 0x2233, 2));
	status(bpf_l3_csum_replace(skb, 24, 0xdeadbeef, 0x01020304, 4));
	status(bpf_l3_csum_replace(skb, 24, 0, bpf_csum_diff(from, 4, to, 4, 0), 0));
	status(bpf_l3_csum_replace(skb, 25, 0, 1, 2));
	status(bpf_l3_csum_replace(skb, 24, 0, 1, 3));
	status(bpf_l3_csum_replace(skb, 24, 1, 1, 0));
	status(bpf_l3_csum_replace(skb, 24, 1, 1, 0x12));
	status(bpf_l3_csum_replace(skb, 2000, 1, 1, 2));
	status(bpf_l4_csum_replace(skb, 40, 0x1111, 0x2233, 2));
	status(bpf_l4_csum_replace(skb, 40, 0xdeadbeef, 0x01020304, BPF_F_PSEUDO_HDR | 4));
	status(bpf_l4_csum_replace(skb, 40, 0, bpf_csum_diff(from, 4, to, 4, 0), BPF_F_PSEUDO_HDR));
	status(bpf_l4_csum_replace(skb, 42, 5, 9, BPF_F_MARK_MANGLED_0 | 2));
	status(bpf_l4_csum_replace(skb, 42, 5, 9, BPF_F_MARK_MANGLED_0 | BPF_F_MARK_ENFORCE | 2));
	status(bpf_l4_csum_replace(skb, 40, 5, 9, 0x1002));
	status(bpf_csum_update(skb, 5));
	status(bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY));
	status(bpf_csum_level(skb, BPF_CSUM_LEVEL_INC));
	status(bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY));
	status(bpf_csum_level(skb, BPF_CSUM_LEVEL_INC));
	status(bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY));
	status(bpf_csum_level(skb, BPF_CSUM_LEVEL_DEC));
	status(bpf_csum_level(skb, BPF_CSUM_LEVEL_DEC));
	status(bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY));
	status(bpf_csum_level(skb, 9));
	return 10;
}

SEC("tc")
int marks(struct __sk_buff *skb)
{
	volatile struct __sk_buff *v = skb;

	bpf_set_hash(skb, 0x1234);
	result(v->hash);
	bpf_set_hash_invalid(skb);
	result(v->hash);
	v->mark = 5;
	v->priority = 6;
	v->tc_index = 7;
	v->cb[0] = 8;
	v->cb[4] = 9;
	v->tc_classid = 10;
	v->queue_mapping = 11;
	v->tstamp = 12;
	result(v->mark);
	result(v->priority);
	result(v->tc_index);
	result(v->cb[0]);
	result(v->cb[4]);
	result(v->tc_classid);
	result(v->queue_mapping);
	result(v->tstamp);
	result(v->ifindex);
	result(v->ingress_ifindex);
	result(v->napi_id);
	result(v->gso_segs);
	result(v->gso_size);
	result(v->wire_len);
	status(bpf_skb_set_tstamp(skb, 5, BPF_SKB_TSTAMP_DELIVERY_MONO));
	result(v->tstamp);
	status(bpf_skb_set_tstamp(skb, 5, BPF_SKB_TSTAMP_UNSPEC));
	status(bpf_skb_set_tstamp(skb, 0, BPF_SKB_TSTAMP_DELIVERY_MONO));
	status(bpf_skb_set_tstamp(skb, 0, BPF_SKB_TSTAMP_UNSPEC));
	return 11;
}

SEC("tc")
int congestion(struct __sk_buff *skb)
{
	__u8 tos = 1;

	status(bpf_skb_ecn_set_ce(skb));
	bpf_skb_store_bytes(skb, 15, &tos, 1, 0);
	status(bpf_skb_ecn_set_ce(skb));
	status(bpf_skb_ecn_set_ce(skb));
	return 12;
}

SEC("tc")
int redirects(struct __sk_buff *skb)
{
	status(bpf_redirect(1, 0));
	status(bpf_redirect(1, 2));
	status(bpf_redirect_peer(1, 0));
	status(bpf_redirect_peer(1, 1));
	status(bpf_redirect_neigh(1, 0, 0, 0));
	status(bpf_redirect_neigh(1, 0, 0, 1));
	return 13;
}

SEC("tc")
int given(struct __sk_buff *skb)
{
	volatile struct __sk_buff *v = skb;

	result(v->mark);
	result(v->priority);
	result(v->ingress_ifindex);
	result(v->ifindex);
	result(v->cb[0]);
	result(v->cb[1]);
	result(v->cb[2]);
	result(v->cb[3]);
	result(v->cb[4]);
	result(v->tstamp);
	result(v->wire_len);
	result(v->gso_segs);
	result(v->gso_size);
	result(v->hwtstamp);
	result(v->len);
	result(v->protocol);
	result(v->pkt_type);
	return v->mark;
}
