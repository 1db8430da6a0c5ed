package dev.skep.verifier.state;

import dev.skep.btf.Btf;
import dev.skep.object.MapSpec;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.domain.Tnum;

/**
 * What is known about a register or a spilled register: {@code struct bpf_reg_state}.
 *
 * <p>Immutable; equality is the kernel's "exactly the same" apart from ids.
 *
 * @param type base kind
 * @param flags {@link TypeFlags}
 * @param off fixed offset of a pointer, in bytes; with {@link #ADD_CONST} in the id, a linked
 *     scalar's distance
 * @param range the number, or a pointer's variable offset
 * @param detail what the kind carries beyond that
 * @param id links copies of the same unknown value; 0 if there is none
 * @param refObjId the acquired reference that this pointer stands for; 0 if there is none
 * @param frame call frame of a stack pointer, otherwise 0
 * @param precise whether a scalar's exact value matters to the verdict
 */
public record Reg(
    RegType type,
    int flags,
    int off,
    ScalarRange range,
    Detail detail,
    int id,
    int refObjId,
    int frame,
    boolean precise) {

  /** In an id: {@code off} is the distance to the linked scalar, by a 64-bit addition. */
  public static final int ADD_CONST64 = 1 << 31;

  /** In an id: {@code off} is the distance to the linked scalar, by a 32-bit addition. */
  public static final int ADD_CONST32 = 1 << 30;

  /** {@code BPF_ADD_CONST}: one of the two. */
  public static final int ADD_CONST = ADD_CONST64 | ADD_CONST32;

  /** Nothing was written yet. */
  public static final Reg NOT_INIT =
      new Reg(RegType.NOT_INIT, 0, 0, ScalarRange.constant(0), Detail.NONE, 0, 0, 0, false);

  /** Any number. */
  public static final Reg UNKNOWN = scalar(ScalarRange.UNKNOWN);

  /** Zero. */
  public static final Reg ZERO = scalar(ScalarRange.constant(0));

  /** The program's context. */
  public static final Reg CTX = pointer(RegType.PTR_TO_CTX, 0, Detail.NONE);

  /** A number. */
  public static Reg scalar(ScalarRange range) {
    return new Reg(RegType.SCALAR_VALUE, 0, 0, range, Detail.NONE, 0, 0, 0, false);
  }

  /** A known number. */
  public static Reg constant(long value) {
    return scalar(ScalarRange.constant(value));
  }

  /** A pointer without offset or id. */
  public static Reg pointer(RegType type, int flags, Detail detail) {
    return new Reg(type, flags, 0, ScalarRange.constant(0), detail, 0, 0, 0, false);
  }

  /** A frame's stack pointer. */
  public static Reg stackPointer(int frame) {
    return new Reg(
        RegType.PTR_TO_STACK, 0, 0, ScalarRange.constant(0), Detail.NONE, 0, 0, frame, false);
  }

  /** A pointer to a value of a type. */
  public static Reg btfPointer(int flags, Btf btf, int typeId) {
    return pointer(RegType.PTR_TO_BTF_ID, flags, new Detail.OfBtf(btf, typeId));
  }

  public boolean isScalar() {
    return type == RegType.SCALAR_VALUE;
  }

  /** A scalar or nothing at all: no pointer. */
  public boolean isPointer() {
    return type != RegType.SCALAR_VALUE && type != RegType.NOT_INIT;
  }

  public boolean isConst() {
    return isScalar() && range.isConst();
  }

  /** {@code register_is_null}: the number 0. */
  public boolean isNullConstant() {
    return isScalar() && range.isConst() && range.constantValue() == 0;
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  public boolean mayBeNull() {
    return has(TypeFlags.PTR_MAYBE_NULL);
  }

  /** {@code is_rcu_reg}. */
  public boolean isRcu() {
    return has(TypeFlags.MEM_RCU);
  }

  /** {@code type_is_ptr_alloc_obj}: an object that the program allocated. */
  public boolean isAllocated() {
    return type == RegType.PTR_TO_BTF_ID && has(TypeFlags.MEM_ALLOC);
  }

  /** {@code type_is_non_owning_ref}. */
  public boolean isNonOwning() {
    return isAllocated() && has(TypeFlags.NON_OWN_REF);
  }

  /** Whether type and flags are exactly this pair. */
  public boolean is(RegType type, int flags) {
    return this.type == type && this.flags == flags;
  }

  public Tnum varOff() {
    return range.varOff();
  }

  public boolean hasConstOffset() {
    return range.isConst();
  }

  /** The map behind a map pointer, value or key. */
  public MapSpec map() {
    return ((Detail.OfMap) detail).map();
  }

  public int mapUid() {
    return ((Detail.OfMap) detail).uid();
  }

  /** Bytes of a memory pointer's region. */
  public int memorySize() {
    return ((Detail.OfMemory) detail).size();
  }

  public Btf btf() {
    return ((Detail.OfBtf) detail).btf();
  }

  public int btfId() {
    return ((Detail.OfBtf) detail).typeId();
  }

  /** Checked bytes of a packet pointer, or one of the end marks. */
  public int packetRange() {
    return detail instanceof Detail.PacketRange(int checked) ? checked : 0;
  }

  public Reg withOff(int newOff) {
    return newOff == off
        ? this
        : new Reg(type, flags, newOff, range, detail, id, refObjId, frame, precise);
  }

  public Reg withRange(ScalarRange newRange) {
    return newRange == range
        ? this
        : new Reg(type, flags, off, newRange, detail, id, refObjId, frame, precise);
  }

  public Reg withId(int newId) {
    return newId == id
        ? this
        : new Reg(type, flags, off, range, detail, newId, refObjId, frame, precise);
  }

  /** Without id and linked distance: a scalar that is no copy of another any more. */
  public Reg unlinked() {
    if (id == 0) {
      return this;
    }
    int keptOff = isScalar() ? 0 : off;
    return new Reg(type, flags, keptOff, range, detail, 0, refObjId, frame, precise);
  }

  public Reg withRefObjId(int newRefObjId) {
    return newRefObjId == refObjId
        ? this
        : new Reg(type, flags, off, range, detail, id, newRefObjId, frame, precise);
  }

  public Reg withFlags(int newFlags) {
    return newFlags == flags
        ? this
        : new Reg(type, newFlags, off, range, detail, id, refObjId, frame, precise);
  }

  public Reg withDetail(Detail newDetail) {
    return new Reg(type, flags, off, range, newDetail, id, refObjId, frame, precise);
  }

  public Reg withType(RegType newType, int newFlags, Detail newDetail) {
    return new Reg(newType, newFlags, off, range, newDetail, id, refObjId, frame, precise);
  }

  public Reg withPrecise(boolean newPrecise) {
    return newPrecise == precise
        ? this
        : new Reg(type, flags, off, range, detail, id, refObjId, frame, newPrecise);
  }

  /** Same apart from ids, references and precision: the kernel's memcmp up to {@code id}. */
  public boolean sameValue(Reg other) {
    return type == other.type
        && flags == other.flags
        && off == other.off
        && detail.equals(other.detail)
        && range.equals(other.range);
  }
}
