package dev.skep.catalog;

/**
 * Numbers of the helpers that some code treats in a way of its own: {@code enum bpf_func_id},
 * without {@code BPF_FUNC_}. All helpers, and what they do, stand in {@code helpers.txt}.
 */
public final class HelperId {
  public static final int MAP_LOOKUP_ELEM = 1;
  public static final int MAP_UPDATE_ELEM = 2;
  public static final int MAP_DELETE_ELEM = 3;
  public static final int PROBE_READ = 4;
  public static final int KTIME_GET_NS = 5;
  public static final int GET_SMP_PROCESSOR_ID = 8;
  public static final int TAIL_CALL = 12;
  public static final int PROBE_WRITE_USER = 36;
  public static final int PROBE_READ_STR = 45;
  public static final int SETSOCKOPT = 49;
  public static final int GETSOCKOPT = 57;
  public static final int GET_STACK = 67;
  public static final int GET_LOCAL_STORAGE = 81;
  public static final int SK_RELEASE = 86;
  public static final int SPIN_LOCK = 93;
  public static final int SPIN_UNLOCK = 94;
  public static final int PROBE_READ_USER = 112;
  public static final int PROBE_READ_KERNEL = 113;
  public static final int PROBE_READ_USER_STR = 114;
  public static final int PROBE_READ_KERNEL_STR = 115;
  public static final int RINGBUF_RESERVE = 131;
  public static final int GET_TASK_STACK = 141;
  public static final int FOR_EACH_MAP_ELEM = 164;
  public static final int TIMER_SET_CALLBACK = 170;
  public static final int FIND_VMA = 180;
  public static final int LOOP = 181;
  public static final int COPY_FROM_USER_TASK = 191;
  public static final int SKB_SET_TSTAMP = 192;
  public static final int IMA_FILE_HASH = 193;
  public static final int KPTR_XCHG = 194;
  public static final int MAP_LOOKUP_PERCPU_ELEM = 195;
  public static final int DYNPTR_FROM_MEM = 197;
  public static final int DYNPTR_WRITE = 202;
  public static final int DYNPTR_DATA = 203;
  public static final int USER_RINGBUF_DRAIN = 209;

  private HelperId() {}
}
