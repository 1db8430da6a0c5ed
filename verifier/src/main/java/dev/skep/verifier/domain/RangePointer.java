package dev.skep.verifier.domain;

/**
 * The variable part of a pointer's offset after pointer arithmetic ({@code
 * adjust_ptr_min_max_vals}). Bounds are summed as they are, without the mercy that scalars get when
 * both ends overflow, and the low half's bounds are not carried over. Known offsets go into the
 * pointer's fixed offset instead, which is the caller's business.
 */
final class RangePointer {

  private RangePointer() {}

  static ScalarRange add(ScalarRange pointer, ScalarRange offset, DomainRules rules) {
    MutableRange r = new MutableRange(pointer);
    r.unbounded32();
    RangeArithmetic.addSigned(r, offset);
    r.umin = pointer.umin() + offset.umin();
    r.umax = pointer.umax() + offset.umax();
    // A sum that wrapped around is below either summand.
    if (Long.compareUnsigned(r.umin, offset.umin()) < 0
        || Long.compareUnsigned(r.umax, offset.umax()) < 0) {
      r.umin = 0;
      r.umax = -1;
    }
    r.tnum(pointer.varOff().add(offset.varOff()));
    RangeDeduction.sync(r, rules);
    return r.freeze(pointer);
  }

  static ScalarRange subtract(ScalarRange pointer, ScalarRange offset, DomainRules rules) {
    MutableRange r = new MutableRange(pointer);
    r.unbounded32();
    RangeArithmetic.subSigned(r, offset);
    if (Long.compareUnsigned(pointer.umin(), offset.umax()) < 0) {
      r.umin = 0;
      r.umax = -1;
    } else {
      r.umin = pointer.umin() - offset.umax();
      r.umax = pointer.umax() - offset.umin();
    }
    r.tnum(pointer.varOff().sub(offset.varOff()));
    RangeDeduction.sync(r, rules);
    return r.freeze(pointer);
  }
}
