package dev.skep.btf;

/** A BTF section that is not what {@code linux/btf.h} describes; the message says where and why. */
public final class BtfFormatException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With the place (a byte offset or a type id) in the message. */
  public BtfFormatException(String message) {
    super(message);
  }

  static BtfFormatException tooDeep(int id) {
    return new BtfFormatException(
        "type " + id + ": more than " + Btf.MAX_DEPTH + " types in a chain, perhaps a cycle");
  }
}
