package dev.skep.verifier.state;

import dev.skep.btf.Btf;
import dev.skep.object.MapSpec;

/** What a pointer kind carries beyond an offset: one record per kind that carries something. */
public sealed interface Detail {

  /** Nothing. */
  record None() implements Detail {}

  /** Checked bytes of a packet pointer: {@code reg->range}; negative values mark {@code pkt_end}. */
  record PacketRange(int range) implements Detail {
    /** One past the packet's end was compared: {@code BEYOND_PKT_END}. */
    public static final int BEYOND_PKT_END = -2;

    /** The packet's end was compared: {@code AT_PKT_END}. */
    public static final int AT_PKT_END = -1;
  }

  /** A map, by identity; {@code uid} tells apart values of inner maps looked up separately. */
  record OfMap(MapSpec map, int uid) implements Detail {
    @Override
    public boolean equals(Object o) {
      return o instanceof OfMap other && other.map == map && other.uid == uid;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(map) * 31 + uid;
    }
  }

  /** A type in the kernel's or the program's BTF. */
  record OfBtf(Btf btf, int typeId) implements Detail {
    @Override
    public boolean equals(Object o) {
      return o instanceof OfBtf other && other.btf == btf && other.typeId == typeId;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(btf) * 31 + typeId;
    }
  }

  /** Bytes of a memory region; {@code dynptrId} is set for a dynptr's slice. */
  record OfMemory(int size, int dynptrId) implements Detail {}

  /** A subprogram whose address was taken. */
  record OfFunction(int subprogram) implements Detail {}

  /** A dynptr's state in one of its two stack slots, or behind a {@code dynptr_ptr}. */
  record OfDynptr(DynptrType type, boolean firstSlot, int dynptrId) implements Detail {}

  /** {@code enum bpf_dynptr_type}. */
  enum DynptrType {
    LOCAL("local"),
    RINGBUF("ringbuf"),
    SKB("skb"),
    XDP("xdp"),
    SKB_META("skb_meta"),
    FILE("file");

    private final String text;

    DynptrType(String text) {
      this.text = text;
    }

    /** The kind as the log names it. */
    public String text() {
      return text;
    }

    /** Whether acquiring it makes a reference that must be released. */
    public boolean isReferenced() {
      return this == RINGBUF || this == FILE;
    }
  }

  /** An open-coded iterator's state in its stack slots. */
  record OfIterator(Btf btf, int typeId, IteratorState state, int depth) implements Detail {
    @Override
    public boolean equals(Object o) {
      return o instanceof OfIterator other
          && other.btf == btf
          && other.typeId == typeId
          && other.state == state
          && other.depth == depth;
    }

    @Override
    public int hashCode() {
      return typeId * 31 + depth;
    }
  }

  /** {@code enum bpf_iter_state}. */
  enum IteratorState {
    ACTIVE("active"),
    DRAINED("drained");

    private final String text;

    IteratorState(String text) {
      this.text = text;
    }

    /** The state as the log names it. */
    public String text() {
      return text;
    }
  }

  /** Saved interrupt flags: which family of kfuncs saved them. */
  record OfIrqFlag(boolean resilientLock) implements Detail {}

  /** The shared {@link None}. */
  Detail NONE = new None();
}
