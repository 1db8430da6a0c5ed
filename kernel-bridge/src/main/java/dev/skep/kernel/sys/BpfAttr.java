package dev.skep.kernel.sys;

/**
 * The members of {@code union bpf_attr}, as Linux 6.18 has them, one for each group of commands.
 *
 * <p>A kernel that is older than a field accepts the longer structure as long as the field is zero,
 * and answers {@code E2BIG} if it is not; a newer kernel takes the shorter structure as if it ended
 * in zeros. So one description serves all kernels.
 */
public final class BpfAttr {

  /** {@code BPF_MAP_CREATE}. */
  public static final CStruct MAP_CREATE =
      CStruct.of(
          "bpf_attr(map_create)",
          """
          u32 map_type, u32 key_size, u32 value_size, u32 max_entries, u32 map_flags @4.6,
          u32 inner_map_fd @4.12, u32 numa_node @4.14, char[16] map_name @4.15,
          u32 map_ifindex @4.16, u32 btf_fd @4.18, u32 btf_key_type_id, u32 btf_value_type_id,
          u32 btf_vmlinux_value_type_id @5.6, u64 map_extra @5.16,
          s32 value_type_btf_obj_fd @6.9, s32 map_token_fd, u64 excl_prog_hash @6.18,
          u32 excl_prog_hash_size\
          """);

  /** {@code BPF_MAP_*_ELEM}, {@code BPF_MAP_GET_NEXT_KEY} and {@code BPF_MAP_FREEZE}. */
  public static final CStruct MAP_ELEM =
      CStruct.of("bpf_attr(map_elem)", "u32 map_fd, u64 key, u64 value|next_key, u64 flags");

  /** {@code BPF_MAP_*_BATCH}. */
  public static final CStruct MAP_BATCH =
      CStruct.of(
          "bpf_attr.batch",
          """
          u64 in_batch @5.6, u64 out_batch, u64 keys, u64 values, u32 count, u32 map_fd,
          u64 elem_flags, u64 flags\
          """);

  /** {@code BPF_PROG_LOAD}. */
  public static final CStruct PROG_LOAD =
      CStruct.of(
          "bpf_attr(prog_load)",
          """
          u32 prog_type, u32 insn_cnt, u64 insns, u64 license, u32 log_level, u32 log_size,
          u64 log_buf, u32 kern_version @4.1, u32 prog_flags @4.12, char[16] prog_name @4.15,
          u32 prog_ifindex, u32 expected_attach_type @4.17, u32 prog_btf_fd @5.0,
          u32 func_info_rec_size, u64 func_info, u32 func_info_cnt, u32 line_info_rec_size,
          u64 line_info, u32 line_info_cnt, u32 attach_btf_id @5.5,
          u32 attach_prog_fd|attach_btf_obj_fd, u32 core_relo_cnt @5.17, u64 fd_array @5.14,
          u64 core_relos @5.17, u32 core_relo_rec_size, u32 log_true_size @6.4, s32 prog_token_fd @6.9,
          u32 fd_array_cnt @6.14, u64 signature @6.18, u32 signature_size, s32 keyring_id\
          """);

  /** {@code BPF_OBJ_PIN} and {@code BPF_OBJ_GET}. */
  public static final CStruct OBJ =
      CStruct.of(
          "bpf_attr(obj)", "u64 pathname @4.4, u32 bpf_fd, u32 file_flags @4.15, s32 path_fd @6.5");

  /** {@code BPF_PROG_ATTACH} and {@code BPF_PROG_DETACH}. */
  public static final CStruct PROG_ATTACH =
      CStruct.of(
          "bpf_attr(prog_attach)",
          """
          u32 target_fd|target_ifindex@6.6 @4.10, u32 attach_bpf_fd, u32 attach_type,
          u32 attach_flags, u32 replace_bpf_fd @5.6, u32 relative_fd|relative_id @6.6,
          u64 expected_revision\
          """);

  /** {@code BPF_PROG_TEST_RUN}. */
  public static final CStruct TEST_RUN =
      CStruct.of(
          "bpf_attr.test",
          """
          u32 prog_fd @4.12, u32 retval, u32 data_size_in, u32 data_size_out, u64 data_in,
          u64 data_out, u32 repeat, u32 duration, u32 ctx_size_in @5.2, u32 ctx_size_out,
          u64 ctx_in, u64 ctx_out, u32 flags @5.10, u32 cpu, u32 batch_size @5.18\
          """);

  /** {@code BPF_*_GET_NEXT_ID} and {@code BPF_*_GET_FD_BY_ID}. */
  public static final CStruct GET_ID =
      CStruct.of(
          "bpf_attr(get_id)",
          """
          u32 start_id|prog_id|map_id|btf_id|link_id @4.13, u32 next_id, u32 open_flags @4.15,
          s32 fd_by_id_token_fd @6.17\
          """);

  /** {@code BPF_OBJ_GET_INFO_BY_FD}. */
  public static final CStruct INFO =
      CStruct.of("bpf_attr.info", "u32 bpf_fd @4.13, u32 info_len, u64 info");

  /** {@code BPF_PROG_QUERY}. */
  public static final CStruct PROG_QUERY =
      CStruct.of(
          "bpf_attr.query",
          """
          u32 target_fd|target_ifindex@6.6 @4.15, u32 attach_type, u32 query_flags, u32 attach_flags,
          u64 prog_ids, u32 prog_cnt|count@6.6, u64 prog_attach_flags @6.0, u64 link_ids @6.6,
          u64 link_attach_flags, u64 revision\
          """);

  /** {@code BPF_RAW_TRACEPOINT_OPEN}. */
  public static final CStruct RAW_TRACEPOINT_OPEN =
      CStruct.of("bpf_attr.raw_tracepoint", "u64 name @4.17, u32 prog_fd, u64 cookie @6.10");

  /** {@code BPF_BTF_LOAD}. */
  public static final CStruct BTF_LOAD =
      CStruct.of(
          "bpf_attr(btf_load)",
          """
          u64 btf @4.18, u64 btf_log_buf, u32 btf_size, u32 btf_log_size, u32 btf_log_level,
          u32 btf_log_true_size @6.4, u32 btf_flags @6.9, s32 btf_token_fd\
          """);

  /** {@code BPF_TASK_FD_QUERY}. */
  public static final CStruct TASK_FD_QUERY =
      CStruct.of(
          "bpf_attr.task_fd_query",
          """
          u32 pid @4.18, u32 fd, u32 flags, u32 buf_len, u64 buf, u32 prog_id, u32 fd_type,
          u64 probe_offset, u64 probe_addr\
          """);

  private static final CStruct LINK_CREATE_HEAD =
      CStruct.of(
          "bpf_attr.link_create",
          "u32 prog_fd|map_fd@6.4 @5.7, u32 target_fd|target_ifindex@5.9, u32 attach_type, u32 flags");

  /** {@code BPF_LINK_CREATE} without an argument of its kind: XDP, netns, cgroup, struct_ops. */
  public static final CStruct LINK_CREATE =
      LINK_CREATE_HEAD.extend("bpf_attr.link_create", "u32 target_btf_id @5.10");

  /** {@code BPF_LINK_CREATE} of an iterator. */
  public static final CStruct LINK_CREATE_ITER =
      LINK_CREATE_HEAD.extend("bpf_attr.link_create", "u64 iter_info @5.8, u32 iter_info_len");

  /** {@code BPF_LINK_CREATE} on a perf event. */
  public static final CStruct LINK_CREATE_PERF_EVENT =
      LINK_CREATE_HEAD.extend("bpf_attr.link_create.perf_event", "u64 bpf_cookie @5.15");

  /** {@code BPF_LINK_CREATE} on many kernel functions. */
  public static final CStruct LINK_CREATE_KPROBE_MULTI =
      LINK_CREATE_HEAD.extend(
          "bpf_attr.link_create.kprobe_multi",
          "u32 flags_multi @5.18, u32 cnt, u64 syms, u64 addrs, u64 cookies");

  /** {@code BPF_LINK_CREATE} of fentry, fexit, LSM and freplace programs. */
  public static final CStruct LINK_CREATE_TRACING =
      LINK_CREATE_HEAD.extend(
          "bpf_attr.link_create.tracing", "u32 target_btf_id @5.10, u64 cookie @5.19");

  /** {@code BPF_LINK_CREATE} on a netfilter hook. */
  public static final CStruct LINK_CREATE_NETFILTER =
      LINK_CREATE_HEAD.extend(
          "bpf_attr.link_create.netfilter",
          "u32 pf @6.4, u32 hooknum, s32 priority, u32 flags_netfilter");

  /** {@code BPF_LINK_CREATE} in a multi-program list: tcx and netkit, and cgroups since 6.17. */
  public static final CStruct LINK_CREATE_RELATIVE =
      LINK_CREATE_HEAD.extend(
          "bpf_attr.link_create.tcx", "u32 relative_fd|relative_id @6.6, u64 expected_revision");

  /** {@code BPF_LINK_CREATE} on many user functions. */
  public static final CStruct LINK_CREATE_UPROBE_MULTI =
      LINK_CREATE_HEAD.extend(
          "bpf_attr.link_create.uprobe_multi",
          """
          u64 path @6.6, u64 offsets, u64 ref_ctr_offsets, u64 cookies, u32 cnt, u32 flags_multi,
          u32 pid\
          """);

  /** {@code BPF_LINK_UPDATE}. */
  public static final CStruct LINK_UPDATE =
      CStruct.of(
          "bpf_attr.link_update",
          "u32 link_fd @5.7, u32 new_prog_fd|new_map_fd@6.4, u32 flags, u32 old_prog_fd|old_map_fd@6.4");

  /** {@code BPF_LINK_DETACH}. */
  public static final CStruct LINK_DETACH = CStruct.of("bpf_attr.link_detach", "u32 link_fd @5.9");

  /** {@code BPF_ENABLE_STATS}. */
  public static final CStruct ENABLE_STATS = CStruct.of("bpf_attr.enable_stats", "u32 type @5.8");

  /** {@code BPF_ITER_CREATE}. */
  public static final CStruct ITER_CREATE =
      CStruct.of("bpf_attr.iter_create", "u32 link_fd @5.8, u32 flags");

  /** {@code BPF_PROG_BIND_MAP}. */
  public static final CStruct PROG_BIND_MAP =
      CStruct.of("bpf_attr.prog_bind_map", "u32 prog_fd @5.10, u32 map_fd, u32 flags");

  /** {@code BPF_TOKEN_CREATE}. */
  public static final CStruct TOKEN_CREATE =
      CStruct.of("bpf_attr.token_create", "u32 flags @6.9, u32 bpffs_fd");

  /** {@code BPF_PROG_STREAM_READ_BY_FD}. */
  public static final CStruct PROG_STREAM_READ =
      CStruct.of(
          "bpf_attr.prog_stream_read",
          "u64 stream_buf @6.17, u32 stream_buf_len, u32 stream_id, u32 prog_fd");

  private BpfAttr() {}
}
