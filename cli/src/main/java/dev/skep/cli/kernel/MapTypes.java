package dev.skep.cli.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfReader;
import dev.skep.btf.BtfType;
import dev.skep.kernel.BtfValues;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelBtf;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.MapInfo;
import dev.skep.object.Bytes;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types of a map's keys and values, where the kernel has them. */
record MapTypes(@Nullable Btf btf, int keyId, int valueId) {

  static MapTypes of(Kernel kernel, MapInfo info) {
    if (info.types().object() == 0 || info.types().value() == 0) {
      return new MapTypes(null, 0, 0);
    }
    try (KernelBtf btf = kernel.btfById(info.types().object())) {
      return new MapTypes(BtfReader.read(btf.bytes()), info.types().key(), info.types().value());
    } catch (KernelCallException e) {
      return new MapTypes(null, 0, 0);
    }
  }

  boolean known() {
    return btf != null;
  }

  Object key(byte[] bytes) {
    return read(keyId, bytes);
  }

  Object value(byte[] bytes) {
    return read(valueId, bytes);
  }

  /** A data section as bpftool shows it: a list of its variables, under its name. */
  private static Map<String, Object> section(BtfType.Datasec section, Map<?, ?> variables) {
    var list = new ArrayList<Map<?, ?>>();
    variables.forEach((name, value) -> list.add(Map.of(name, value)));
    return Map.of(section.name(), list);
  }

  private Object read(int id, byte[] bytes) {
    if (btf == null || id == 0) {
      return bytes.length == 4 ? Bytes.of(bytes).littleEndian(0, 4) : Output.hexList(bytes);
    }
    Object value = BtfValues.read(btf, id, Bytes.of(bytes));
    return btf.type(id) instanceof BtfType.Datasec section && value instanceof Map<?, ?> variables
        ? section(section, variables)
        : value;
  }
}
