package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import java.util.Map;

/** Numbers in strings, and the string functions that programs call as kfuncs. */
final class StringHelpers {

  /** {@code XATTR_SIZE_MAX}: the longest string that the kfuncs look at. */
  private static final int MAX_STRING = 65_536;

  private StringHelpers() {}

  static void register() {
    Helpers.add("bpf_strtol", (cpu, s, n, f, r, e) -> parse(cpu, s, n, f, r, true));
    Helpers.add("bpf_strtoul", (cpu, s, n, f, r, e) -> parse(cpu, s, n, f, r, false));
  }

  static void kfuncs(Map<String, Helper> all) {
    all.put("bpf_strcmp", (cpu, a, b, c, d, e) -> compare(cpu, a, b));
    all.put(
        "bpf_strlen", (cpu, s, b, c, d, e) -> length(cpu, s, MAX_STRING, Errno.E2BIG.negated()));
    all.put(
        "bpf_strnlen",
        (cpu, s, n, c, d, e) -> {
          long most = Long.compareUnsigned(n, MAX_STRING) < 0 ? n : MAX_STRING;
          return length(cpu, s, most, most == n ? n : Errno.E2BIG.negated());
        });
    all.put("bpf_strchr", (cpu, s, c, x, d, e) -> find(cpu, s, MAX_STRING, (int) c, true));
    all.put(
        "bpf_strnchr",
        (cpu, s, n, c, d, e) ->
            find(cpu, s, Long.compareUnsigned(n, MAX_STRING) < 0 ? n : MAX_STRING, (int) c, true));
    all.put("bpf_strchrnul", (cpu, s, c, x, d, e) -> find(cpu, s, MAX_STRING, (int) c, false));
    all.put("bpf_strrchr", StringHelpers::findLast);
    all.put("bpf_strspn", (cpu, s, set, c, d, e) -> span(cpu, s, set, true));
    all.put("bpf_strcspn", (cpu, s, set, c, d, e) -> span(cpu, s, set, false));
    all.put("bpf_strstr", (cpu, s, t, c, d, e) -> search(cpu, s, t, MAX_STRING));
    all.put("bpf_strnstr", (cpu, s, t, n, d, e) -> search(cpu, s, t, n));
  }

  /** A byte of a string, or -1 if it cannot be read. */
  private static int at(Cpu cpu, long address) {
    var region = Access.probe(cpu, address, 1);
    return region == null ? -1 : region.bytes()[(int) address - region.base()] & 0xff;
  }

  private static long compare(Cpu cpu, long a, long b) {
    for (int i = 0; i < MAX_STRING; i++) {
      int left = at(cpu, a + i);
      int right = at(cpu, b + i);
      if (left < 0 || right < 0) {
        return Errno.EFAULT.negated();
      }
      if (left != right) {
        return left < right ? -1 : 1;
      }
      if (left == 0) {
        return 0;
      }
    }
    return Errno.E2BIG.negated();
  }

  private static long length(Cpu cpu, long s, long most, long otherwise) {
    for (int i = 0; i < most; i++) {
      int c = at(cpu, s + i);
      if (c <= 0) {
        return c < 0 ? Errno.EFAULT.negated() : i;
      }
    }
    return otherwise;
  }

  private static long find(Cpu cpu, long s, long most, int wanted, boolean must) {
    for (int i = 0; i < most; i++) {
      int c = at(cpu, s + i);
      if (c < 0) {
        return Errno.EFAULT.negated();
      }
      if (c == (wanted & 0xff)) {
        return i;
      }
      if (c == 0) {
        return must ? Errno.ENOENT.negated() : i;
      }
    }
    return most == MAX_STRING ? Errno.E2BIG.negated() : Errno.ENOENT.negated();
  }

  private static long findLast(Cpu cpu, long s, long wanted, long c, long d, long e) {
    long found = Errno.ENOENT.negated();
    for (int i = 0; i < MAX_STRING; i++) {
      int next = at(cpu, s + i);
      if (next < 0) {
        return Errno.EFAULT.negated();
      }
      if (next == (wanted & 0xff)) {
        found = i;
      }
      if (next == 0) {
        return found;
      }
    }
    return Errno.E2BIG.negated();
  }

  private static long span(Cpu cpu, long s, long set, boolean inside) {
    for (int i = 0; i < MAX_STRING; i++) {
      int c = at(cpu, s + i);
      if (c <= 0) {
        return c < 0 ? Errno.EFAULT.negated() : i;
      }
      long found = find(cpu, set, MAX_STRING, c, true);
      if (found == Errno.EFAULT.negated() || found == Errno.E2BIG.negated()) {
        return found;
      }
      if (found >= 0 != inside) {
        return i;
      }
    }
    return Errno.E2BIG.negated();
  }

  private static long search(Cpu cpu, long text, long wanted, long most) {
    for (int i = 0; i < MAX_STRING; i++) {
      for (int j = 0; ; j++) {
        int right = at(cpu, wanted + j);
        if (right < 0) {
          return Errno.EFAULT.negated();
        }
        if (right == 0) {
          return i;
        }
        if (Long.compareUnsigned(i + (long) j, most) >= 0) {
          return Errno.ENOENT.negated();
        }
        int left = at(cpu, text + i + j);
        if (left < 0) {
          return Errno.EFAULT.negated();
        }
        if (left == 0) {
          return Errno.ENOENT.negated();
        }
        if (left != right) {
          break;
        }
      }
    }
    return Errno.E2BIG.negated();
  }

  /**
   * {@code bpf_strtol} and {@code bpf_strtoul}: how many characters the number took, or an error.
   */
  private static long parse(
      Cpu cpu, long text, long size, long flags, long result, boolean signed) {
    long base = flags & 0x1f;
    Access.store64(cpu, result, 0);
    if ((flags & ~0x1fL) != 0 || base != 0 && base != 8 && base != 10 && base != 16) {
      return Errno.EINVAL.negated();
    }
    int length = MapHelpers.size(size);
    if (length == 0) {
      return Errno.EINVAL.negated();
    }
    Access.check(cpu, text, length);
    int i = 0;
    while (i < length && isSpace(at(cpu, text + i))) {
      i++;
    }
    boolean negative = i < length && at(cpu, text + i) == '-';
    if (negative) {
      if (!signed) {
        return Errno.EINVAL.negated();
      }
      i++;
    }
    if (i >= length) {
      return Errno.EINVAL.negated();
    }
    int radix = (int) base;
    boolean zero = at(cpu, text + i) == '0';
    boolean hex =
        zero
            && i + 2 < length
            && (at(cpu, text + i + 1) | 0x20) == 'x'
            && Character.digit(at(cpu, text + i + 2), 16) >= 0;
    if (radix == 0) {
      radix = hex ? 16 : zero ? 8 : 10;
    }
    if (radix == 16 && zero && i + 1 < length && (at(cpu, text + i + 1) | 0x20) == 'x') {
      i += 2;
    }
    long value = 0;
    boolean overflow = false;
    int digits = 0;
    for (; i < length; i++, digits++) {
      int c = at(cpu, text + i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        break;
      }
      long high = Math.unsignedMultiplyHigh(value, radix);
      long low = value * radix;
      overflow |= high != 0 || Long.compareUnsigned(low + digit, low) < 0;
      value = low + digit;
    }
    if (digits == 0) {
      return Errno.EINVAL.negated();
    }
    if (overflow) {
      return Errno.ERANGE.negated();
    }
    if (signed) {
      if (negative ? Long.compareUnsigned(value, 1L << 63) > 0 : value < 0) {
        return Errno.ERANGE.negated();
      }
      value = negative ? -value : value;
    }
    Access.store64(cpu, result, value);
    return i;
  }

  private static boolean isSpace(int c) {
    return c == ' ' || c >= 9 && c <= 13;
  }
}
