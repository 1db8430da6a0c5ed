package dev.skep.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One row per form, in the words that the verifier's log of Linux 6.18 has for it. */
class ListingTest {

  private static final Names NAMES =
      new Names() {
        @Override
        public @Nullable String helper(int id) {
          return id == 1 ? "bpf_map_lookup_elem" : null;
        }

        @Override
        public @Nullable String kfunc(int pc, int btfId, int module) {
          return btfId == 77 ? "bpf_rcu_read_lock" : null;
        }

        @Override
        public @Nullable String wide(int pc, int kind, long value) {
          return kind == 0 ? null : "0xffffc90004ee5004";
        }
      };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "07 | 1 | 0 | 0  | -8   | (07) r1 += -8",
        "0c | 1 | 2 | 0  | 0    | (0c) w1 += w2",
        "bf | 4 | 1 | 0  | 0    | (bf) r4 = r1",
        "b4 | 0 | 0 | 0  | 0    | (b4) w0 = 0",
        "bf | 4 | 1 | 32 | 0    | (bf) r4 = (s32)r1",
        "bc | 4 | 1 | 8  | 0    | (bc) w4 = (s8)w1",
        "bf | 2 | 2 | 1  | 1    | (bf) r2 = addr_space_cast(r2, 0, 1)",
        "bf | 2 | 2 | 1  | 65536 | (bf) r2 = addr_space_cast(r2, 1, 0)",
        "bf | 2 | 3 | -1 | 0    | (bf) r2 = &(void __percpu *)(r3)",
        "37 | 1 | 0 | 1  | 3    | (37) r1 s/= 3",
        "9c | 1 | 2 | 1  | 0    | (9c) w1 s%= w2",
        "c7 | 1 | 0 | 0  | 3    | (c7) r1 s>>= 3",
        "84 | 1 | 0 | 0  | 0    | (84) w1 = -w1",
        "d4 | 1 | 0 | 0  | 16   | (d4) r1 = le16 r1",
        "dc | 1 | 0 | 0  | 32   | (dc) r1 = be32 r1",
        "d7 | 1 | 0 | 0  | 64   | (d7) r1 = bswap64 r1",
        "e4 | 1 | 0 | 0  | 5    | (e4) w1 (null) 5",
        "79 | 4 | 1 | 0  | 0    | (79) r4 = *(u64 *)(r1 +0)",
        "91 | 4 | 1 | -3 | 0    | (91) r4 = *(s8 *)(r1 -3)",
        "99 | 4 | 1 | -3 | 0    | (99) r4 = *((null) *)(r1 -3)",
        "62 | 10 | 0 | -4 | -1  | (62) *(u32 *)(r10 -4) = -1",
        "6b | 10 | 7 | -4 | 0   | (6b) *(u16 *)(r10 -4) = r7",
        "db | 1 | 2 | 0  | 0    | (db) lock *(u64 *)(r1 +0) += r2",
        "c3 | 1 | 2 | 4  | 0x40 | '(c3) lock *(u32 *)(r1 +4) |= r2'",
        "c3 | 1 | 2 | 4  | 0x01 | (c3) r2 = atomic_fetch_add((u32 *)(r1 +4), r2)",
        "db | 1 | 2 | 4  | 0xa1 | (db) r2 = atomic64_fetch_xor((u64 *)(r1 +4), r2)",
        "db | 1 | 2 | 4  | 0xe1 | (db) r2 = atomic64_xchg((u64 *)(r1 +4), r2)",
        "db | 10 | 1 | -8 | 0xf1 | (db) r0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r1)",
        "d3 | 2 | 1 | 4 | 0x100 | (d3) r2 = load_acquire((u8 *)(r1 +4))",
        "cb | 1 | 2 | 4 | 0x110 | (cb) store_release((u16 *)(r1 +4), r2)",
        "db | 1 | 2 | 4 | 0x77  | BUG_db",
        "30 | 0 | 0 | 0 | 23    | (30) r0 = *(u8 *)skb[23]",
        "48 | 0 | 6 | 0 | 2     | (48) r0 = *(u16 *)skb[r6 + 2]",
        "18 | 1 | 0 | 0 | -1    | (18) r1 = 0xffffffff",
        "18 | 1 | 2 | 0 | -1    | (18) r1 = 0xffffc90004ee5004",
        "05 | 0 | 0 | -3 | 0    | (05) goto pc-3",
        "06 | 0 | 0 | 0 | 70000 | (06) gotol pc+70000",
        "5e | 1 | 0 | 36 | 0    | (5e) if w1 != w0 goto pc+36",
        "65 | 1 | 0 | -1 | -1   | (65) if r1 s> 0xffffffff goto pc-1",
        "e5 | 0 | 0 | 2 | 0     | (e5) may_goto pc+2",
        "85 | 0 | 0 | 0 | 1     | (85) call bpf_map_lookup_elem#1",
        "85 | 0 | 0 | 0 | 195896080 | (85) call unknown#195896080",
        "85 | 0 | 1 | 0 | 3     | (85) call pc+3",
        "85 | 0 | 2 | 0 | 77    | (85) call bpf_rcu_read_lock#77",
        "95 | 0 | 0 | 0 | 0     | (95) exit",
        "00 | 0 | 0 | 0 | 0     | BUG_ld_00",
        "21 | 0 | 0 | 0 | 0     | BUG_ldx_21",
        "22 | 0 | 0 | 0 | 0     | BUG_st_22",
        "c2 | 0 | 0 | 0 | 0     | (c2) nospec",
      })
  void reads(String opcode, int dst, int src, int offset, String imm, String text) {
    RawInstruction raw =
        RawInstruction.of(Integer.parseInt(opcode, 16), dst, src, offset, Integer.decode(imm));
    assertEquals(text, Listing.text(Code.of(raw), 0, NAMES));
  }
}
