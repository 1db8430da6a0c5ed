package dev.skep.object.core;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfKind;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Enumerator;
import dev.skep.object.core.CoreSpec.Accessor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Says in words why a candidate is not what was looked for. */
final class Explain {

  private static final int MAX_NAMES = 2_000;

  private Explain() {}

  static String lack(Btf local, Btf target, CoreSpec wanted, int candidate) {
    String who = CoreSpec.describe(target, candidate);
    if (wanted.kind.type()) {
      return who + " has another shape";
    }
    if (wanted.kind.enumerator()) {
      List<Enumerator> values = CoreSpec.enumerators(target.resolved(candidate));
      List<String> names =
          values == null ? List.of() : values.stream().map(Enumerator::name).toList();
      return who + " has no " + wanted.last().name() + nearest(wanted.last().name(), names);
    }
    int id = candidate;
    for (int i = 0; i < wanted.accessors.size(); i++) {
      Accessor accessor = wanted.accessors.get(i);
      id = target.resolve(id);
      if (accessor.name() == null) {
        if (i == 0) {
          continue;
        }
        if (!(target.type(id) instanceof BtfType.Array array)) {
          return who + ": what is indexed with [" + accessor.index() + "] there is no array";
        }
        if (Integer.compareUnsigned(accessor.index(), array.count()) >= 0) {
          return "%s: the array has %d elements, index %d is past its end"
              .formatted(who, Integer.toUnsignedLong(array.count()), accessor.index());
        }
        id = array.elementType();
        continue;
      }
      Btf.MemberPlace place = target.findMember(id, accessor.name());
      if (place == null) {
        var names = new ArrayList<String>();
        collectNames(target, id, names, 0);
        String inner = i <= 1 ? "" : " in " + CoreSpec.describe(target, id);
        return who
            + inner
            + " has no member '"
            + accessor.name()
            + "'"
            + nearest(accessor.name(), names);
      }
      var struct = (BtfType.Struct) local.type(accessor.typeId());
      int localType = struct.members().get(accessor.index()).type();
      if (!new TypeMatch(local, target).fieldsCompatible(localType, place.member().type())) {
        return "%s: member '%s' is a %s there, but a %s in the program"
            .formatted(
                who,
                accessor.name(),
                BtfKind.of(target.resolved(place.member().type())).kernelName(),
                BtfKind.of(local.resolved(localType)).kernelName());
      }
      id = place.member().type();
    }
    return who + " does not match";
  }

  private static void collectNames(Btf btf, int structId, List<String> names, int depth) {
    if (!(btf.resolved(structId) instanceof BtfType.Struct struct)) {
      return;
    }
    for (BtfType.Member member : struct.members()) {
      if (names.size() > MAX_NAMES) {
        return;
      }
      if (member.name().isEmpty() && depth == 0) {
        collectNames(btf, member.type(), names, depth + 1);
      } else if (!member.name().isEmpty()) {
        names.add(member.name());
      }
    }
  }

  private static String nearest(@org.jspecify.annotations.Nullable String name, List<String> all) {
    if (name == null || name.length() > 100) {
      return "";
    }
    List<String> near =
        all.stream()
            .filter(n -> n.length() <= 100 && related(name, n))
            .sorted(Comparator.comparingInt((String n) -> distance(name, n)))
            .limit(3)
            .toList();
    return near.isEmpty() ? "" : "; nearest: " + String.join(", ", near);
  }

  private static boolean related(String wanted, String other) {
    return other.contains(wanted)
        || wanted.contains(other) && other.length() > 2
        || distance(wanted, other) <= Math.max(1, wanted.length() / 3);
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int up = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
        diagonal = up;
      }
    }
    return row[b.length()];
  }
}
