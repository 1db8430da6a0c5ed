package dev.skep.kernel.info;

import dev.skep.kernel.call.BpfCommand;

/** The kinds of objects that have ids in the kernel. */
public enum ObjectKind {
  PROGRAM(BpfCommand.PROG_GET_NEXT_ID, BpfCommand.PROG_GET_FD_BY_ID),
  MAP(BpfCommand.MAP_GET_NEXT_ID, BpfCommand.MAP_GET_FD_BY_ID),
  BTF(BpfCommand.BTF_GET_NEXT_ID, BpfCommand.BTF_GET_FD_BY_ID),
  LINK(BpfCommand.LINK_GET_NEXT_ID, BpfCommand.LINK_GET_FD_BY_ID);

  private final BpfCommand next;
  private final BpfCommand byId;

  ObjectKind(BpfCommand next, BpfCommand byId) {
    this.next = next;
    this.byId = byId;
  }

  public BpfCommand next() {
    return next;
  }

  public BpfCommand byId() {
    return byId;
  }
}
