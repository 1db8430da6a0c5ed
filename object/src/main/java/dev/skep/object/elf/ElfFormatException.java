package dev.skep.object.elf;

/** A file that is no BPF object in ELF form; carries what a diagnostic needs. */
public final class ElfFormatException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String rule;
  private final long byteOffset;

  /**
   * @param rule the diagnostic's rule, such as {@code object/truncated}
   * @param byteOffset where in the file, or -1
   * @param message one sentence of cause
   */
  public ElfFormatException(String rule, long byteOffset, String message) {
    super(message);
    this.rule = rule;
    this.byteOffset = byteOffset;
  }

  /** The diagnostic's rule. */
  public String rule() {
    return rule;
  }

  /** Where in the file, or -1. */
  public long byteOffset() {
    return byteOffset;
  }
}
