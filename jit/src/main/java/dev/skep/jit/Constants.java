package dev.skep.jit;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;

/**
 * Objects that compiled code uses as constants: the hidden class's data, read by dynamic constants,
 * which HotSpot trusts never to change.
 */
final class Constants {

  private static final Handle CLASS_DATA_AT =
      new Handle(
          Opcodes.H_INVOKESTATIC,
          "java/lang/invoke/MethodHandles",
          "classDataAt",
          "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;I)"
              + "Ljava/lang/Object;",
          false);

  private final List<Object> data = new ArrayList<>();
  private final IdentityHashMap<Object, Integer> numbers = new IdentityHashMap<>();

  /** A constant for an object, as the given type. */
  ConstantDynamic of(Object object, String descriptor) {
    Integer number = numbers.get(object);
    if (number == null) {
      number = data.size();
      data.add(object);
      numbers.put(object, number);
    }
    return new ConstantDynamic("_", descriptor, CLASS_DATA_AT, number);
  }

  /** What the class is defined with. */
  List<Object> data() {
    return List.copyOf(data);
  }
}
