package dev.skep.runtime.memory;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a virtual kernel's memory: bytes with an address, permissions and a name for messages.
 *
 * <p>A region's content may be shared between threads; ordinary accesses race as they do in the
 * kernel, {@linkplain dev.skep.runtime.Access#atomic64 atomic ones} do not.
 */
public final class Region {

  /** What a region is. */
  public enum Kind {
    PACKET("packet"),
    STACK("stack"),
    CONTEXT("context"),
    MAP("map (its values have addresses of their own)"),
    MAP_VALUE("map value"),
    CODE("code"),
    MEMORY("memory");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** In words. */
    public String text() {
      return text;
    }
  }

  private final Kind kind;
  private final String name;
  private final long address;
  private final int base;
  private final @Nullable Object owner;
  private final boolean writable;
  private byte[] bytes;
  private int low;

  /**
   * Bytes at an address, which the caller has to itself; shared ones are {@linkplain
   * AddressSpace#add added} to the machine's memory.
   */
  public Region(
      Kind kind,
      String name,
      long address,
      byte[] bytes,
      boolean writable,
      @Nullable Object owner) {
    this.kind = kind;
    this.name = name;
    this.address = address;
    this.base = (int) address;
    this.bytes = bytes;
    this.writable = writable;
    this.owner = owner;
  }

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /** Its name, such as the map's. */
  public String name() {
    return name;
  }

  /** The address of byte 0. */
  public long address() {
    return address;
  }

  /** The low half of {@link #address()}: subtract it from an address's low half to get an index. */
  public int base() {
    return base;
  }

  /** The content; its length is the region's size. Handed out, not copied. */
  public byte[] bytes() {
    return bytes;
  }

  /** The first byte that may be accessed: a frame's lower end for the stack, otherwise 0. */
  public int low() {
    return low;
  }

  /** Whether programs may write. */
  public boolean writable() {
    return writable;
  }

  /** The map or code behind it, if there is one. */
  public @Nullable Object owner() {
    return owner;
  }

  /** The number in the upper half of the region's addresses. */
  public int id() {
    return (int) (address >>> 32);
  }

  /** Puts other bytes in its place: for the processor that has the region to itself. */
  public void bytes(byte[] replacement) {
    bytes = replacement;
  }

  /** Sets the first byte that may be accessed, likewise. */
  public void low(int index) {
    low = index;
  }

  @Override
  public String toString() {
    return name.isEmpty() ? kind.text() : kind.text() + " " + name;
  }
}
