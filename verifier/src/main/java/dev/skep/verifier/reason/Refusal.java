package dev.skep.verifier.reason;

import dev.skep.catalog.Errno;
import java.util.List;

/**
 * That Linux refuses a program, and why.
 *
 * @param errno what bpf(2) returns
 * @param pc the instruction that it is about, -1 if it is the program as a whole
 * @param messages what the kernel says about it, line by line; empty where it says nothing
 * @param evidence what the verifier knew; may be empty
 */
public record Refusal(
    Reason reason, Errno errno, int pc, List<String> messages, List<Evidence> evidence) {

  public Refusal {
    messages = List.copyOf(messages);
    evidence = List.copyOf(evidence);
  }

  /** The kernel's last message, which is the last line of its log but for statistics. */
  public String message() {
    return messages.isEmpty() ? "" : messages.getLast();
  }
}
