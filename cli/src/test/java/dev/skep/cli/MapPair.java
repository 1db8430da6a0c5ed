package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapType;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.MapSpec;
import dev.skep.runtime.Machine;
import dev.skep.runtime.map.BpfMap;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The same map on a machine and in the kernel: every operation goes to both. */
final class MapPair implements AutoCloseable {

  private final KernelMap theirs;
  private final BpfMap ours;

  MapPair(Kernel kernel, MapSpec spec) {
    theirs = kernel.createMap(spec);
    ours = Machine.builder().cpus(kernel.possibleCpus()).build().map(spec);
    assertEquals(theirs.elementSize(), ours.elementBytes());
  }

  BpfMap ours() {
    return ours;
  }

  /** What an operation gave: an error number or the bytes. */
  private interface Operation {
    String run();
  }

  private static String kernel(Operation operation) {
    try {
      return operation.run();
    } catch (KernelCallException e) {
      return "-" + e.errorNumber();
    }
  }

  private static String outcome(int result, byte @Nullable [] bytes) {
    return result < 0 || bytes == null ? String.valueOf(result) : HexFormat.of().formatHex(bytes);
  }

  private static String found(byte @Nullable [] bytes) {
    return outcome(bytes == null ? Errno.ENOENT.negated() : 0, bytes);
  }

  private String told(String operation, String expected, String actual) {
    assertEquals(
        expected, actual, () -> operation + " of " + ours + " with flags " + ours.spec().flags());
    return actual;
  }

  String lookup(byte[] key, long flags) {
    byte[] value = new byte[ours.elementBytes()];
    if (ours.type() == MapType.BLOOM_FILTER) {
      value = key.clone();
    }
    int result = ours.read(key, value, flags);
    return told(
        "lookup " + hex(key),
        kernel(() -> found(theirs.lookup(key, flags))),
        outcome(result, value));
  }

  String update(byte[] key, byte[] value, long flags) {
    return told(
        "update " + hex(key) + " flags " + flags,
        kernel(
            () -> {
              theirs.update(key, value, flags);
              return "0";
            }),
        String.valueOf(ours.put(key, value, flags)));
  }

  String delete(byte[] key) {
    return told(
        "delete " + hex(key),
        kernel(() -> theirs.delete(key) ? "0" : String.valueOf(Errno.ENOENT.negated())),
        String.valueOf(ours.remove(key)));
  }

  String take(byte[] key) {
    byte[] value = new byte[ours.elementBytes()];
    int result = ours.take(key, value, 0);
    return told(
        "lookup and delete " + hex(key),
        kernel(
            () ->
                found(
                    theirs.lookupAndDelete(
                        ours.type() == MapType.BLOOM_FILTER ? new byte[ours.valueSize()] : key))),
        outcome(result, value));
  }

  String next(byte @Nullable [] key) {
    byte[] next = new byte[ours.keySize()];
    int result = ours.nextKey(key, next);
    return told(
        "key after " + (key == null ? "none" : hex(key)),
        kernel(() -> found(theirs.nextKey(key))),
        outcome(result, next));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() {
    theirs.close();
  }
}
