// The programs that the engines are compared on. Each runs on a packet of 1,500 bytes and returns
// something that depends on all of its work. engines.bpf.o is made by the command in README.md.
#include <linux/bpf.h>
#include <linux/types.h>

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 64);
  __type(key, __u32);
  __type(value, __u64);
} numbers SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 64);
  __type(key, __u32);
  __type(value, __u64);
} names SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 4096);
  __type(key, __u32);
  __type(value, __u64);
} flows SEC(".maps");

INLINE void *packet(struct xdp_md *ctx) { return (void *)(long)ctx->data; }
INLINE void *packet_end(struct xdp_md *ctx) { return (void *)(long)ctx->data_end; }

SEC("xdp") int tiny(struct xdp_md *ctx) { return 2; }

// 1,000 rounds of xorshift and multiplication.
SEC("xdp") int alu64(struct xdp_md *ctx) {
  __u64 x = ctx->data_end - ctx->data;
  for (int i = 0; i < 1000; i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    x *= 0x9e3779b97f4a7c15ULL;
  }
  return (int)(x >> 32);
}

// 1,000 rounds of murmur's mixing with a remainder.
SEC("xdp") int alu32(struct xdp_md *ctx) {
  __u32 h = ctx->data_end - ctx->data;
  __u32 sum = 0;
  for (__u32 i = 0; i < 1000; i++) {
    h ^= i;
    h *= 0xcc9e2d51;
    h = h << 15 | h >> 17;
    h *= 0x1b873593;
    h ^= h >> 16;
    sum += h % 61;
  }
  return sum;
}

// Insertion sort of 32 words on the stack. The receive queue's number is 0, which the verifier does
// not know: it so follows one place on the stack instead of each.
SEC("xdp") int sort(struct xdp_md *ctx) {
  __u8 *data = packet(ctx);
  if (data + 128 > (__u8 *)packet_end(ctx)) return 0;
  __u32 unknown = ctx->rx_queue_index;
  __u32 a[32];
  for (__u32 i = 0; i < 32; i++) {
    a[i + unknown & 31] = ((__u32 *)data)[i];
  }
  for (__u32 i = 1; i < 32; i++) {
    __u32 x = a[i];
    __u32 j = i + unknown & 31;
    while (j > 0) {
      __u32 t = a[j - 1 & 31];
      if (t <= x) break;
      a[j & 31] = t;
      j--;
    }
    a[j & 31] = x;
  }
  return a[0] + 3 * a[15] + 7 * a[31];
}

// 256 bytes from the packet to the stack and back to another place, four times.
SEC("xdp") int copy(struct xdp_md *ctx) {
  __u8 *data = packet(ctx);
  if (data + 1024 > (__u8 *)packet_end(ctx)) return 0;
  __u64 buffer[32];
  for (int turn = 0; turn < 2; turn++) {
    __u64 *from = (__u64 *)(data + turn * 256);
    __u64 *to = (__u64 *)(data + 512 + turn * 256);
    for (int i = 0; i < 32; i++) {
      buffer[i] = from[i];
    }
    for (int i = 0; i < 32; i++) {
      to[i] = buffer[i];
    }
  }
  return (int)buffer[31];
}

struct ethernet { __u8 dst[6], src[6]; __u16 type; } __attribute__((packed));
struct ip4 { __u8 head, tos; __u16 length, id, offset; __u8 ttl, protocol; __u16 check; __u32 src, dst; };
struct tcp { __u16 src, dst; __u32 seq, ack; __u16 flags, window, check, urgent; };

// Ethernet, IPv4 and TCP headers, and the sum over the whole packet.
SEC("xdp") int parse(struct xdp_md *ctx) {
  __u8 *data = packet(ctx);
  __u8 *end = packet_end(ctx);
  struct ethernet *eth = (void *)data;
  if (data + 14 + 20 + 20 > end || eth->type != 8) return 1;
  struct ip4 *ip = (void *)(data + 14);
  if (ip->head != 0x45 || ip->protocol != 6) return 1;
  struct tcp *tcp = (void *)(data + 34);
  __u64 sum = 0;
  if (data + 1500 > end) return 1;
  for (int i = 0; i < 370; i++) {
    sum += *(__u32 *)(data + 14 + i * 4);
  }
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return (int)(sum + tcp->src + tcp->dst + ip->src);
}

// 16 look-ups in an array and 16 in a hash.
SEC("xdp") int map(struct xdp_md *ctx) {
  __u64 sum = 0;
  for (__u32 i = 0; i < 16; i++) {
    __u32 key = i * 3;
    __u64 *value = bpf_map_lookup_elem(&numbers, &key);
    if (value) sum += *value;
    value = bpf_map_lookup_elem(&names, &key);
    if (value) sum += *value;
  }
  return (int)sum;
}

NOINLINE int leaf(int a, int b) { return (a ^ b) * 31 + (a >> 3); }
NOINLINE int inner(int a, int b) { return leaf(a, b + 1) + leaf(b, a); }
NOINLINE int outer(int a, int b) { return inner(a, b) ^ inner(b, a + 5); }

// 50 times 7 calls, three deep.
SEC("xdp") int calls(struct xdp_md *ctx) {
  int x = ctx->data_end - ctx->data;
  for (int i = 0; i < 50; i++) {
    x += outer(x, i);
  }
  return x;
}

INLINE int rule(__u32 k) {
#define R(n) if (k < (n + 1) * 83886080u && (k & 0xff) != n) return n;
#define R5(n) R(n) R(n + 1) R(n + 2) R(n + 3) R(n + 4)
  R5(0) R5(5) R5(10) R5(15) R5(20) R5(25) R5(30) R5(35) R5(40) R5(45)
  return 50;
}

// Four look-ups in 50 rules.
SEC("xdp") int class(struct xdp_md *ctx) {
  __u8 *data = packet(ctx);
  if (data + 64 > (__u8 *)packet_end(ctx)) return 0;
  __u32 *keys = (__u32 *)(data + 26);
  int sum = 0;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    sum = sum * 51 + rule(keys[i]);
  }
  return sum;
}

const volatile __u8 table[8][16] = {
  {1, 2, 3, 4, 5, 6, 7, 0, 1, 3, 5, 7, 2, 4, 6, 0}, {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7},
  {7, 6, 5, 4, 3, 2, 1, 0, 7, 5, 3, 1, 6, 4, 2, 0}, {3, 1, 4, 1, 5, 2, 6, 5, 3, 5, 0, 7, 7, 3, 2, 3},
  {2, 7, 1, 0, 2, 0, 1, 0, 2, 4, 5, 1, 0, 4, 5, 2}, {6, 2, 6, 5, 3, 5, 4, 7, 5, 0, 3, 2, 1, 2, 5, 4},
  {5, 5, 5, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4}, {4, 0, 4, 1, 4, 2, 4, 3, 4, 5, 4, 6, 4, 7, 0, 1}};

// A state machine with a table over 1 KiB.
SEC("xdp") int state(struct xdp_md *ctx) {
  __u8 *data = packet(ctx);
  if (data + 1024 > (__u8 *)packet_end(ctx)) return 0;
  __u32 s = 0, sum = 0;
  for (int i = 0; i < 1024; i++) {
    s = table[s & 7][data[i] & 15];
    sum += s;
  }
  return sum;
}

// A counter for each source address.
SEC("xdp") int count(struct xdp_md *ctx) {
  __u8 *data = packet(ctx);
  if (data + 34 > (__u8 *)packet_end(ctx)) return 1;
  __u32 key = *(__u32 *)(data + 26);
  __u64 *seen = bpf_map_lookup_elem(&flows, &key);
  if (seen) {
    __sync_fetch_and_add(seen, 1);
    return 2;
  }
  __u64 one = 1;
  bpf_map_update_elem(&flows, &key, &one, BPF_ANY);
  return 2;
}

char licence[] SEC("license") = "GPL";
