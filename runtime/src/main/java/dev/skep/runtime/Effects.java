package dev.skep.runtime;

import dev.skep.object.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run did beside its result, packet and maps: text of iterators, signals, socket options,
 * the return value that {@code bpf_set_retval} leaves; and what helpers ask the context for.
 */
public final class Effects {

  /** Most bytes that an iterator's text may have. */
  private static final int MAX_OUTPUT = 1 << 24;

  private static final int MAX_SIGNALS = 1000;

  /** A call of {@code bpf_setsockopt}. */
  public record SocketOption(int level, int name) {}

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final List<Integer> signals = new ArrayList<>();
  private final Map<SocketOption, Bytes> options = new LinkedHashMap<>();
  private int returnValue;
  private int checksumLevel = -1;
  private long cookie;
  private long functionAddress;
  private int argumentCount = -1;
  private @Nullable Sysctl sysctl;

  /** A system control that a {@code CGROUP_SYSCTL} program decides about. */
  public record Sysctl(String name, String current, @Nullable String written) {}

  /** Text of {@code bpf_seq_printf} and {@code bpf_seq_write}. */
  public byte[] output() {
    return output.toByteArray();
  }

  /** Adds to the text; false if there is too much of it. */
  public boolean write(byte[] bytes, int at, int size) {
    if (output.size() + size > MAX_OUTPUT) {
      return false;
    }
    output.write(bytes, at, size);
    return true;
  }

  /** Signals sent by {@code bpf_send_signal}, in order. */
  public List<Integer> signals() {
    return List.copyOf(signals);
  }

  /** Records a signal: {@code bpf_send_signal}. */
  public void sendSignal(int number) {
    if (signals.size() < MAX_SIGNALS) {
      signals.add(number);
    }
  }

  /** Socket options that {@code bpf_setsockopt} set or the test prepared. */
  public Map<SocketOption, Bytes> options() {
    return options;
  }

  /** What {@code bpf_get_retval} gives: set before the run, or by {@code bpf_set_retval}. */
  public int returnValue() {
    return returnValue;
  }

  /** Sets it. */
  public void returnValue(int value) {
    returnValue = value;
  }

  /** {@code skb->csum_level} of a packet whose checksum is known to be right, otherwise -1. */
  public int checksumLevel() {
    return checksumLevel;
  }

  /** Sets it. */
  public void checksumLevel(int level) {
    checksumLevel = level;
  }

  /** What {@code bpf_get_attach_cookie} gives. */
  public long cookie() {
    return cookie;
  }

  /** Sets it. */
  public void cookie(long value) {
    cookie = value;
  }

  /** What {@code bpf_get_func_ip} gives. */
  public long functionAddress() {
    return functionAddress;
  }

  /** Sets it. */
  public void functionAddress(long address) {
    functionAddress = address;
  }

  /** Arguments of the traced function, the return value not counted; -1 if it is none. */
  public int argumentCount() {
    return argumentCount;
  }

  /** Sets it. */
  public void argumentCount(int count) {
    argumentCount = count;
  }

  /** The system control, or null. */
  public @Nullable Sysctl sysctl() {
    return sysctl;
  }

  /** Sets it. */
  public void sysctl(Sysctl control) {
    sysctl = control;
  }
}
