package dev.skep.kernel;

import dev.skep.object.BpfObject;
import dev.skep.object.ReadResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The compiled programs in {@code src/test/resources/objects}. */
final class TestObjects {

  private TestObjects() {}

  static byte[] bytes(String name) {
    try (InputStream in = TestObjects.class.getResourceAsStream("/objects/" + name + ".bpf.o")) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The object, read for the running kernel. */
  static BpfObject read(Kernel kernel, String name) {
    return switch (kernel.read(bytes(name), name + ".bpf.o")) {
      case ReadResult.Read read -> read.object();
      case ReadResult.Refused refused -> throw new AssertionError(refused.diagnostics().toString());
    };
  }

  static KernelProgram load(KernelObject session, BpfObject object, String program) {
    return load(session, object, program, LoadOptions.DEFAULT);
  }

  static KernelProgram load(
      KernelObject session, BpfObject object, String program, LoadOptions options) {
    return switch (session.load(object.program(program).orElseThrow(), options)) {
      case LoadResult.Loaded loaded -> loaded.program();
      case LoadResult.Refused refused -> throw new AssertionError(refused.reason() + refused.log());
    };
  }

  /** A global variable's value, by its name in a data section's map. */
  static long variable(KernelObject session, BpfObject object, String name) {
    byte[] value = bytesOf(session, object, name);
    return dev.skep.object.Bytes.of(value).littleEndian(0, value.length);
  }

  /** A global variable's bytes. */
  static byte[] bytesOf(KernelObject session, BpfObject object, String name) {
    var btf = Objects.requireNonNull(object.btf());
    for (var map : object.maps()) {
      if (map.btfValueTypeId() == 0
          || map.btf() == null
          || !(map.btf().type(map.btfValueTypeId()) instanceof dev.skep.btf.BtfType.Datasec s)) {
        continue;
      }
      for (var v : s.vars()) {
        if (btf.type(v.type()).name().equals(name)) {
          byte[] value = Objects.requireNonNull(session.map(map).lookup(new byte[4]));
          return java.util.Arrays.copyOfRange(value, v.offset(), v.offset() + v.size());
        }
      }
    }
    throw new AssertionError("no variable " + name);
  }

  static void setVariable(KernelObject session, BpfObject object, String name, long to) {
    for (var map : object.maps()) {
      if (map.btf() != null
          && map.btf().type(map.btfValueTypeId()) instanceof dev.skep.btf.BtfType.Datasec s) {
        for (var v : s.vars()) {
          if (map.btf().type(v.type()).name().equals(name)) {
            byte[] value = Objects.requireNonNull(session.map(map).lookup(new byte[4]));
            for (int i = 0; i < v.size(); i++) {
              value[v.offset() + i] = (byte) (to >> 8 * i);
            }
            session.map(map).update(new byte[4], value);
            return;
          }
        }
      }
    }
    throw new AssertionError("no variable " + name);
  }
}
