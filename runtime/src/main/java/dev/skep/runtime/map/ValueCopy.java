package dev.skep.runtime.map;

import dev.skep.object.fields.ValueFields;
import dev.skep.object.fields.ValueFields.Field;
import java.util.Arrays;

/**
 * Copies a map's values around the fields that only helpers may touch: updates leave them alone,
 * and new elements and what user space gets have zeros there.
 */
final class ValueCopy {

  private final ValueFields fields;

  ValueCopy(ValueFields fields) {
    this.fields = fields;
  }

  /** {@code copy_map_value}: a value but for its fields. */
  void copy(byte[] from, int at, byte[] to, int index, int size) {
    int done = 0;
    for (Field field : fields.all()) {
      if (field.offset() > done) {
        System.arraycopy(from, at + done, to, index + done, field.offset() - done);
      }
      done = Math.max(done, field.offset() + field.size());
    }
    if (done < size) {
      System.arraycopy(from, at + done, to, index + done, size - done);
    }
  }

  /** {@code check_and_init_map_value}: fills the fields with zeros. */
  void clear(byte[] value, int index) {
    for (Field field : fields.all()) {
      int start = index + field.offset();
      Arrays.fill(value, start, start + field.size(), (byte) 0);
    }
  }
}
