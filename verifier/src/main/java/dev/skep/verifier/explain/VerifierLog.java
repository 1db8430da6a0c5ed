package dev.skep.verifier.explain;

import java.util.ArrayList;
import java.util.List;

/**
 * The log as the kernel builds it: text that can be cut back to an earlier length, because at level
 * 1 the paths that turned out well are dropped.
 */
public final class VerifierLog {

  /** {@code BPF_LOG_ALIGNMENT}: column at which the state after an instruction is printed. */
  private static final int ALIGNMENT = 40;

  private static final int MIN_ALIGNMENT = 8;

  /** More text than this is dropped from the middle of memory's sight: the log is cut off. */
  private static final int MAX_LENGTH = 256 << 20;

  private final StringBuilder text = new StringBuilder();
  private final int level;
  private String lastLine = "";
  private final List<String> messages = new ArrayList<>();

  /**
   * Starts an empty log.
   *
   * @param level bits as in {@code bpf_attr.log_level}: 1 for the failing path, 2 for everything, 4
   *     for the time taken and the stack depth; 0 for the last message only
   */
  public VerifierLog(int level) {
    this.level = level;
  }

  /** Whether instructions and states are printed at all. */
  public boolean isOn() {
    return (level & 3) != 0;
  }

  /** Whether everything is printed. */
  public boolean isDetailed() {
    return (level & 2) != 0;
  }

  /** {@code BPF_LOG_STATS}: whether the time taken and the stack depth are printed. */
  public boolean hasStatistics() {
    return (level & 4) != 0;
  }

  /** Current length, to be cut back to. */
  public int position() {
    return text.length();
  }

  /** Drops everything from {@code position} on. */
  public void cutTo(int position) {
    if (position < text.length()) {
      text.setLength(position);
    }
  }

  /** Adds text without a line end. */
  public VerifierLog add(String more) {
    if (level > 0 && text.length() < MAX_LENGTH) {
      text.append(more);
    }
    return this;
  }

  /** Ends the line. */
  public void endLine() {
    add("\n");
  }

  /** A message to the user, a whole line; the last one before the end is the verdict's reason. */
  public void message(String line) {
    lastLine = line;
    messages.add(line);
    add(line);
    add("\n");
  }

  /** One of the messages that the kernel does not end with a line end. */
  public void unendedMessage(String words) {
    lastLine = words;
    messages.add(words);
    add(words);
  }

  /** What was said so far belongs to an instruction that was left behind. */
  public void forgetMessages() {
    if (!messages.isEmpty()) {
      messages.clear();
    }
  }

  /** All messages since then, line by line. */
  public List<String> messages() {
    return messages.stream().flatMap(String::lines).toList();
  }

  /** Last message, or the empty text. */
  public String lastMessage() {
    return lastLine;
  }

  /** Spaces and the semicolon between an instruction's text and the state after it. */
  public static String stateSeparator(int instructionLength) {
    int wanted = Math.max(instructionLength + MIN_ALIGNMENT / 2, ALIGNMENT);
    int column = (wanted + MIN_ALIGNMENT - 1) / MIN_ALIGNMENT * MIN_ALIGNMENT;
    return " ".repeat(Math.max(1, column - instructionLength - 1)) + ";";
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
