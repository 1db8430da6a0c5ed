package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.memory.Region;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Helpers that read memory which may not be there, and those on strings. */
final class MemoryHelpers {

  private static final int MAX_STRING = 4096;

  private MemoryHelpers() {}

  static void register() {
    Helpers.add("bpf_probe_read", MemoryHelpers::probeRead);
    Helpers.add("bpf_trace_printk", MemoryHelpers::tracePrintk);
    Helpers.add("bpf_probe_read_str", MemoryHelpers::probeReadStr);
    Helpers.add("bpf_probe_read_user", MemoryHelpers::probeRead);
    Helpers.add("bpf_probe_read_kernel", MemoryHelpers::probeRead);
    Helpers.add("bpf_probe_read_user_str", MemoryHelpers::probeReadStr);
    Helpers.add("bpf_probe_read_kernel_str", MemoryHelpers::probeReadStr);
    Helpers.add("bpf_copy_from_user", MemoryHelpers::probeRead);
    Helpers.add("bpf_snprintf", MemoryHelpers::snprintf);
    Helpers.add("bpf_trace_vprintk", MemoryHelpers::traceVprintk);
    Helpers.add("bpf_strncmp", MemoryHelpers::strncmp);
  }

  private static long probeRead(Cpu cpu, long to, long size, long from, long d, long e) {
    int length = MapHelpers.size(size);
    Region target = Access.checkWrite(cpu, to, length);
    int at = (int) to - target.base();
    Region source = Access.probe(cpu, from, length);
    if (source == null) {
      Arrays.fill(target.bytes(), at, at + length, (byte) 0);
      return Errno.EFAULT.negated();
    }
    System.arraycopy(source.bytes(), (int) from - source.base(), target.bytes(), at, length);
    return 0;
  }

  private static long probeReadStr(Cpu cpu, long to, long size, long from, long d, long e) {
    int length = MapHelpers.size(size);
    Region target = Access.checkWrite(cpu, to, length);
    int at = (int) to - target.base();
    if (length == 0) {
      return 0;
    }
    for (int i = 0; i < length; i++) {
      Region source = Access.probe(cpu, from + i, 1);
      if (source == null) {
        Arrays.fill(target.bytes(), at, at + length, (byte) 0);
        return Errno.EFAULT.negated();
      }
      byte next = i == length - 1 ? 0 : source.bytes()[(int) (from + i) - source.base()];
      target.bytes()[at + i] = next;
      if (next == 0) {
        return i + 1L;
      }
    }
    return length;
  }

  private static long strncmp(Cpu cpu, long a, long size, long b, long d, long e) {
    for (long i = 0; i < (size & 0xffff_ffffL); i++) {
      int left = (int) Access.load8(cpu, a + i);
      int right = (int) Access.load8(cpu, b + i);
      if (left != right || left == 0) {
        return left < right ? -1 : 1;
      }
    }
    return 0;
  }

  /** The string at an address, or null if it is not readable. */
  static @Nullable String string(Cpu cpu, long address, int limit) {
    byte[] text = new byte[limit];
    for (int i = 0; i < limit; i++) {
      Region source = Access.probe(cpu, address + i, 1);
      if (source == null) {
        return null;
      }
      text[i] = source.bytes()[(int) (address + i) - source.base()];
      if (text[i] == 0) {
        return new String(text, 0, i, StandardCharsets.UTF_8);
      }
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  private static long tracePrintk(Cpu cpu, long format, long size, long c, long d, long e) {
    return print(cpu, format, size, new long[] {c, d, e});
  }

  private static long traceVprintk(Cpu cpu, long format, long size, long data, long bytes, long e) {
    long[] values = values(cpu, data, bytes);
    return values == null ? Errno.EINVAL.negated() : print(cpu, format, size, values);
  }

  private static long @Nullable [] values(Cpu cpu, long data, long bytes) {
    if ((bytes & 7) != 0 || bytes < 0 || bytes > 12 * 8) {
      return null;
    }
    long[] values = new long[(int) bytes / 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = Access.load64(cpu, data + i * 8L);
    }
    return values;
  }

  /** The text of a format with its values as an array, or null if either is malformed. */
  static @Nullable String format(Cpu cpu, long format, long size, long data, long bytes) {
    Access.check(cpu, format, MapHelpers.size(size));
    String text = string(cpu, format, (int) size);
    long[] values = values(cpu, data, bytes);
    return text == null || values == null ? null : Format.apply(cpu, text, values);
  }

  private static long print(Cpu cpu, long format, long size, long[] values) {
    Access.check(cpu, format, MapHelpers.size(size));
    String text = string(cpu, format, (int) size);
    String line = text == null ? null : Format.apply(cpu, text, values);
    if (line == null) {
      return Errno.EINVAL.negated();
    }
    cpu.machine().trace(line);
    return line.getBytes(StandardCharsets.UTF_8).length;
  }

  private static long snprintf(Cpu cpu, long to, long size, long format, long data, long bytes) {
    int length = MapHelpers.size(size);
    Region target = length == 0 ? null : Access.checkWrite(cpu, to, length);
    String text = string(cpu, format, MAX_STRING);
    long[] values = values(cpu, data, bytes);
    String line = text == null || values == null ? null : Format.apply(cpu, text, values);
    if (line == null) {
      return Errno.EINVAL.negated();
    }
    byte[] out = line.getBytes(StandardCharsets.UTF_8);
    if (target != null) {
      int at = (int) to - target.base();
      int count = Math.min(out.length, length - 1);
      System.arraycopy(out, 0, target.bytes(), at, count);
      target.bytes()[at + count] = 0;
    }
    return out.length + 1L;
  }
}
