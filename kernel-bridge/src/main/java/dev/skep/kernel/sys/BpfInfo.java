package dev.skep.kernel.sys;

/** The structures that {@code BPF_OBJ_GET_INFO_BY_FD} fills, as Linux 6.18 has them. */
public final class BpfInfo {

  /** {@code struct bpf_prog_info}; {@code gpl_compatible} is bit 0 of its word. */
  public static final CStruct PROG =
      CStruct.of(
          "bpf_prog_info",
          """
          u32 type @4.13, u32 id, char[8] tag, u32 jited_prog_len, u32 xlated_prog_len,
          u64 jited_prog_insns, u64 xlated_prog_insns, u64 load_time @4.15, u32 created_by_uid,
          u32 nr_map_ids, u64 map_ids, char[16] name, u32 ifindex @4.16, u32 gpl_compatible @4.18,
          u64 netns_dev @4.16, u64 netns_ino, u32 nr_jited_ksyms @4.18, u32 nr_jited_func_lens,
          u64 jited_ksyms, u64 jited_func_lens, u32 btf_id @5.0, u32 func_info_rec_size,
          u64 func_info, u32 nr_func_info, u32 nr_line_info, u64 line_info, u64 jited_line_info,
          u32 nr_jited_line_info, u32 line_info_rec_size, u32 jited_line_info_rec_size,
          u32 nr_prog_tags, u64 prog_tags, u64 run_time_ns @5.1, u64 run_cnt,
          u64 recursion_misses @5.12, u32 verified_insns @5.16, u32 attach_btf_obj_id @6.0,
          u32 attach_btf_id\
          """);

  /** {@code struct bpf_map_info}. */
  public static final CStruct MAP =
      CStruct.of(
          "bpf_map_info",
          """
          u32 type @4.13, u32 id, u32 key_size, u32 value_size, u32 max_entries, u32 map_flags,
          char[16] name @4.15, u32 ifindex @4.16, u32 btf_vmlinux_value_type_id @5.6,
          u64 netns_dev @4.16, u64 netns_ino, u32 btf_id @4.18, u32 btf_key_type_id,
          u32 btf_value_type_id, u32 btf_vmlinux_id @6.9, u64 map_extra @5.16, u64 hash @6.18,
          u32 hash_size\
          """);

  /** {@code struct bpf_btf_info}. */
  public static final CStruct BTF =
      CStruct.of(
          "bpf_btf_info",
          "u64 btf @4.18, u32 btf_size, u32 id, u64 name @5.11, u32 name_len, u32 kernel_btf");

  private static final CStruct LINK_HEAD =
      CStruct.of("bpf_link_info", "u32 type @5.8, u32 id, u32 prog_id");

  /** {@code struct bpf_link_info} with room for every kind's part. */
  public static final CStruct LINK = LINK_HEAD.extend("bpf_link_info", "align8, char[64] part");

  /** Raw tracepoints. */
  public static final CStruct LINK_RAW_TRACEPOINT =
      LINK_HEAD.extend(
          "bpf_link_info.raw_tracepoint", "align8, u64 tp_name, u32 tp_name_len, u64 cookie @6.17");

  /** fentry, fexit, LSM, freplace. */
  public static final CStruct LINK_TRACING =
      LINK_HEAD.extend(
          "bpf_link_info.tracing",
          """
          align8, u32 attach_type, u32 target_obj_id @5.13, u32 target_btf_id,
          u64 cookie @6.17\
          """);

  /** Control groups. */
  public static final CStruct LINK_CGROUP =
      LINK_HEAD.extend("bpf_link_info.cgroup", "align8, u64 cgroup_id, u32 attach_type");

  /** Iterators: the target's name; then what it iterates over. */
  public static final CStruct LINK_ITER =
      LINK_HEAD.extend("bpf_link_info.iter", "align8, u64 target_name @5.9, u32 target_name_len");

  /** Iterators over a map's elements. */
  public static final CStruct LINK_ITER_MAP =
      LINK_ITER.extend("bpf_link_info.iter.map", "u32 map_id @5.9");

  /** Iterators over control groups. */
  public static final CStruct LINK_ITER_CGROUP =
      LINK_ITER.extend("bpf_link_info.iter.cgroup", "align8, u64 cgroup_id @6.1, u32 order");

  /** Iterators over tasks. */
  public static final CStruct LINK_ITER_TASK =
      LINK_ITER.extend("bpf_link_info.iter.task", "align8, u32 tid @6.1, u32 pid");

  /** Network namespaces. */
  public static final CStruct LINK_NETNS =
      LINK_HEAD.extend("bpf_link_info.netns", "align8, u32 netns_ino, u32 attach_type");

  /** XDP. */
  public static final CStruct LINK_XDP =
      LINK_HEAD.extend("bpf_link_info.xdp", "align8, u32 ifindex @5.9");

  /** struct_ops. */
  public static final CStruct LINK_STRUCT_OPS =
      LINK_HEAD.extend("bpf_link_info.struct_ops", "align8, u32 map_id @6.4");

  /** Netfilter. */
  public static final CStruct LINK_NETFILTER =
      LINK_HEAD.extend(
          "bpf_link_info.netfilter", "align8, u32 pf @6.4, u32 hooknum, s32 priority, u32 flags");

  /** kprobe_multi. */
  public static final CStruct LINK_KPROBE_MULTI =
      LINK_HEAD.extend(
          "bpf_link_info.kprobe_multi",
          "align8, u64 addrs @6.6, u32 count, u32 flags, u64 missed @6.7, u64 cookies @6.9");

  /** uprobe_multi. */
  public static final CStruct LINK_UPROBE_MULTI =
      LINK_HEAD.extend(
          "bpf_link_info.uprobe_multi",
          """
          align8, u64 path @6.8, u64 offsets, u64 ref_ctr_offsets, u64 cookies, u32 path_size,
          u32 count, u32 flags, u32 pid\
          """);

  private static final CStruct LINK_PERF =
      LINK_HEAD.extend("bpf_link_info.perf_event", "align8, u32 perf_type @6.6");

  /** Perf events of user functions. */
  public static final CStruct LINK_PERF_UPROBE =
      LINK_PERF.extend(
          "bpf_link_info.perf_event.uprobe",
          """
          align8, u64 file_name @6.6, u32 name_len, u32 offset, u64 cookie @6.9,
          u64 ref_ctr_offset @6.17\
          """);

  /** Perf events of kernel functions. */
  public static final CStruct LINK_PERF_KPROBE =
      LINK_PERF.extend(
          "bpf_link_info.perf_event.kprobe",
          """
          align8, u64 func_name @6.6, u32 name_len, u32 offset, u64 addr, u64 missed @6.7,
          u64 cookie @6.9\
          """);

  /** Perf events of tracepoints. */
  public static final CStruct LINK_PERF_TRACEPOINT =
      LINK_PERF.extend(
          "bpf_link_info.perf_event.tracepoint",
          "align8, u64 tp_name @6.6, u32 name_len, u64 cookie @6.9");

  /** Other perf events. */
  public static final CStruct LINK_PERF_EVENT =
      LINK_PERF.extend(
          "bpf_link_info.perf_event.event",
          "align8, u64 config @6.6, u32 event_type, u64 cookie @6.9");

  /** tcx and netkit. */
  public static final CStruct LINK_TCX =
      LINK_HEAD.extend("bpf_link_info.tcx", "align8, u32 ifindex @6.6, u32 attach_type");

  /** Socket maps. */
  public static final CStruct LINK_SOCKMAP =
      LINK_HEAD.extend("bpf_link_info.sockmap", "align8, u32 map_id @6.10, u32 attach_type");

  /** {@code struct bpf_token_info}. */
  public static final CStruct TOKEN =
      CStruct.of(
          "bpf_token_info",
          "u64 allowed_cmds @6.17, u64 allowed_maps, u64 allowed_progs, u64 allowed_attachs");

  private BpfInfo() {}
}
