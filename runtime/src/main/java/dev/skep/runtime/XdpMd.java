package dev.skep.runtime;

import dev.skep.runtime.memory.LittleEndian;

/** {@code struct xdp_md}: byte offsets, and how a run starts. */
public final class XdpMd {
  public static final int DATA = 0;
  public static final int DATA_END = 4;
  public static final int DATA_META = 8;
  public static final int INGRESS_IFINDEX = 12;
  public static final int RX_QUEUE_INDEX = 16;
  public static final int EGRESS_IFINDEX = 20;

  /** Size of the structure. */
  public static final int BYTES = 24;

  private XdpMd() {}

  static void fill(Context context) {
    byte[] md = context.bytes();
    LittleEndian.INT.set(md, INGRESS_IFINDEX, 1);
    LittleEndian.INT.set(md, RX_QUEUE_INDEX, 0);
    LittleEndian.INT.set(md, EGRESS_IFINDEX, 0);
    pointers(context);
  }

  static void pointers(Context context) {
    byte[] md = context.bytes();
    LittleEndian.INT.set(md, DATA, Cpu.PACKET_BASE + context.dataOffset());
    LittleEndian.INT.set(md, DATA_END, Cpu.PACKET_BASE + context.buffer().length);
    LittleEndian.INT.set(md, DATA_META, Cpu.PACKET_BASE + context.metaOffset());
  }
}
