package dev.skep.verifier.state;

/**
 * The base kind of a register's content: {@code enum bpf_reg_type} without its flags (see {@link
 * TypeFlags}).
 */
public enum RegType {
  NOT_INIT("?"),
  SCALAR_VALUE("scalar"),
  PTR_TO_CTX("ctx"),
  CONST_PTR_TO_MAP("map_ptr"),
  PTR_TO_MAP_VALUE("map_value"),
  PTR_TO_MAP_KEY("map_key"),
  PTR_TO_STACK("fp"),
  PTR_TO_PACKET_META("pkt_meta"),
  PTR_TO_PACKET("pkt"),
  PTR_TO_PACKET_END("pkt_end"),
  PTR_TO_FLOW_KEYS("flow_keys"),
  PTR_TO_SOCKET("sock"),
  PTR_TO_SOCK_COMMON("sock_common"),
  PTR_TO_TCP_SOCK("tcp_sock"),
  PTR_TO_TP_BUFFER("tp_buffer"),
  PTR_TO_XDP_SOCK("xdp_sock"),
  PTR_TO_BTF_ID("ptr_"),
  PTR_TO_MEM("mem"),
  PTR_TO_ARENA("arena"),
  PTR_TO_BUF("buf"),
  PTR_TO_FUNC("func"),
  CONST_PTR_TO_DYNPTR("dynptr_ptr");

  private final String text;

  RegType(String text) {
    this.text = text;
  }

  /** The kind as the kernel's log names it, without flags. */
  public String text() {
    return text;
  }

  /** {@code type_is_pkt_pointer}: data of a packet, with a checked range. */
  public boolean isPacket() {
    return this == PTR_TO_PACKET || this == PTR_TO_PACKET_META;
  }

  /** {@code type_is_sk_pointer}. */
  public boolean isSocket() {
    return switch (this) {
      case PTR_TO_SOCKET, PTR_TO_SOCK_COMMON, PTR_TO_TCP_SOCK, PTR_TO_XDP_SOCK -> true;
      default -> false;
    };
  }

  /** Whether the log shows the map behind the pointer. */
  public boolean isMap() {
    return this == CONST_PTR_TO_MAP || this == PTR_TO_MAP_VALUE || this == PTR_TO_MAP_KEY;
  }
}
