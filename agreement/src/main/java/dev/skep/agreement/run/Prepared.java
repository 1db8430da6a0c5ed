package dev.skep.agreement.run;

/** What came of making a program ready to run. */
public sealed interface Prepared {

  /** It can run. */
  record Ready(PacketRunner runner) implements Prepared {}

  /**
   * It cannot: it needs what the machine does not offer, or the kernel refuses it.
   *
   * @param reason in one line, with the program's name
   */
  record Refused(String reason) implements Prepared {}
}
