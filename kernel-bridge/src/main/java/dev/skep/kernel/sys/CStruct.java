package dev.skep.kernel.sys;

import dev.skep.catalog.Dated;
import dev.skep.catalog.KernelVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shape of a kernel structure, computed from a description that reads like its declaration.
 *
 * <p>A description is a list of fields separated by commas, each with its C type and name:
 *
 * <pre>
 *   u32 map_type, u32 key_size, char[16] map_name @4.15, u64 map_extra @5.16, ...
 * </pre>
 *
 * <p>Types are {@code u8 u16 u32 u64 s32 s64 char[N]}. Fields lie as the C compiler on x86_64 puts
 * them: each aligned to its size. {@code a|b} are members of an anonymous union of the same type;
 * {@code a|b@X.Y} says that the second name came later. {@code @X.Y} is the kernel version that
 * brought the field and all that follow; {@code align8} moves on to the next multiple of eight, as
 * a union that holds a {@code u64} does; {@code +N} skips N bytes. The tests compare each
 * description with the running kernel's BTF.
 */
public final class CStruct {

  private static final Pattern FIELD =
      Pattern.compile(
          "(u8|u16|u32|u64|s32|s64|char\\[(\\d+)])\\s+([\\w|@.]+)(?:\\s+@(\\d+\\.\\d+))?");

  private final String name;
  private final List<Field> fields;
  private final Map<String, Field> byName = new LinkedHashMap<>();
  private final int size;

  private CStruct(String name, List<Field> fields, int size) {
    this.name = name;
    this.fields = List.copyOf(fields);
    this.size = size;
    for (Field field : fields) {
      if (byName.put(field.name(), field) != null) {
        throw new IllegalArgumentException(name + " has two fields " + field.name());
      }
    }
  }

  /**
   * One field.
   *
   * @param name as in the kernel's header
   * @param offset bytes from the start
   * @param size bytes
   * @param signed whether reading it extends the sign
   * @param since the kernel version that brought it
   */
  public record Field(String name, int offset, int size, boolean signed, KernelVersion since)
      implements Dated {}

  /** Computes a layout from its description. */
  public static CStruct of(String name, String description) {
    return append(name, new ArrayList<>(), 0, new KernelVersion(3, 18), description);
  }

  /** This layout with more fields behind it; {@code name} is the longer structure's. */
  public CStruct extend(String name, String description) {
    KernelVersion since = fields.isEmpty() ? new KernelVersion(3, 18) : fields.getLast().since();
    int end = fields.isEmpty() ? 0 : fields.getLast().offset() + fields.getLast().size();
    return append(name, new ArrayList<>(fields), end, since, description);
  }

  private static CStruct append(
      String name, List<Field> fields, int at, KernelVersion since, String description) {
    for (String part : description.split(",", -1)) {
      String text = part.strip();
      if (text.equals("align8")) {
        at = align(at, 8);
        continue;
      }
      if (text.startsWith("+")) {
        at += Integer.parseInt(text.substring(1));
        continue;
      }
      Matcher m = FIELD.matcher(text);
      if (!m.matches()) {
        throw new IllegalArgumentException(name + ": cannot read the field '" + text + "'");
      }
      String type = m.group(1);
      int bytes =
          m.group(2) != null
              ? Integer.parseInt(m.group(2))
              : Integer.parseInt(type.substring(1)) / Byte.SIZE;
      at = align(at, m.group(2) != null ? 1 : bytes);
      if (m.group(4) != null) {
        since = KernelVersion.parse(m.group(4));
      }
      for (String one : m.group(3).split("\\|", -1)) {
        int version = one.indexOf('@');
        fields.add(
            new Field(
                version < 0 ? one : one.substring(0, version),
                at,
                bytes,
                type.startsWith("s"),
                version < 0 ? since : KernelVersion.parse(one.substring(version + 1))));
      }
      at += bytes;
    }
    return new CStruct(name, fields, align(at, 8));
  }

  private static int align(int at, int to) {
    return (at + to - 1) / to * to;
  }

  /** The structure's name, such as {@code bpf_attr.link_create.tcx}. */
  public String name() {
    return name;
  }

  /** Bytes, rounded up to eight. */
  public int size() {
    return size;
  }

  /** All fields by ascending offset. */
  public List<Field> fields() {
    return fields;
  }

  /** Whether there is a field of this name. */
  public boolean has(String field) {
    return byName.containsKey(field);
  }

  /**
   * The field of a name.
   *
   * @throws IllegalArgumentException if there is none: a mistake in skep, not in its input
   */
  public Field field(String field) {
    Field found = byName.get(field);
    if (found == null) {
      throw new IllegalArgumentException(name + " has no field " + field);
    }
    return found;
  }

  @Override
  public String toString() {
    return name + byName.keySet();
  }
}
