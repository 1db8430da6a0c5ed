package dev.skep.verifier.check;

import dev.skep.catalog.MapFlag;
import dev.skep.object.MapSpec;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.admission.MapUse;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;

/** Whether an access stays inside its region, at both ends of the variable offset. */
public final class MemoryBounds {

  private static final int MAX_OFFSET = 1 << 29;

  private final Environment env;

  public MemoryBounds(Environment env) {
    this.env = env;
  }

  /** A region of known size: {@code check_mem_region_access}. */
  void region(int number, Reg reg, int off, int size, int regionSize, boolean zeroAllowed) {
    ScalarRange range = reg.range();
    long smin = range.smin();
    if (smin < 0
        && (smin == Long.MIN_VALUE || smin + off != (int) (smin + off) || smin + off < 0)) {
      throw env.deny(
          "R"
              + number
              + " min value is negative, either use unsigned index or do a if (index >=0) check.");
    }
    if (!fits(number, reg, (int) (smin + off), size, regionSize, zeroAllowed)) {
      throw env.deny("R" + number + " min value is outside of the allowed memory range");
    }
    if (Long.compareUnsigned(range.umax(), MAX_OFFSET) >= 0) {
      throw env.deny(
          "R" + number + " unbounded memory access, make sure to bounds check any such access");
    }
    if (!fits(number, reg, (int) (range.umax() + off), size, regionSize, zeroAllowed)) {
      throw env.deny("R" + number + " max value is outside of the allowed memory range");
    }
  }

  /** One place; says in the log what is wrong with it. */
  private boolean fits(
      int number, Reg reg, int off, int size, int regionSize, boolean zeroAllowed) {
    boolean sized = size > 0 || size == 0 && zeroAllowed;
    if (off >= 0 && sized && (long) off + size <= Integer.toUnsignedLong(regionSize)) {
      return true;
    }
    env.log.message(
        switch (reg.type()) {
          case PTR_TO_MAP_KEY ->
              "invalid access to map key, key_size=%d off=%d size=%d"
                  .formatted(regionSize, off, size);
          case PTR_TO_MAP_VALUE ->
              "invalid access to map value, value_size=%d off=%d size=%d"
                  .formatted(regionSize, off, size);
          case PTR_TO_PACKET, PTR_TO_PACKET_META, PTR_TO_PACKET_END ->
              "invalid access to packet, off=%d size=%d, R%d(id=%d,off=%d,r=%d)"
                  .formatted(off, size, number, reg.id(), off, regionSize);
          default ->
              "invalid access to memory, mem_size=%s off=%d size=%d"
                  .formatted(Integer.toUnsignedString(regionSize), off, size);
        });
    return false;
  }

  /** A packet: only the fixed offset counts, the variable part was checked with the range. */
  void packet(int number, Reg reg, int off, int size, boolean zeroAllowed) {
    if (reg.range().smin() < 0) {
      throw env.deny(
          "R"
              + number
              + " min value is negative, either use unsigned index or do a if (index >=0) check.");
    }
    if (reg.packetRange() < 0) {
      throw env.invalid("R" + number + " offset is outside of the packet");
    }
    if (!fits(number, reg, off, size, reg.packetRange(), zeroAllowed)) {
      throw env.deny("R" + number + " offset is outside of the packet");
    }
  }

  /** A buffer whose size the program's accesses decide: {@code __check_buffer_access}. */
  void buffer(int number, Reg reg, int off, int size) {
    String kind =
        reg.type() == RegType.PTR_TO_TP_BUFFER
            ? "tracepoint"
            : reg.has(TypeFlags.MEM_RDONLY) ? "rdonly" : "rdwr";
    if (off < 0) {
      throw env.deny(
          "R%d invalid %s buffer access: off=%d, size=%d".formatted(number, kind, off, size));
    }
    if (!reg.range().isConst(0)) {
      throw env.deny(
          "R%d invalid variable buffer offset: off=%d, var_off=%s"
              .formatted(number, off, reg.varOff()));
    }
  }

  /** Whether the program may read or write the map at all. */
  void mapPermission(Reg pointer, int off, int size, boolean write) {
    MapSpec map = pointer.map();
    if (write ? MapUse.isReadOnly(map) : map.has(MapFlag.WRONLY_PROG)) {
      throw env.deny(
          (write ? "write into" : "read from")
              + " map forbidden, value_size=%d off=%d size=%d"
                  .formatted(map.valueSize(), off, size));
    }
  }

  /** A map's value, with the fields that the kernel owns. */
  public void mapValue(
      int number, Reg pointer, int off, int size, boolean zeroAllowed, boolean direct) {
    MapSpec map = pointer.map();
    region(number, pointer, off, size, map.valueSize(), zeroAllowed);
    long first = pointer.range().smin() + off;
    long last = pointer.range().umax() + off + size;
    for (ValueFields.Field field : env.fields.of(map).all()) {
      int place = field.offset();
      if (first >= place + field.size() || place >= last) {
        continue;
      }
      String name = field.kind().text();
      if (!field.kind().isPointer()) {
        throw env.deny(name + " cannot be accessed directly by load/store");
      }
      if (!direct) {
        throw env.deny(name + " cannot be accessed indirectly by helper");
      }
      if (!pointer.range().isConst()) {
        throw env.deny(name + " access cannot have variable offset");
      }
      long at = off + pointer.range().constantValue();
      if (place != at) {
        throw env.deny(
            name + " access misaligned expected=" + place + " off=" + Long.toUnsignedString(at));
      }
      if (size != Long.BYTES) {
        throw env.deny(name + " access size must be BPF_DW");
      }
    }
  }

  /** A pointer that must not have been moved: {@code check_ptr_off_reg}. */
  void fixedOffset(int number, Reg reg, boolean fixedAllowed) {
    String type = StatePrinter.typeName(reg);
    if (reg.off() < 0) {
      throw env.deny(
          "negative offset " + type + " ptr R" + number + " off=" + reg.off() + " disallowed");
    }
    if (!fixedAllowed && reg.off() != 0) {
      throw env.deny(
          "dereference of modified "
              + type
              + " ptr R"
              + number
              + " off="
              + reg.off()
              + " disallowed");
    }
    if (!reg.range().isConst(0)) {
      throw env.deny("variable " + type + " access var_off=" + reg.varOff() + " disallowed");
    }
  }
}
